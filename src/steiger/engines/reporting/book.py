"""Rows of one or more periods, and every figure that can be counted from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from steiger.engines.reporting.indicators import MONTH, Indicator, Row, counted, total
from steiger.engines.reporting.periods import Period

#: Dimension and value, sorted by dimension; empty means all rows.
Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """The place of one figure: which indicator, which period, which part of it."""

    indicator: str
    period: Period
    where: Where = ()

    @classmethod
    def at(cls, indicator: str, period: Period, **where: str) -> Spot:
        """A place by names of dimensions."""
        return cls(indicator, period, tuple(sorted(where.items())))


@dataclass
class Book:
    """Indicators with their rows, by period.

    A figure is looked up in an index that is made once for each set of dimensions.
    """

    indicators: Mapping[str, Indicator]
    rows: Mapping[tuple[str, Period], tuple[Row, ...]]
    _counted: dict[tuple[str, Period], tuple[Row, ...]] = field(default_factory=dict, repr=False)
    _index: dict[tuple[str, Period, tuple[str, ...]], dict[tuple[str, ...], list[Row]]] = field(
        default_factory=dict, repr=False
    )

    def counted(self, indicator: str, period: Period) -> tuple[Row, ...]:
        """The rows of the whole figure.

        Raises:
            KeyError: no rows were put in for this indicator and period.
        """
        key = (indicator, period)
        if key not in self._counted:
            self._counted[key] = counted(self.indicators[indicator], self.rows[key])
        return self._counted[key]

    def behind(self, spot: Spot) -> list[Row]:
        """The rows of one figure."""
        if not spot.where:
            return list(self.counted(spot.indicator, spot.period))
        dimensions = tuple(name for name, _ in spot.where)
        values = tuple(value for _, value in spot.where)
        return self.index(spot.indicator, spot.period, dimensions).get(values, [])

    def index(
        self, indicator: str, period: Period, dimensions: tuple[str, ...]
    ) -> Mapping[tuple[str, ...], list[Row]]:
        """Rows by their values in some dimensions."""
        key = (indicator, period, dimensions)
        if key not in self._index:
            found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
            for row in self.counted(indicator, period):
                for values in product(*(row.value(name) for name in dimensions)):
                    found[values].append(row)
            self._index[key] = dict(found)
        return self._index[key]

    def collected(self, spot: Spot) -> bool:
        """Whether a figure was collected in all of its period, or of its month."""
        month = dict(spot.where).get(MONTH)
        period = spot.period if month is None else Period.of(month)
        return self.indicators[spot.indicator].collected(period)

    def figure(self, spot: Spot) -> int:
        """What the rows of a place add up to."""
        return total(self.behind(spot))

    def figures(self, spots: Iterable[Spot]) -> dict[Spot, int]:
        """Many figures at once."""
        return {spot: self.figure(spot) for spot in spots}
