"""The question of an address as a value that can be the key of a cache."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from steiger.engines.directory.search import Query
from steiger.web.directory.domain.areas import resolve_place
from steiger.web.directory.interfaces.facets import known_keys
from steiger.web.directory.interfaces.filters import Filters, parse, to_query


class Question:
    """A query, with the filters that it came from."""

    def __init__(self, query: Query, filters: Filters) -> None:
        self.query, self.filters = query, filters
        facets = tuple(sorted((name, tuple(sorted(keys))) for name, keys in query.facets.items()))
        self.key: tuple[Any, ...] = (query.text, facets, query.near, query.radius_km, query.bounds)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Question) and self.key == other.key


def question_of(data: QueryDict) -> Question:
    """What an address asks, without view, order and page."""
    filters = parse(data, known_keys).filters.but(view="list", sort="", more="")
    found = resolve_place(filters.near).place if filters.near else None
    near = (found.lat, found.lon) if found else None
    return Question(to_query(filters, near=near, per_page=1), filters)
