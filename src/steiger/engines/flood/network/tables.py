"""`observations.parquet` as it lies on the disk: any order, any time zone, any numeric type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steiger.engines.flood.network.columns import instants, is_number, plain
from steiger.engines.flood.network.types import Network, NetworkError

FILE = "observations.parquet"
#: Some 250 years of 30 hourly sensors: a small file may claim to hold more than memory does.
MOST_CELLS = 200_000_000
#: What pandas calls the row numbers that it writes along, if the rows were shuffled or chosen.
ROW_NUMBERS = re.compile(r"__index_level_\d+__")
Array = NDArray[np.float64]
Times = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something about a file that quality control should tell, though it could be read.

    `rule` is shuffled | duplicate | contradicting | no_column; `sensor` is empty where a whole
    row is concerned; `times` are those concerned.
    """

    rule: str
    sensor: str
    times: Times


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order of the file: `times` (R,) datetime64[s] UTC; columns (R,), source units."""

    times: Times
    columns: dict[str, Array]
    notes: tuple[ReadingNote, ...]


def read_table(path: Path, network: Network) -> Table:
    """The table in the file, checked against the network's sensors.

    Raises:
        NetworkError: naming file, sensor and row.
    """
    table = _file(path)
    try:
        return _table(table, network)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None


def table_problems(path: Path, network: Network) -> list[str]:
    """Everything that is wrong with the columns of the file, as texts without the file's name."""
    try:
        table = _file(path)
    except NetworkError as error:
        return [str(error).removeprefix(f"{path}: ")]
    found = [str(error) for error in _column_errors(table.column_names, network)]
    names = table.column_names
    if names.count("time") != 1:
        return found
    try:
        times = instants("time", table["time"])
    except NetworkError as error:
        return [*found, str(error)]
    for name in names:
        if name == "time" or names.count(name) > 1:
            continue
        try:
            _numbers(name, table[name], times)
        except NetworkError as error:
            found.append(str(error))
    return found


def _file(path: Path) -> pa.Table:
    try:
        file = pq.ParquetFile(path)
        cells = file.metadata.num_rows * file.metadata.num_columns
        if cells > MOST_CELLS:
            raise NetworkError(f"{path}: holds {cells:,} values; at most {MOST_CELLS:,} are read")
        table = file.read()
    except FileNotFoundError:
        raise NetworkError(f"{path}: cannot be read (No such file or directory)") from None
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read ({error.strerror or error})") from None
    except pa.ArrowException as error:
        raise NetworkError(f"{path}: is no valid Parquet file ({error})") from None
    return table.select(
        [i for i, n in enumerate(table.column_names) if not ROW_NUMBERS.fullmatch(n)]
    )


def _column_errors(names: list[str], network: Network) -> Iterator[NetworkError]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield NetworkError(f"column {name!r} occurs twice")
    if "time" not in names:
        yield NetworkError(f"the column “time” is missing; there are {', '.join(names) or 'none'}")
    known = {"time", *network.ids}
    for name in dict.fromkeys(name for name in names if name not in known):
        yield NetworkError(
            f"column {name!r} belongs to no sensor of the network; "
            "add the sensor to network.toml or remove the column"
        )


def _table(table: pa.Table, network: Network) -> Table:
    names = table.column_names
    for error in _column_errors(names, network):
        raise error
    times = instants("time", table["time"])
    columns = {name: _numbers(name, table[name], times) for name in names if name != "time"}
    notes = [
        *_row_notes(times),
        *(ReadingNote("no_column", name, times[:0]) for name in network.ids if name not in columns),
    ]
    return Table(times, columns, tuple(notes))


def _row_notes(times: Times) -> list[ReadingNote]:
    notes = []
    if len(times):
        early = times < np.maximum.accumulate(times)
        if early.any():
            notes.append(ReadingNote("shuffled", "", np.sort(times[early])))
    moments, counts = np.unique(times, return_counts=True)
    if (counts > 1).any():
        notes.append(ReadingNote("duplicate", "", moments[counts > 1]))
    return notes


def _numbers(name: str, column: pa.ChunkedArray, times: Times) -> Array:
    column = plain(column)
    kind = column.type
    if not is_number(kind) and not pa.types.is_null(kind):
        filled = pc.index(pc.is_valid(column), True).as_py()
        shown = f" (row {filled + 1}: {column[filled].as_py()!r})" if filled >= 0 else ""
        raise NetworkError(f"sensor {name!r}: the column holds {kind}, not numbers{shown}")
    values: Array = np.array(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    endless = np.flatnonzero(np.isinf(values))
    if len(endless):
        row = int(endless[0])
        raise NetworkError(
            f"sensor {name!r}, row {row + 1} ({times[row]}Z): the value is infinite; "
            "leave it empty where nothing was measured"
        )
    return values
