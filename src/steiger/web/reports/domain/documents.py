"""Documents: of a draft with the figures of today, and of an edition with its frozen ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.freezing import (
    digest,
    indicator_from_json,
    row_as_json,
    row_from_json,
    spot_as_json,
    spot_from_json,
)
from steiger.engines.reporting.indicators import Labels
from steiger.engines.reporting.periods import Period, day_text
from steiger.engines.reporting.protection import protect
from steiger.engines.reporting.words import Language, Text
from steiger.engines.reporting.writing.ask import spots_of, unknown, wanted
from steiger.engines.reporting.writing.blocks import Block
from steiger.engines.reporting.writing.compose import Chapter as Composed
from steiger.engines.reporting.writing.compose import Context, Frame, compose
from steiger.engines.reporting.writing.document import Document
from steiger.engines.reporting.writing.parse import ChapterError, parse
from steiger.regions import load_region
from steiger.web.reports.domain.declared import all_declared
from steiger.web.reports.domain.labels import districts, labels
from steiger.web.reports.models import Edition, Report

LANGUAGES: tuple[Language, ...] = ("de", "en")
_BY = Text("Herausgegeben von", "Published by")
_PERIOD = Text("Zeitraum", "Period")
_COUNTED_UNTIL = Text("gezählt bis", "counted until")
_STATE = Text("Datenstand", "State of the data")
_VERSION = Text("Fassung", "Edition")
_REASON = Text("Grund der Korrektur", "Reason for the correction")
_COMPARED = Text("Verglichen mit", "Compared with")


class ReportError(ValueError):
    """A report cannot be counted as it is written. ``problems``: chapter, line (or 0), words."""

    def __init__(self, problems: list[tuple[str, int, Text]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{t}, {n}: {words.en}" for t, n, words in problems))


@dataclass(frozen=True, slots=True)
class Written:
    """A report's words, apart from where they are kept."""

    title: dict[Language, str]
    period: Period
    chapters: tuple[dict[str, str], ...]

    @classmethod
    def draft(cls, report: Report) -> Written:
        """The words as they stand now."""
        return cls(
            {"de": report.title_de, "en": report.title_en or report.title_de},
            report.period,
            tuple(
                {
                    "title_de": c.title_de,
                    "title_en": c.title_en or c.title_de,
                    "text_de": c.text_de,
                    "text_en": c.text_en or c.text_de,
                }
                for c in report.chapters.all()
            ),
        )

    def read(self, language: Language) -> list[Composed]:
        """The chapters in a language.

        Raises:
            ReportError: some cannot be read.
        """
        chapters, problems = [], []
        known = {key: declared.about for key, declared in all_declared().items()}
        for chapter in self.chapters:
            title = chapter[f"title_{language}"]
            try:
                blocks = parse(chapter[f"text_{language}"])
            except ChapterError as error:
                problems += [(title, p.line, p.text) for p in error.problems]
                continue
            problems += [(title, 0, text) for text in unknown(blocks, known)]
            chapters.append(Composed(title, blocks))
        if problems:
            raise ReportError(problems)
        return chapters

    def blocks(self) -> list[Block]:
        """The blocks of both languages, for what they ask for."""
        return [b for language in LANGUAGES for c in self.read(language) for b in c.blocks]


@dataclass(frozen=True, slots=True)
class Counted:
    """A draft with its figures. ``uncollected``: asked for, but of a time before collection."""

    written: Written
    book: Book
    spots: frozenset[Spot]
    withheld: frozenset[Spot]
    uncollected: frozenset[Spot]


def live_book(keys: Iterable[str], periods: Iterable[Period]) -> Book:
    """The rows of indicators in periods, as they are today."""
    known = all_declared()
    keys = sorted(set(keys))
    rows = {
        (key, period): tuple(known[key].rows(period))
        for period in sorted(set(periods))
        for key in keys
    }
    return Book({key: known[key].about for key in keys}, rows)


def counted(report: Report) -> Counted:
    """Count everything that a draft asks for, and decide what is withheld.

    Raises:
        ReportError: chapters cannot be read or ask for what there is not.
    """
    written = Written.draft(report)
    blocks = written.blocks()
    period, before = written.period, written.period.year_before()
    keys = {want.indicator for want in wanted(blocks)}
    known, secret = published_before(keys)
    periods = {period, before, *(spot.period for spot in known | secret)}
    book = live_book(keys, periods)
    asked = spots_of(blocks, book, period, before)
    spots = {spot for spot in asked if book.collected(spot)}
    hidden = _withheld(book, spots, known, secret)
    return Counted(written, book, frozenset(spots), hidden, frozenset(asked - spots))


def published_before(keys: Iterable[str]) -> tuple[set[Spot], set[Spot]]:
    """What editions show and what they withhold, for these indicators."""
    wanted_keys = set(keys)
    shown: set[Spot] = set()
    secret: set[Spot] = set()
    for content in Edition.objects.values_list("content", flat=True):
        hidden = {spot_from_json(s) for s in content["withheld"]}
        secret |= {s for s in hidden if s.indicator in wanted_keys}
        listed = {spot_from_json(s) for s in content["spots"] if s[0] in wanted_keys}
        shown |= listed - hidden
    return shown, secret - shown


