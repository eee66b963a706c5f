"""Data for the map: points, areas, and one actor as a card."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from steiger.engines.directory.search import Query
from steiger.web.directory.domain import map_points
from steiger.web.directory.domain.areas import area_label, resolve_place
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.queries import cards
from steiger.web.directory.interfaces.facets import known_keys
from steiger.web.directory.interfaces.filters import parse, to_query

#: Answers kept per process; each holds at most some hundred kilobytes.
REMEMBERED = 24
DAY_S = 86_400

Circle = tuple[float, float, float, str]


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """All actors with a place that pass the filters of the address, as columns."""
    query, circle = _question(request)
    generation = search_index().generation
    tag = _tag(map_points.FORMAT, generation, _key(query), circle)

    @condition(etag_func=lambda _request: tag)
    def answer(_request: HttpRequest) -> HttpResponse:
        return _json(request, _points(generation, _Question(query), circle))

    response = answer(request)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """State, districts, rivers and towns of the region."""
    return _static(request, map_points.areas_payload)


@require_safe
def municipalities(request: HttpRequest) -> HttpResponse:
    """Borders of the municipalities."""
    return _static(request, map_points.municipalities_payload)


@require_safe
def card(request: HttpRequest, number: int) -> HttpResponse:
    """One actor as a card: a piece of a page."""
    found = cards([number]).get(number) if number < 2**63 else None
    if found is None:
        raise Http404
    response = render(request, "directory/parts/map_card.html", {"card": found})
    response["Cache-Control"] = "private, max-age=60"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


# --- helpers ------------------------------------------------------------------------------------
class _Question:
    """A query that can be the key of a cache."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self._key = _key(query)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self._key == other._key


def _question(request: HttpRequest) -> tuple[Query, Circle | None]:
    filters = parse(request.GET, known_keys).filters.but(view="list", sort="", more="")
    place = resolve_place(filters.near).place if filters.near else None
    query = to_query(filters, near=(place.lat, place.lon) if place else None, per_page=1)
    km = float(filters.active_radius or 0)
    return query, (place.lon, place.lat, km, area_label(place)) if place else None


def _key(query: Query) -> tuple[Any, ...]:
    facets = tuple(sorted((name, tuple(sorted(keys))) for name, keys in query.facets.items()))
    return (query.text, facets, query.near, query.radius_km, query.bounds)


def _tag(*parts: object) -> str:
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'


@lru_cache(maxsize=REMEMBERED)
def _points(generation: str, question: _Question, circle: Circle | None) -> tuple[bytes, bytes]:
    near = None
    if circle:
        near = dict(zip(("lon", "lat", "km", "label"), circle, strict=True))
    return _packed(map_points.points_payload(question.query, near=near))


@lru_cache(maxsize=8)
def _areas(
    make: Callable[[str], dict[str, Any]], key: str, _language: str | None
) -> tuple[bytes, bytes]:
    return _packed(make(key))


def _packed(payload: dict[str, Any]) -> tuple[bytes, bytes]:
    body = map_points.encode(payload)
    return body, gzip.compress(body, 6, mtime=0)


def _static(request: HttpRequest, make: Callable[[str], dict[str, Any]]) -> HttpResponse:
    packed = _areas(make, map_points.region_key(), get_language())
    tag = _tag(map_points.FORMAT, packed[0])

    @condition(etag_func=lambda _request: tag)
    def answer(_request: HttpRequest) -> HttpResponse:
        return _json(request, packed)

    response = answer(request)
    response["Cache-Control"] = f"public, max-age={DAY_S}"
    return response


def _json(request: HttpRequest, packed: tuple[bytes, bytes]) -> HttpResponse:
    plain, small = packed
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(small, content_type="application/json")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(plain, content_type="application/json")
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
