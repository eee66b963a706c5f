"""What is counted: indicators with their definition, and the rows behind a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import UNKNOWN, Language, Text

#: Every indicator of things that happen can be told by month; rows need not state it.
MONTH = "month"
_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


class Measure(StrEnum):
    """How rows become a figure."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide a figure.

    Attributes:
        several: a row may have more than one value, so that parts add up to more than the whole.
    """

    key: str
    name: Text
    several: bool = False


MONTH_DIMENSION = Dimension(MONTH, Text("Monat", "Month"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure, declared once.

    Attributes:
        definition: what counts and what does not, in words a reader can check.
        unit: what one of them is ("Beratungen").
        source: where the rows come from.
        owner: who answers for the definition.
        since: first day for which rows exist in this form; before, nothing is told, not even 0.
        personal: whether persons could be guessed from small counts, so that they are withheld.
        stock: a state at the period's end (entries on the map), not what happened in it.
    """

    key: str
    name: Text
    definition: Text
    unit: Text
    source: Text
    owner: Text
    since: date
    dimensions: tuple[Dimension, ...] = ()
    personal: bool
    measure: Measure = Measure.COUNT
    stock: bool = False

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} is no key: small letters, digits and underscores.")
        keys = [dimension.key for dimension in self.dimensions]
        if len(set(keys)) != len(keys) or MONTH in keys:
            raise ValueError(f"{self.key}: dimensions are named twice, or “{MONTH}” is among them.")
        if self.personal and any(dimension.several for dimension in self.dimensions):
            raise ValueError(
                f"{self.key}: where persons could be guessed, each row has one value per dimension."
            )
        if self.personal and self.measure is Measure.SUM:
            raise ValueError(f"{self.key}: amounts of persons are not protected; count rows.")

    def dimension(self, key: str) -> Dimension | None:
        """One of its dimensions, or None."""
        if key == MONTH and not self.stock:
            return MONTH_DIMENSION
        return next((d for d in self.dimensions if d.key == key), None)

    def collected(self, period: Period) -> bool:
        """Whether rows exist for all of a period; for a stock its last day decides."""
        return (period.last if self.stock else period.first) >= self.since


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is counted.

    Attributes:
        key: leads back to the record it stands for.
        on: the day that decides in which period it counts.
        values: dimension → key of its value, or several of them; missing means not stated.
        amount: what it adds to a sum.
        who: the same for rows of the same person or firm, for distinct counts. Never a name.
    """

    key: str
    on: date
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    amount: int = 1
    who: str = ""

    def value(self, dimension: str) -> tuple[str, ...]:
        """Its values in a dimension; one empty text where it states none."""
        if dimension == MONTH:
            return (f"{self.on:%Y-%m}",)
        found = self.values.get(dimension, "")
        return (found,) if isinstance(found, str) else (found or ("",))


def counted(indicator: Indicator, rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows that make up a figure, in order of day.

    Of several rows of the same person, a distinct count takes the first one of the period; with it
    go the values of its dimensions, so that the parts of a table add up.
    """
    ordered = sorted(rows, key=lambda row: (row.on, row.key))
    if indicator.measure is not Measure.DISTINCT:
        return tuple(ordered)
    first: dict[str, Row] = {}
    for row in ordered:
        first.setdefault(row.who or f"row {row.key}", row)
    return tuple(first.values())


def total(rows: Iterable[Row]) -> int:
    """What rows add up to."""
    return sum(row.amount for row in rows)


#: Dimension → value → label, in the order in which tables list them.
Labels = Mapping[str, Mapping[str, Text]]


def label(labels: Labels, dimension: str, value: str, language: Language) -> str:
    """A value in words; the key itself where it has none."""
    if dimension == MONTH:
        return Period.of(value).label(language)
    if not value:
        return UNKNOWN.of(language)
    text = labels.get(dimension, {}).get(value)
    return text.of(language) if text else value