def _withheld(book: Book, spots: set[Spot], known: set[Spot], secret: set[Spot]) -> frozenset[Spot]:
    """What is withheld; remembered for the same rows and the same questions."""
    personal = [key for key, about in book.indicators.items() if about.personal]
    basis = {
        "rows": {
            f"{key} {period.key}": [row_as_json(row, "") for row in book.counted(key, period)]
            for key, period in book.rows
            if key in personal
        },
        "ask": [sorted(map(spot_as_json, group)) for group in (spots, known, secret)],
    }
    name = f"reports-withheld-{digest(basis)}"
    found = cache.get(name)
    if found is None:
        found = protect(book, spots, known=known, withheld=secret).withheld & spots
        cache.set(name, found, 3600)
    return frozenset(found)


def draft_document(report: Report, language: Language) -> tuple[Document, Counted]:
    """A draft as a document, with the figures of today.

    Raises:
        ReportError: see :func:`counted`.
    """
    made = counted(report)
    today = timezone.localdate()
    facts = ((_STATE.of(language), day_text(today, language)),)
    cut = today if report.runs_on(today) else None
    frame = _frame(made.written, language, facts, draft=True, counted_until=cut)
    context = _context(made.book, made.written.period, language, labels(), made.withheld)
    context.uncollected = made.uncollected
    return compose(frame, made.written.read(language), context), made


def frozen_book(edition: Edition) -> Book:
    """The rows of an edition."""
    frozen = list(edition.frozen.all())
    return Book(
        {f.indicator: indicator_from_json(f.definition) for f in frozen},
        {
            (f.indicator, Period.of(f.period_key)): tuple(row_from_json(row) for row in f.rows)
            for f in frozen
        },
    )


def edition_document(edition: Edition, language: Language) -> Document:
    """An edition as a document, from nothing but what was frozen with it."""
    content = edition.content
    return composed(
        content,
        frozen_book(edition),
        language,
        number=edition.number,
        reason=edition.reason,
        on=timezone.localdate(edition.handed_in_at),
        seal=edition.digest,
    )


def composed(
    content: dict[str, Any],
    book: Book,
    language: Language,
    *,
    number: int,
    reason: str,
    on: date,
    seal: str,
) -> Document:
    """A document from frozen content."""
    written = Written(content["title"], Period.of(content["period"]), tuple(content["chapters"]))
    facts = [(_STATE.of(language), day_text(on, language)), (_VERSION.of(language), str(number))]
    if reason:
        facts.append((_REASON.of(language), reason))
    frame = _frame(
        written,
        language,
        tuple(facts),
        operator=content["operator"],
        seal=seal,
        counted_until=on if content.get("early") else None,
    )
    kept = {
        dimension: {key: Text(*pair) for key, pair in values}
        for dimension, values in content["labels"]
    }
    withheld = frozenset(spot_from_json(spot) for spot in content["withheld"])
    chapters = [
        Composed(c[f"title_{language}"], parse(c[f"text_{language}"])) for c in written.chapters
    ]
    context = _context(book, written.period, language, kept, withheld)
    context.uncollected = uncollected_in(content)
    return compose(frame, chapters, context)


def uncollected_in(content: dict[str, Any]) -> frozenset[Spot]:
    """Figures that an edition does not tell because they were not collected yet.

    Editions of older versions told them as 0, and what was handed in stays as it was.
    """
    return frozenset(spot_from_json(spot) for spot in content.get("uncollected", ()))


def operator() -> str:
    """Who publishes reports."""
    return load_region(settings.REGION).imprint["operator"]


def _frame(
    written: Written,
    language: Language,
    more: tuple[tuple[str, str], ...],
    *,
    operator: str = "",
    seal: str = "",
    draft: bool = False,
    counted_until: date | None = None,
) -> Frame:
    period = written.period
    first, last = (day_text(day, language) for day in (period.first, period.last))
    joined = " to " if language == "en" else " bis "
    days = f"{first}{joined}{last}"
    if counted_until:
        days += f", {_COUNTED_UNTIL.of(language)} {day_text(counted_until, language)}"
    facts = (
        (_BY.of(language), operator or load_region(settings.REGION).imprint["operator"]),
        (_PERIOD.of(language), days),
        (_COMPARED.of(language), period.year_before().label(language)),
        *more,
    )
    return Frame(
        title=written.title[language],
        subtitle=period.label(language),
        language=language,
        facts=facts,
        digest=seal,
        draft=draft,
    )


def _context(
    book: Book, period: Period, language: Language, names: Labels, withheld: frozenset[Spot]
) -> Context:
    return Context(
        book=book,
        period=period,
        before=period.year_before(),
        language=language,
        labels=names,
        withheld=withheld,
        districts=districts(),
    )
