"""Invented examinations, which everyone may read from beginning to end."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from steiger.web.audits.domain import chain as chains
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.interfaces.pages import audit_context, chain_lines, rating_context
from steiger.web.audits.interfaces.words import refusal
from steiger.web.audits.models import Audit
from steiger.web.audits.views.common import download


def _example(number: UUID) -> Audit:
    return get_object_or_404(Audit, pk=number, example=True)


@require_safe
def example(request: HttpRequest, audit: UUID) -> HttpResponse:
    """One invented examination."""
    return render(request, "audits/audit.html", audit_context(_example(audit), None))


@require_safe
def rating(request: HttpRequest, audit: UUID, dimension: str) -> HttpResponse:
    """What was said of the indicators of one dimension."""
    found = _example(audit)
    try:
        context = rating_context(found, dimension, view="audits:example_rating")
    except RefusedError as error:
        raise Http404(refusal(error)) from error
    return render(request, "audits/rating.html", context | {"editable": False, "reads": True})


@require_safe
def chain(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Its log."""
    found = _example(audit)
    context = {"audit": found, "state": chains.check(found), "lines": chain_lines(found)}
    return render(request, "audits/chain.html", context | {"reads": True})


@require_safe
def file(request: HttpRequest, audit: UUID, number: int) -> HttpResponseBase:
    """Its evidence, as a download."""
    kept = _example(audit).evidence.filter(number=number).first()
    if kept is None or not default_storage.exists(kept.path):
        raise Http404
    answer: FileResponse = download(kept)
    return answer
