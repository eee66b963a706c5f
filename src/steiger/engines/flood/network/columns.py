"""Columns of tables as other programs write them, judged alike wherever a table is read.

Pandas makes whole numbers with gaps floats and texts that repeat categories; both are taken for
what they are. What was measured or will fall needs times with a zone: clocks beside rivers show
local time, and an hour in autumn is ambiguous. What a program computed may leave out UTC.
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


def instants(name: str, column: pa.ChunkedArray, *, computed: bool = False) -> Times:
    """A column of times, as timestamps or as texts: datetime64[s] in UTC, (R,).

    They need a zone, but for `computed` ones, which are UTC without it.

    Raises:
        NetworkError: naming column and row.
    """
    column = plain(column)
    kind = column.type
    if is_text(kind):
        texts = enumerate(column.to_pylist(), start=1)
        moments = [_moment(text, row, computed=computed) for row, text in texts]
        return np.array(moments, "datetime64[s]")
    if not pa.types.is_timestamp(kind):
        raise NetworkError(f"the column “{name}” holds {kind}, not times with a time zone")
    if kind.tz is None and not computed:
        raise NetworkError(
            f"the column “{name}” has no time zone, so an hour in autumn would be ambiguous; "
            "write it as timestamp with time zone (UTC)"
        )
    _refuse_missing(name, column)
    # Arrow holds UTC whatever the zone's name, so summer time needs no care here.
    exact = column.to_numpy()
    times: Times = exact.astype("datetime64[s]")
    broken = np.flatnonzero(times != exact)
    if len(broken):
        row = int(broken[0])
        what = "a time" if name == "time" else name
        raise NetworkError(f"row {row + 1} ({exact[row]}Z): {what} has fractions of a second")
    return times


def _moment(text: str | None, row: int, *, computed: bool) -> np.datetime64:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise NetworkError(f"row {row}: {text!r} is no time such as 2021-07-14T12:00:00Z") from None
    if moment.tzinfo is None:
        if computed:
            return np.datetime64(moment.replace(microsecond=0), "s")
        raise NetworkError(
            f"row {row}: {text!r} has no time zone; add for instance “Z” or “+01:00”"
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
