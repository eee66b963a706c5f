"""What everybody may read: published reports, their figures' rows, the catalogue."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from steiger.web.reports.domain.documents import edition_document, frozen_book, uncollected_in
from steiger.web.reports.domain.queries import latest_published, may_see_rows, opened
from steiger.web.reports.interfaces.files import csv_response, file_response, written
from steiger.web.reports.interfaces.pages import (
    FORMS,
    catalogue,
    edition_context,
    rows_context,
    seen_edition,
)
from steiger.web.reports.interfaces.words import language, may_write, spot_of


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Published reports, the latest first."""
    context = {"editions": latest_published(), "may_write": may_write(request.user)}
    return render(request, "reports/overview.html", context)


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """What is counted, and how."""
    context = {"indicators": catalogue(), "writes": may_write(request.user)}
    return render(request, "reports/indicators.html", context)


@require_safe
@never_cache
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """A handed-in report."""
    found = seen_edition(pk, request.user)
    document = edition_document(found, language())
    context = edition_context(found, document, request.user)
    return render(request, "reports/edition.html", context)


@require_safe
@never_cache
def edition_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A handed-in report as a file; the PDF is the one that was handed in."""
    if form not in FORMS:
        raise Http404
    found = seen_edition(pk, request.user)
    document = edition_document(found, language())
    if form == "pdf":
        content = bytes(found.pdf_en if language() == "en" else found.pdf_de)
    else:
        content = written(document, form, found.handed_in_at)
    return file_response(content, document, form)


@require_safe
@never_cache
def edition_table(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One table of a handed-in report as CSV."""
    grids = edition_document(seen_edition(pk, request.user), language()).grids
    if not 1 <= number <= len(grids):
        raise Http404
    return csv_response(grids[number - 1])


@require_safe
@never_cache
def edition_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows behind a figure, as they were handed in."""
    found = seen_edition(pk, request.user)
    book = frozen_book(found)
    spot = spot_of(request.GET, book)
    if spot in uncollected_in(found.content) or not may_see_rows(book, spot, request.user):
        raise Http404
    context = rows_context(opened(book, spot, request.user), book, frozen=True)
    context |= {"edition": found, "report": found.report}
    return render(request, "reports/rows.html", context)
