"""The report of an examination: as a page, as accessible PDF, as OSCAL."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from steiger.engines.audit.report import Language
from steiger.web.audits.domain import reporting
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.interfaces.pages import report_context
from steiger.web.audits.interfaces.words import refusal
from steiger.web.audits.models import Audit
from steiger.web.audits.views.common import seen


@require_safe
@login_required
@never_cache
def report(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The report on a page."""
    return _page(request, seen(request, audit), reads=False)


@require_safe
@login_required
@never_cache
def report_pdf(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The report as PDF/A-2a and PDF/UA-1."""
    return _pdf(seen(request, audit))


@require_safe
@login_required
@never_cache
def report_oscal(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The results as OSCAL assessment results."""
    return _oscal(seen(request, audit))


@require_safe
def example(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The report of an invented examination."""
    return _page(request, _example(audit), reads=True)


@require_safe
def example_pdf(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The same as PDF."""
    return _pdf(_example(audit))


@require_safe
def example_oscal(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The same as OSCAL."""
    return _oscal(_example(audit))


def _example(number: UUID) -> Audit:
    return get_object_or_404(Audit, pk=number, example=True)


def _page(request: HttpRequest, audit: Audit, *, reads: bool) -> HttpResponse:
    try:
        chapters = reporting.chapters_of(audit, _language())
    except RefusedError as error:
        raise Http404(refusal(error)) from error
    return render(request, "audits/report.html", report_context(audit, chapters, reads=reads))


def _pdf(audit: Audit) -> HttpResponse:
    return _file(audit, reporting.pdf_of, "application/pdf", "pdf")


def _oscal(audit: Audit) -> HttpResponse:
    return _file(audit, reporting.oscal_of, "application/json", "oscal.json")


def _file(
    audit: Audit, make: Callable[[Audit, Language], bytes], media_type: str, ending: str
) -> HttpResponse:
    try:
        content = make(audit, _language())
    except RefusedError as error:
        raise Http404(refusal(error)) from error
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="pruefbericht-{audit}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _language() -> Language:
    return "en" if (get_language() or "").startswith("en") else "de"
