"""The network's data, its picture, and the relations of one actor."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.network import network
from steiger.web.directory.interfaces.network import actor_ties, encode, payload, picture
from steiger.web.directory.interfaces.question import Question, question_of

REMEMBERED = 12


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Actors and relations that pass the filters of the address, with their places."""
    return _answer(request, "application/json", _data)


@require_safe
def drawing(request: HttpRequest) -> HttpResponse:
    """The same as a picture that needs no script."""
    return _answer(request, "image/svg+xml", _picture)


@require_safe
def ties(request: HttpRequest, number: int) -> HttpResponse:
    """The relations of one actor: a piece of a page."""
    found = actor_ties(number) if number < 2**63 else None
    if found is None:
        raise Http404
    node, lines, total = found
    context = {"node": node, "lines": lines, "total": total}
    response = render(request, "directory/parts/actor_ties.html", context)
    response["Cache-Control"] = "private, max-age=60"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


# --- helpers ------------------------------------------------------------------------------------
Packed = tuple[bytes, bytes]
State = tuple[str, str, str]


@lru_cache(maxsize=REMEMBERED)
def _data(_state: State, question: Question) -> Packed:
    return _packed(encode(payload(question.query)))


@lru_cache(maxsize=REMEMBERED)
def _picture(_state: State, question: Question) -> Packed:
    return _packed(picture(question.query).encode())


def _packed(body: bytes) -> Packed:
    return body, gzip.compress(body, 6, mtime=0)


def _answer(
    request: HttpRequest, content_type: str, make: Callable[[State, Question], Packed]
) -> HttpResponse:
    question = question_of(request.GET)
    state = (search_index().generation, network().version, get_language() or "")
    tag = hashlib.sha256(repr((content_type, state, question.key)).encode()).hexdigest()[:20]

    @condition(etag_func=lambda _request: f'"{tag}"')
    def answer(_request: HttpRequest) -> HttpResponse:
        plain, small = make(state, question)
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return HttpResponse(plain, content_type=content_type)
        response = HttpResponse(small, content_type=content_type)
        response["Content-Encoding"] = "gzip"
        return response

    response = answer(request)
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = "no-cache"
    return response
