"""Which figures chapters ask for, and what they ask for in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.indicators import MONTH, Indicator
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.engines.reporting.writing.blocks import (
    Block,
    Emphasis,
    Heading,
    Inline,
    KeyFigures,
    Listing,
    LiveChart,
    LiveFigure,
    LiveMap,
    LiveTable,
    Paragraph,
    Strong,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a block counts: a whole figure, or its division."""

    indicator: str
    dimensions: tuple[str, ...] = ()


def live_figures(blocks: Iterable[Block]) -> Iterator[LiveFigure]:
    """Every figure in running text."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield from _in(block.parts)
        elif isinstance(block, Listing):
            for point in block.points:
                yield from _in(point)


def _in(parts: Iterable[Inline]) -> Iterator[LiveFigure]:
    for part in parts:
        if isinstance(part, LiveFigure):
            yield part
        elif isinstance(part, Strong | Emphasis):
            yield from _in(part.parts)


def wanted(blocks: Iterable[Block]) -> list[Wanted]:
    """What the blocks count, in order, each once."""
    found: dict[Wanted, None] = {}
    blocks = list(blocks)
    for figure in live_figures(blocks):
        found[Wanted(figure.indicator, tuple(name for name, _ in figure.where))] = None
    for block in blocks:
        if isinstance(block, KeyFigures):
            found |= dict.fromkeys(Wanted(key) for key in block.indicators)
        elif isinstance(block, LiveTable):
            found[Wanted(block.indicator, block.dimensions)] = None
        elif isinstance(block, LiveChart | LiveMap):
            found[Wanted(block.indicator, (block.dimension,))] = None
    return list(found)


def unknown(blocks: Iterable[Block], indicators: Mapping[str, Indicator]) -> list[Text]:
    """What the blocks ask for in vain: no such indicator, no such dimension."""
    found: dict[str, Text] = {}
    for want in wanted(blocks):
        indicator = indicators.get(want.indicator)
        if indicator is None:
            found[want.indicator] = Text(
                f"Die Kennzahl „{want.indicator}“ gibt es nicht. Der Katalog nennt alle.",
                f"There is no indicator “{want.indicator}”. The catalogue names all.",
            )
            continue
        for name in want.dimensions:
            if indicator.dimension(name) is None:
                found[f"{want.indicator} {name}"] = Text(
                    f"„{want.indicator}“ lässt sich nicht nach „{name}“ teilen.",
                    f"“{want.indicator}” cannot be divided by “{name}”.",
                )
    return list(found.values())


def spots_of(blocks: Iterable[Block], book: Book, period: Period, before: Period) -> set[Spot]:
    """Every figure that the document will show, with the margins of its tables."""
    found: set[Spot] = set()
    blocks = list(blocks)
    for figure in live_figures(blocks):
        for days in _periods(figure.form, period, before):
            where = tuple((n, moved(n, v, days, period)) for n, v in figure.where)
            found.add(Spot(figure.indicator, days, where))
    for block in blocks:
        if isinstance(block, KeyFigures):
            found |= {Spot(key, days) for key in block.indicators for days in (period, before)}
        elif isinstance(block, LiveTable) and len(block.dimensions) == 1:
            for days in (period, before):
                found |= divided(book, block.indicator, days, block.dimensions, period, before)
        elif isinstance(block, LiveTable):
            found |= divided(book, block.indicator, period, block.dimensions)
        elif isinstance(block, LiveChart | LiveMap):
            found |= divided(book, block.indicator, period, (block.dimension,))
    return found


def _periods(form: str, period: Period, before: Period) -> tuple[Period, ...]:
    return {"now": (period,), "before": (before,)}.get(form, (period, before))


def moved(name: str, value: str, days: Period, period: Period) -> str:
    """A month of the year before, where a month is compared."""
    if name != MONTH or days == period:
        return value
    return Period.of(value).year_before().key


def values_of(book: Book, indicator: str, dimension: str, *periods: Period) -> tuple[str, ...]:
    """The values that occur, in order of their keys; months are complete."""
    found: dict[str, None] = {}
    for period in periods:
        if dimension == MONTH:
            found |= dict.fromkeys(f"{month.first:%Y-%m}" for month in period.months())
        else:
            index = book.index(indicator, period, (dimension,))
            found |= dict.fromkeys(values[0] for values in sorted(index))
    return tuple(found)


def divided(
    book: Book,
    indicator: str,
    period: Period,
    dimensions: tuple[str, ...],
    *listed: Period,
) -> set[Spot]:
    """A whole figure with its division and all margins.

    `listed`: the periods whose values the table lists, where it is more than its own.
    """
    found = {Spot(indicator, period)}
    lists = [
        values_of(book, indicator, name, *((period,) if name == MONTH else listed or (period,)))
        for name in dimensions
    ]
    for name, values in zip(dimensions, lists, strict=True):
        found |= {Spot(indicator, period, ((name, value),)) for value in values}
    if len(dimensions) == 2:
        for first in lists[0]:
            for second in lists[1]:
                where = tuple(sorted(zip(dimensions, (first, second), strict=True)))
                found.add(Spot(indicator, period, where))
    return found
