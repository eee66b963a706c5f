"""Turns chapters into a document: counts, protects, writes numbers out, draws."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.drawing.areas import Shape
from steiger.engines.reporting.indicators import Indicator, Labels
from steiger.engines.reporting.periods import Period, day_text
from steiger.engines.reporting.words import (
    NOT_COLLECTED,
    NOT_COMPARED,
    WITHHELD_INLINE,
    Language,
    Text,
    change,
    number,
)
from steiger.engines.reporting.writing.blocks import (
    Block,
    Cited,
    Emphasis,
    Heading,
    Inline,
    KeyFigures,
    Link,
    Listing,
    LiveChart,
    LiveFigure,
    LiveMap,
    LiveTable,
    Paragraph,
    PeriodName,
    Plain,
    Strong,
)
from steiger.engines.reporting.writing.document import (
    Definition,
    Document,
    Part,
    Points,
    Prose,
    Run,
    Runs,
    Title,
)

_SINCE = Text("Erhoben seit", "Collected since")
_STOCK = Text("Bestand am Ende des Zeitraums.", "State at the end of the period.")
_FLOW = Text("Gezählt nach dem Tag, an dem es geschah.", "Counted by the day on which it happened.")
_PERSONAL = Text(
    "Zahlen unter 5 werden nicht genannt, weil sich Personen erraten ließen.",
    "Counts under 5 are not shown, because persons could be guessed.",
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter once it is read."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the chapters."""

    title: str
    subtitle: str
    language: Language
    facts: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    draft: bool = False


@dataclass
class Context:
    """All that chapters are written from.

    Attributes:
        withheld: figures that are not shown, as :func:`..protection.protect` decided.
        uncollected: figures of periods in which nothing was collected yet.
        districts: shapes for maps.
    """

    book: Book
    period: Period
    before: Period
    language: Language
    labels: Labels
    withheld: frozenset[Spot] = frozenset()
    uncollected: frozenset[Spot] = frozenset()
    districts: Sequence[Shape] = ()
    sources: dict[str, int] = field(default_factory=dict)
    shown: set[Spot] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def value(self, spot: Spot) -> int | None:
        """A figure; None where it is withheld or was not collected."""
        if spot in self.uncollected:
            return None
        self.shown.add(spot)
        return None if spot in self.withheld else self.book.figure(spot)

    def indicator(self, key: str) -> Indicator:
        """One indicator."""
        return self.book.indicators[key]

    def next_number(self, kind: str) -> int:
        """The number of the next table or drawing."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]


def compose(frame: Frame, chapters: Iterable[Chapter], context: Context) -> Document:
    """The finished document.

    Raises:
        KeyError: a chapter asks for an indicator of which the book has no rows; see
            :func:`..writing.ask.unknown`.
    """
    from steiger.engines.reporting.writing.tables import drawn_chart, drawn_map, key_table, table

    makers = {
        KeyFigures: key_table,
        LiveTable: table,
        LiveChart: drawn_chart,
        LiveMap: drawn_map,
    }
    parts: list[Part] = []
    used: dict[str, None] = {}
    for chapter_number, chapter in enumerate(chapters, start=1):
        parts.append(Title(1, (Run(chapter.title),), f"k{chapter_number}-{anchor(chapter.title)}"))
        for block in chapter.blocks:
            if isinstance(block, Heading):
                runs = _runs(block.parts, context)
                words = "".join(run.text for run in runs)
                parts.append(
                    Title(block.level, runs, f"k{chapter_number}-{anchor(words)}-{len(parts)}")
                )
            elif isinstance(block, Paragraph):
                parts.append(Prose(_runs(block.parts, context)))
            elif isinstance(block, Listing):
                points = tuple(_runs(point, context) for point in block.points)
                parts.append(Points(points, block.numbered))
            else:
                parts.append(makers[type(block)](block, context))  # type: ignore[operator]
    for spot in sorted(context.shown | context.uncollected):
        used[spot.indicator] = None
    return Document(
        title=frame.title,
        subtitle=frame.subtitle,
        language=frame.language,
        facts=frame.facts,
        parts=tuple(parts),
        sources=tuple(context.sources),
        definitions=tuple(_definition(context.indicator(key), context.language) for key in used),
        digest=frame.digest,
        draft=frame.draft,
        spots=frozenset(context.shown),
    )


def anchor(words: str) -> str:
    """A name for an address."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "teil"


def _definition(indicator: Indicator, language: Language) -> Definition:
    remarks = [_STOCK if indicator.stock else _FLOW]
    if indicator.personal:
        remarks.append(_PERSONAL)
    return Definition(
        name=indicator.name.of(language),
        text=indicator.definition.of(language),
        unit=indicator.unit.of(language),
        source=indicator.source.of(language),
        owner=indicator.owner.of(language),
        since=day_text(indicator.since, language),
        remarks=" ".join(text.of(language) for text in remarks),
    )


def _runs(
    parts: Iterable[Inline], context: Context, *, bold: bool = False, italic: bool = False
) -> Runs:
    found: list[Run] = []
    for part in parts:
        if isinstance(part, Plain):
            found.append(Run(part.text, bold, italic))
        elif isinstance(part, Strong):
            found += _runs(part.parts, context, bold=True, italic=italic)
        elif isinstance(part, Emphasis):
            found += _runs(part.parts, context, bold=bold, italic=True)
        elif isinstance(part, Link):
            found.append(Run(part.text, bold, italic, url=part.url))
        elif isinstance(part, PeriodName):
            days = context.before if part.before else context.period
            found.append(Run(days.label(context.language), bold, italic))
        elif isinstance(part, Cited):
            found.append(Run("", note=_source(part, context)))
        else:
            found.append(_figure(part, context, bold=bold, italic=italic))
    return tuple(found)


def _source(part: Cited, context: Context) -> int:
    words = f"{part.source}, {day_text(part.on, context.language)}"
    return context.sources.setdefault(words, len(context.sources) + 1)


def _figure(part: LiveFigure, context: Context, *, bold: bool, italic: bool) -> Run:
    from steiger.engines.reporting.writing.ask import moved

    def at(days: Period) -> Spot:
        where = tuple((n, moved(n, v, days, context.period)) for n, v in part.where)
        return Spot(part.indicator, days, where)

    now, before = at(context.period), at(context.before)
    if part.form == "change":
        values = context.value(now), context.value(before)
        if context.uncollected & {now, before}:
            return Run(NOT_COMPARED, bold, italic)
        if values[0] is None or values[1] is None:
            return Run(WITHHELD_INLINE.of(context.language), bold, italic)
        return Run(change(values[0], values[1], context.language), bold, italic, spot=now)
    spot = before if part.form == "before" else now
    value = context.value(spot)
    if spot in context.uncollected:
        return Run(NOT_COLLECTED.of(context.language), bold, italic)
    words = (
        WITHHELD_INLINE.of(context.language) if value is None else number(value, context.language)
    )
    return Run(words, bold, italic, spot=spot)
