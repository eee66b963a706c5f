"""What the pages of this room show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.freezing import Difference
from steiger.engines.reporting.indicators import Dimension, Indicator, label
from steiger.engines.reporting.periods import day_text
from steiger.engines.reporting.words import number
from steiger.engines.reporting.writing.document import Document, Grid
from steiger.web.reports.domain.declared import all_declared
from steiger.web.reports.domain.documents import frozen_book
from steiger.web.reports.domain.labels import labels
from steiger.web.reports.domain.queries import (
    Opened,
    compared,
    may_see_rows,
    redefined,
    successor,
)
from steiger.web.reports.interfaces.html import rendered
from steiger.web.reports.interfaces.words import language, may_write, spot_query, where_words
from steiger.web.reports.models import Edition, Report

FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def document_context(
    document: Document, rows_url: Callable[[Spot], str], table_url: Callable[[Grid], str]
) -> dict[str, Any]:
    """A document on a page."""
    return {
        "document": document,
        "body": rendered(document, rows_url, table_url),
        "contents": [p for p in document.parts if getattr(p, "level", 0) == 1],
    }


def draft_context(report: Report, document: Document) -> dict[str, Any]:
    """The preview of a draft; every figure opens to the rows of today."""
    address = reverse("reports:live_rows")

    def rows_url(spot: Spot) -> str:
        return f"{address}?{spot_query(spot)}"

    return {"report": report, **document_context(document, rows_url, _no_table)}


def _no_table(_grid: Grid) -> str:
    """Tables of a draft are taken along all together, as XLSX."""
    return ""


def edition_context(edition: Edition, document: Document, reader: object) -> dict[str, Any]:
    """A handed-in report; figures open as far as the reader may see their rows."""
    address = reverse("reports:edition_rows", kwargs={"pk": edition.pk})
    book = frozen_book(edition)

    def rows_url(spot: Spot) -> str:
        return f"{address}?{spot_query(spot)}" if may_see_rows(book, spot, reader) else ""

    def table_url(grid: Grid) -> str:
        number_ = next(i for i, g in enumerate(document.grids, start=1) if g.key == grid.key)
        return reverse("reports:edition_table", kwargs={"pk": edition.pk, "number": number_})

    return {
        "edition": edition,
        "report": edition.report,
        "successor": successor(edition),
        "may_write": may_write(reader),
        **document_context(document, rows_url, table_url),
    }


def seen_edition(pk: int, reader: Any) -> Edition:
    """An edition that the reader may see.

    Raises:
        Http404: there is none, or it is not published and the reader does not work for the hub.
    """
    edition = Edition.objects.select_related("report").filter(pk=pk).first()
    staff = getattr(reader, "is_staff_member", False)
    if edition is None or not (staff or edition.published_at):
        raise Http404
    return edition


# --- rows ---------------------------------------------------------------------------------------
def rows_context(opened: Opened, book: Book, *, frozen: bool) -> dict[str, Any]:
    """The rows behind a figure."""
    words, names = language(), labels()
    about = book.indicators[opened.spot.indicator]
    lines = []
    for row in opened.rows:
        values = [
            ", ".join(label(names, d.key, value, words) for value in row.value(d.key))
            for d in about.dimensions
        ]
        lines.append(
            {
                "day": day_text(row.on, words),
                "values": list(zip(_heads(about), values, strict=True)),
                "amount": row.amount,
                "named": opened.names.get(row.key),
            }
        )
    return {
        "about": about,
        "name": about.name.of(words),
        "unit": about.unit.of(words),
        "definition": about.definition.of(words),
        "period": opened.spot.period.label(words),
        "where": where_words(opened.spot, book, names),
        "count": number(opened.count, words),
        "heads": _heads(about),
        "rows": lines,
        "with_names": opened.may_name,
        "with_amounts": any(row.amount != 1 for row in opened.rows),
        "frozen": frozen,
    }


def _heads(about: Indicator) -> list[str]:
    return [d.name.of(language()) for d in about.dimensions]


# --- catalogue ----------------------------------------------------------------------------------
def catalogue() -> list[dict[str, Any]]:
    """Every indicator with its definition."""
    words = language()

    def named(dimensions: tuple[Dimension, ...], *, stock: bool) -> list[tuple[str, str]]:
        found = [(d.name.of(words), d.key) for d in dimensions]
        return found if stock else [*found, (_("Month"), "month")]

    return [
        {
            "key": key,
            "name": declared.about.name.of(words),
            "definition": declared.about.definition.of(words),
            "unit": declared.about.unit.of(words),
            "source": declared.about.source.of(words),
            "owner": declared.about.owner.of(words),
            "since": day_text(declared.about.since, words),
            "dimensions": named(declared.about.dimensions, stock=declared.about.stock),
            "personal": declared.about.personal,
            "stock": declared.about.stock,
        }
        for key, declared in all_declared().items()
    ]


# --- comparison with today ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """One figure then and now."""

    name: str
    then: str
    now: str
    what: str
    url: str


def compared_context(edition: Edition) -> dict[str, Any]:
    """Figures that are not what they were, and how many are."""
    found = compared(edition)
    names, book = labels(), frozen_book(edition)
    lines = [_line(edition, d, book, names) for d in found if not d.same]
    return {
        "edition": edition,
        "report": edition.report,
        "lines": lines,
        "redefined": ", ".join(about.name.of(language()) for about in redefined(edition)),
        "same": len(found) - len(lines),
        "all": len(found),
        "today": day_text(timezone.localdate(), language()),
    }


def _line(edition: Edition, difference: Difference, book: Book, names: Any) -> Line:
    words, spot = language(), difference.spot
    parts = [value for _name, value in where_words(spot, book, names)]
    about = book.indicators[spot.indicator]
    title = ", ".join((about.name.of(words), *parts, spot.period.label(words)))
    said = [
        (_("%(n)s more"), len(difference.added)),
        (_("%(n)s less"), len(difference.removed)),
        (_("%(n)s altered"), len(difference.altered)),
    ]
    what = ", ".join(text % {"n": n} for text, n in said if n)
    address = reverse("reports:edition_rows", kwargs={"pk": edition.pk})
    return Line(
        title,
        number(difference.then, words),
        number(difference.now, words),
        what,
        f"{address}?{spot_query(spot)}",
    )
