"""Any filtered view as a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.directory.domain.export_fields import Columns
from steiger.web.directory.interfaces import export_formats as formats
from steiger.web.directory.interfaces.export_formats import About, about, file_name
from steiger.web.directory.interfaces.selection import Selection, select
from steiger.web.directory.views.refused import refused

#: Lists of more entries than this are counted: so many of them an hour and sender.
LARGE, MOST = 2_000, 60
#: Rises when the form of a file changes, so that nobody keeps the old form.
FORMAT = 1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A large workbook takes a core for seconds; one at a time leaves the other pages quick.
_workbook = threading.BoundedSemaphore(1)

Pieces = Callable[[Selection, Columns, About], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class _Form:
    ending: str
    content_type: str
    pieces: Pieces


CSV = _Form("csv", "text/csv; charset=utf-8", lambda s, c, _about: formats.csv_pieces(s, c))
GEOJSON = _Form("geojson", "application/geo+json", formats.geojson_pieces)
JSON_LD = _Form("jsonld", "application/ld+json", formats.json_ld_pieces)


@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    """The selection as CSV."""
    return _file(request, CSV)


@require_safe
def geojson(request: HttpRequest) -> HttpResponseBase:
    """The selection as GeoJSON."""
    return _file(request, GEOJSON)


@require_safe
def json_ld(request: HttpRequest) -> HttpResponseBase:
    """The selection as JSON-LD."""
    return _file(request, JSON_LD)


@require_safe
def xlsx(request: HttpRequest) -> HttpResponseBase:
    """The selection as XLSX."""
    return _file(request, None)


def _file(request: HttpRequest, form: _Form | None) -> HttpResponseBase:
    selection = select(request.GET)
    if (wrong := refused(selection)) is not None:
        return wrong
    ending, language = form.ending if form else "xlsx", get_language() or "de"
    tag = selection.tag(ending, language, FORMAT)

    @condition(etag_func=lambda _request: tag)
    def answer(_request: HttpRequest) -> HttpResponseBase:
        large = len(selection.numbers) > LARGE and request.method != "HEAD"
        if large and not within_limit(request, "directory.export", MOST):
            return _later(request, 429, 3600)
        if form is None:
            return _workbook_answer(request, selection, large)
        return _streamed(request, form, selection)

    response = answer(request)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    return response


def _streamed(request: HttpRequest, form: _Form, selection: Selection) -> HttpResponseBase:
    columns = Columns(get_language() or "de")
    today = timezone.localdate()
    facts = about(selection, columns, today)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=form.content_type)
    else:
        pieces = form.pieces(selection, columns, facts)
        response = StreamingHttpResponse(pieces, content_type=form.content_type)
    return _named(response, facts, file_name(today, form.ending))


def _workbook_answer(request: HttpRequest, selection: Selection, large: bool) -> HttpResponseBase:
    columns = Columns(get_language() or "de")
    today = timezone.localdate()
    facts = about(selection, columns, today)
    name = file_name(today, "xlsx")
    if request.method == "HEAD":
        return _named(HttpResponse(content_type=XLSX), facts, name)
    if large and not _workbook.acquire(blocking=False):
        return _later(request, 503, 30)
    try:
        file = formats.xlsx_file(selection, columns, facts)
    finally:
        if large:
            _workbook.release()
    return _named(FileResponse(file, content_type=XLSX), facts, name)


def _named(response: HttpResponseBase, facts: About, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Link"] = f'<{facts.licence_url}>; rel="license"'
    return response


def _later(request: HttpRequest, status: int, seconds: int) -> HttpResponse:
    response = render(request, "directory/export_later.html", {"seconds": seconds}, status=status)
    response["Retry-After"] = str(seconds)
    return response
