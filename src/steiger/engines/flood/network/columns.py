"""Columns of tables as other programs write them, judged alike wherever a table is read.

Pandas makes whole numbers with gaps floats and texts that repeat categories; both are taken for
what they are. Times need a zone, also those that a program computed: clocks beside rivers show
local time, an hour in autumn is ambiguous, and a forecast moved by an hour is judged wrongly.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from steiger.engines.flood.network.types import NetworkError

Times = NDArray[np.datetime64]


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, with categories as the values that they stand for."""
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


def is_number(kind: Any) -> bool:
    """Whether a column of this type holds numbers."""
    types = pa.types
    return bool(types.is_floating(kind) or types.is_integer(kind) or types.is_decimal(kind))


def is_text(kind: Any) -> bool:
    """Whether a column of this type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def instants(name: str, column: pa.ChunkedArray) -> Times:
    """A column of times with their zone, as timestamps or as texts: datetime64[s] in UTC, (R,).

    Raises:
        NetworkError: naming column and row.
    """
    column = plain(column)
    kind = column.type
    if is_text(kind):
        texts = enumerate(column.to_pylist(), start=1)
        moments = [_moment(name, text, row) for row, text in texts]
        return np.array(moments, "datetime64[s]")
    if not pa.types.is_timestamp(kind):
        raise NetworkError(f"the column “{name}” holds {kind}, not times with a time zone")
    _refuse_missing(name, column)
    if kind.tz is None:
        first = f" (row 1: {column[0]})" if len(column) else ""
        raise NetworkError(
            f"the column “{name}” has no time zone{first}, so an hour in autumn would be "
            "ambiguous; write it as timestamp with time zone (UTC)"
        )
    # Arrow holds UTC whatever the zone's name, so summer time needs no care here.
    exact = column.to_numpy()
    times: Times = exact.astype("datetime64[s]")
    broken = np.flatnonzero(times != exact)
    if len(broken):
        row = int(broken[0])
        what = "a time" if name == "time" else name
        raise NetworkError(f"row {row + 1} ({exact[row]}Z): {what} has fractions of a second")
    return times


def _moment(name: str, text: str | None, row: int) -> np.datetime64:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise NetworkError(
            f"row {row}: {name} {text!r} is no time such as 2021-07-14T12:00:00Z"
        ) from None
    if moment.tzinfo is None:
        raise NetworkError(
            f"row {row}: {name} {text!r} has no time zone; add for instance “Z” or “+01:00”"
        )
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None, microsecond=0), "s")


def whole_numbers(name: str, column: pa.ChunkedArray) -> NDArray[np.int64]:
    """A column of whole numbers, also where they are written as 180.0, (R,).

    Raises:
        NetworkError: naming column and row.
    """
    column = plain(column)
    if not is_number(column.type):
        raise NetworkError(f"the column “{name}” holds {column.type}, not whole numbers")
    _refuse_missing(name, column)
    if pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy(), dtype=np.int64)
    values = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    # Beyond 2⁵³ a float says nothing about single numbers any more.
    broken = np.flatnonzero(~((np.abs(values) < 2.0**53) & (values == np.floor(values))))
    if len(broken):
        row = int(broken[0])
        raise NetworkError(f"row {row + 1}: {name} is {values[row]:g}, not a whole number")
    return values.astype(np.int64)


def _refuse_missing(name: str, column: pa.ChunkedArray) -> None:
    if column.null_count:
        row = pc.index(pc.is_null(column), True).as_py() + 1
        what = "the time" if name == "time" else name
        raise NetworkError(f"row {row}: {what} is missing")
