"""What to offer when nothing matches: nearby questions that do have answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from rapidfuzz.distance import DamerauLevenshtein

from steiger.engines.directory.search.types import Query, Relaxation
from steiger.lib.text import tokens

RADII_KM = (10.0, 25.0, 50.0, 100.0)


class Counter(Protocol):
    """What counts answers (the index)."""

    def count(self, query: Query) -> int:
        """How many actors match."""
        ...

    def spelling(self, query: Query) -> str:
        """A corrected question, or ""."""
        ...


def relaxations(index: Counter, query: Query) -> tuple[Relaxation, ...]:
    """Questions near to one without answers, most helpful first; each count is real."""
    query = replace(query, offset=0, limit=1, bounds=None if query.bounds else query.bounds)
    offers: list[Relaxation] = []
    if query.text and (fixed := index.spelling(query)):
        offers.append(Relaxation("spelling", index.count(replace(query, text=fixed)), text=fixed))
    for facet, keys in query.facets.items():
        if keys:
            offers.append(Relaxation("facet", index.count(query.without(facet)), facet=facet))
    if query.near is not None and query.radius_km is not None:
        for radius in RADII_KM:
            total = index.count(replace(query, radius_km=radius)) if radius > query.radius_km else 0
            if total:
                offers.append(Relaxation("radius", total, radius_km=radius))
                break
        anywhere = replace(query, near=None, radius_km=None)
        offers.append(Relaxation("area", index.count(anywhere)))
    if query.text and (query.facets or query.near):
        offers.append(Relaxation("text", index.count(replace(query, text=""))))
    return tuple(offer for offer in offers if offer.total)


def nearest_word(asked: str, names: Iterable[str]) -> str | None:
    """The word of these names that is at most two edits away from what was asked."""
    words = {word for name in names for word in tokens(name) if len(word) > 3}
    scored = sorted((DamerauLevenshtein.distance(asked, word), word) for word in words)
    return scored[0][1] if scored and scored[0][0] <= 2 else None
