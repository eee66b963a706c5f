"""The order in which rows happened, from a column of times."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data.table import AuditError, Table

MONTH = re.compile(r"\d{4}-\d{2}")
GERMAN = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?)?"
)
FORMS = "2026-12-31, 2026-12-31T08:00, 2026-12-31T08:00+01:00 or, in the whole column, 31.12.2026"


def order_of(table: Table, name: str, where: str) -> NDArray[np.intp]:
    """Numbers of the rows from the earliest to the latest, (N,); equal times stay as they lie.

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
        return np.asarray(np.argsort(column, kind="stable"), dtype=np.intp)
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
    return np.array(sorted(range(len(times)), key=times.__getitem__), dtype=np.intp)


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-01" if MONTH.fullmatch(text) else text)


def _german(text: str) -> datetime:
    found = GERMAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, month, year, hour, minute, second = found.groups(default="0")
    clock = f"{int(hour):02}:{minute:0>2}:{second:0>2}"
    return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}")
