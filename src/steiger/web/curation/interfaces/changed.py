"""Which entries of a filtered view have changed: the view's own question, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict

from steiger.web.directory.domain.areas import resolve_place
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.interfaces.facets import known_keys
from steiger.web.directory.interfaces.filters import Filters, parse, to_query
from steiger.web.directory.models import Actor

PAGE = 200
#: A subscription of everything after a large import stops here; the mail says that there is more.
MOST = 2_000


def filters_of(query: str) -> Filters:
    """The filters that an address names, without what only concerns the way of showing them."""
    found = parse(QueryDict(query.removeprefix("?")), known_keys).filters
    return found.but(view="list", sort="", more="")


def normal(query: str) -> str:
    """The filters in normal form, as they are kept: equal views give equal texts."""
    return filters_of(query).query_string()


def changed_in(query: str, since: datetime) -> Sequence[int]:
    """Numbers of entries of the view that changed after a time, the newest first."""
    filters = filters_of(query)
    place = resolve_place(filters.near).place if filters.near else None
    near = (place.lat, place.lon) if place else None
    question = to_query(filters, near=near, per_page=PAGE)
    question = replace(question, sort="changed", offset=0)
    found: list[int] = []
    while len(found) < MOST:
        hits = search_index().search(replace(question, offset=len(found)), relax=False).hits
        numbers = [hit.id for hit in hits]
        if not numbers:
            break
        found += numbers
        newest = Actor.objects.filter(pk__in=numbers, changed_at__gt=since).count()
        if newest < len(numbers):
            break  # sorted by change: what follows is older
    return found[:MOST]
