"""The order in which rows happened, from a column of times, and the steps that are missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data.table import AuditError, Table

MONTH = re.compile(r"\d{4}-\d{2}")
GERMAN = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?)?"
)
FORMS = "2026-12-31, 2026-12-31T08:00, 2026-12-31T08:00+01:00 or, in the whole column, 31.12.2026"

#: A series has a step if at least this share of the distances between its times are one step.
REGULAR = 0.8
SATURDAY = 5
SECOND = timedelta(seconds=1)
Times = Sequence[datetime] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """Steps that are missing in a row: the first, the last, and how many.

    Both are told as far as they go: 2026-03 in a series of months, 2026-03-01 in one of days.
    """

    first: str
    last: str
    count: int


def order_of(times: Times) -> NDArray[np.intp]:
    """Numbers of the rows from the earliest to the latest, (N,); equal times stay as they lie."""
    if isinstance(times, np.ndarray):
        return np.asarray(np.argsort(times, kind="stable"), dtype=np.intp)
    return np.array(sorted(range(len(times)), key=times.__getitem__), dtype=np.intp)


def gaps_in(times: Times) -> tuple[Gap, ...]:
    """Which steps are missing; none where the times have no step, or fewer than three differ."""
    if isinstance(times, np.ndarray):
        numbers = np.unique(times)
        return tuple(_gaps(numbers.tolist(), lambda value: f"{value:g}"))
    known = sorted(set(times))
    if not known:
        return ()
    months = [12 * time.year + time.month for time in known]
    if len({(t.day, t.time()) for t in known}) == 1 and len(set(months)) == len(known):
        return tuple(_gaps([float(m) for m in months], _month))
    begin = known[0]
    days = len({time.time() for time in known}) == 1
    if days and all(time.weekday() < SATURDAY for time in known):
        # Where nothing ever happens on a weekend, none is missing.
        first = np.datetime64(begin.date())
        workdays = np.busday_count(first, [time.date() for time in known])
        return tuple(
            _gaps(
                [float(number) for number in workdays],
                lambda number: str(np.busday_offset(first, round(number))),
            )
        )

    def told(seconds: float) -> str:
        time = begin + seconds * SECOND
        return time.date().isoformat() if days else time.isoformat(timespec="minutes")

    return tuple(_gaps([(time - begin) / SECOND for time in known], told))


def _gaps(known: list[float], told: Callable[[float], str]) -> Iterator[Gap]:
    ways = [later - earlier for earlier, later in pairwise(known)]
    if len(ways) < 2:
        return
    # Two distances count as one if they differ by less than a thousandth of a step.
    step, _ = Counter(float(f"{way:.4g}") for way in ways).most_common(1)[0]
    if sum(abs(way - step) <= step / 2 for way in ways) < REGULAR * len(ways):
        return
    for earlier, later in pairwise(known):
        count = round((later - earlier) / step) - 1
        if count > 0:
            yield Gap(told(earlier + step), told(later - step), count)


def _month(number: float) -> str:
    year, month = divmod(round(number) - 1, 12)
    return f"{year}-{month + 1:02}"


def times_of(table: Table, name: str, where: str) -> Times:
    """The times of all rows.

    Args:
        table: holds the times as numbers, or as text: ISO 8601, or as German dates throughout.
        name: the column.
        where: the file, for errors.

    Raises:
        AuditError: a time is missing, none, or of another form than the first one.
    """
    column = table[name]
    missing = np.flatnonzero(np.isnan(column) if table.is_number(name) else column == "")
    if missing.size:
        raise AuditError(f"{where}: column {name!r}: row {missing[0] + 1} has no time")
    if table.is_number(name):
        return np.asarray(column, dtype=np.float64)
    texts = [str(value).strip() for value in column.tolist()]
    parse = _german if GERMAN.fullmatch(texts[0]) else _iso
    times: list[datetime] = []
    for row, text in enumerate(texts, 1):
        try:
            time = parse(text)
        except ValueError:
            raise AuditError(
                f"{where}: column {name!r}, row {row}: {text!r} is no time of the form that is "
                f"read here; write {FORMS}"
            ) from None
        if times and (time.tzinfo is None) != (times[0].tzinfo is None):
            raise AuditError(
                f"{where}: column {name!r}, row {row}: {text!r} and {texts[0]!r}: either every "
                "time names its zone or none does"
            )
        times.append(time)
    return times


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-01" if MONTH.fullmatch(text) else text)


def _german(text: str) -> datetime:
    found = GERMAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, month, year, hour, minute, second = found.groups(default="0")
    clock = f"{int(hour):02}:{minute:0>2}:{second:0>2}"
    return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}")
