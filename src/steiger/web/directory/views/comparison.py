"""Side by side, and as one page to hand out."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from steiger.web.directory.domain.index import search_index
from steiger.web.directory.interfaces.comparison import comparison
from steiger.web.directory.interfaces.profile import profile_pdf
from steiger.web.directory.interfaces.question import Question, question_of
from steiger.web.directory.interfaces.selection import select
from steiger.web.directory.views.refused import refused


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to three actors, or up to four districts, side by side."""
    return render(request, "directory/comparison.html", {"page": comparison(request.GET)})


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """The selection of the address as one printable page."""
    if (wrong := refused(select(request.GET))) is not None:
        return wrong
    question = question_of(request.GET)
    today = timezone.localdate().isoformat()
    state = (search_index().generation, get_language() or "", today)
    # What was asked leads to the title of the page, so it counts beside what was found.
    asked = question.filters.query_string()
    tag = hashlib.sha256(repr((state, asked, question.key)).encode()).hexdigest()[:20]

    @condition(etag_func=lambda _request: f'"{tag}"')
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(_made(state, asked, question), content_type="application/pdf")
        name = "-".join(["ki-landkarte", slugify(asked)[:60].strip("-"), today]).replace("--", "-")
        response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        return response

    response = answer(request)
    response["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=16)
def _made(_state: tuple[str, str, str], _asked: str, question: Question) -> bytes:
    return profile_pdf(question)
