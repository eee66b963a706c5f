"""Published figures of one indicator as parts of time and dimensions that add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from steiger.engines.reporting.book import Book, Spot, Where
from steiger.engines.reporting.indicators import MONTH, Indicator, Measure, Row
from steiger.engines.reporting.periods import Period


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """All rows on some days with some values; a month is days, not a value."""

    period: Period
    where: Where

    @property
    def dimensions(self) -> frozenset[str]:
        """Which dimensions it fixes."""
        return frozenset(name for name, _ in self.where)


def area_of(spot: Spot) -> Area | None:
    """The area of a figure; None where its month lies outside its period."""
    period, where = spot.period, spot.where
    month = dict(where).get(MONTH)
    if month is not None:
        days = Period.of(month)
        first, last = max(days.first, period.first), min(days.last, period.last)
        if last < first:
            return None
        period = Period(first, last)
        where = tuple(pair for pair in where if pair[0] != MONTH)
    return Area(period, where)


@dataclass
class Family:
    """Areas that can be added and subtracted, with the rows behind all of them."""

    areas: dict[Area, int]
    rows: tuple[Row, ...]
    spots: dict[Area, set[Spot]]

    def count(self, period: Period, where: Where) -> int:
        """True count of any area."""
        return sum(
            row.amount
            for row in self.rows
            if row.on in period and all(value in row.value(name) for name, value in where)
        )


def families(book: Book, indicator: Indicator, spots: Iterable[Spot]) -> list[Family]:
    """Areas that can be subtracted from each other, apart from those that cannot.

    Things that happen add up over days. Stocks of two dates do not; distinct persons add up only
    between periods with the same first day, because each counts at her first appearance.
    """
    grouped: dict[object, list[Spot]] = defaultdict(list)
    for spot in spots:
        key: object = 0
        if indicator.stock:
            key = spot.period
        elif indicator.measure is Measure.DISTINCT:
            key = spot.period.first
        grouped[key].append(spot)
    found = []
    for group in grouped.values():
        found += [_family(book, linked) for linked in _linked(group)]
    return found


def _linked(spots: list[Spot]) -> list[list[Spot]]:
    """Groups of spots whose periods overlap."""
    groups: list[list[Spot]] = []
    end: date | None = None
    for spot in sorted(spots, key=lambda s: (s.period.first, s.period.last, s.where)):
        if end is not None and spot.period.first <= end:
            groups[-1].append(spot)
            end = max(end, spot.period.last)
        else:
            groups.append([spot])
            end = spot.period.last
    return groups


def _family(book: Book, spots: list[Spot]) -> Family:
    rows: dict[str, Row] = {}
    for indicator, period in {(spot.indicator, spot.period) for spot in spots}:
        rows |= {row.key: row for row in book.counted(indicator, period)}
    family = Family({}, tuple(rows.values()), defaultdict(set))
    for spot in spots:
        area = area_of(spot)
        if area is not None:
            family.areas[area] = book.figure(spot)
            family.spots[area].add(spot)
    return family


def slices(periods: Iterable[Period]) -> list[Period]:
    """The parts into which the limits of overlapping periods cut the days that they cover."""
    known = sorted(set(periods))
    edges = sorted({p.first for p in known} | {p.last + timedelta(days=1) for p in known})
    parts = [Period(begin, after - timedelta(days=1)) for begin, after in pairwise(edges)]
    return [part for part in parts if any(period.covers(part) for period in known)]


def implied(family: Family) -> Mapping[Area, int]:
    """Areas that nobody published but that subtraction of nested periods yields."""
    periods: dict[Where, list[Period]] = defaultdict(list)
    for area in family.areas:
        periods[area.where].append(area.period)
    found = {}
    for where, published in periods.items():
        if len(published) < 2:
            continue
        for part in slices(published):
            area = Area(part, where)
            if area not in family.areas:
                found[area] = family.count(part, where)
    return found
