"""One question to the index, with the lines that a page shows for its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from steiger.engines.directory.search import Hit, Query, Relaxation
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.queries import Card, cards
from steiger.web.directory.models import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """One actor of the answer: its card, and why and how far away it was found."""

    card: Card
    hit: Hit


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the answer.

    Attributes:
        page, pages: number of the page shown (1-based; the last one if a later one was asked).
        spelling: a better spelling of the text, where one is known.
    """

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int
    facet_counts: Mapping[str, Mapping[str, int]]
    relaxations: tuple[Relaxation, ...]
    approximate: bool
    spelling: str = ""


def find(query: Query) -> Found:
    """Ask the index and read the lines of one page."""
    index = search_index()
    result = index.search(query)
    pages = max(1, -(-result.total // query.limit))
    page = query.offset // query.limit + 1
    if page > pages:
        page = pages
        query = replace(query, offset=(pages - 1) * query.limit)
        result = index.search(query)
    known = cards([hit.id for hit in result.hits])
    spelling = index.spelling(query) if result.approximate else ""
    return Found(
        lines=tuple(Line(known[hit.id], hit) for hit in result.hits if hit.id in known),
        total=result.total,
        page=page,
        pages=pages,
        facet_counts=result.facet_counts,
        relaxations=result.relaxations,
        approximate=result.approximate,
        spelling=spelling,
    )


def common_topics(query: Query, limit: int = 6) -> Mapping[str, int]:
    """The most frequent topics of what the question finds without its text."""
    found = search_index().search(replace(query, text="", limit=0, offset=0), relax=False)
    topics = sorted(found.facet_counts["topic"].items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(topics[:limit])


@dataclass(frozen=True, slots=True)
class Proposal:
    """One completion while typing, with the address of its page."""

    text: str
    matched: str
    why: str
    slug: str
    town: str


def suggest(text: str, limit: int = 8) -> list[Proposal]:
    """Actors whose names continue the text."""
    found = search_index().suggest(text, limit)
    known = {
        number: (slug, town)
        for number, slug, town, state in Actor.objects.filter(id__in=[s.id for s in found])
        .order_by()
        .values_list("id", "slug", "town", "state")
        if state == Actor.State.PUBLISHED
    }
    return [Proposal(s.text, s.matched, s.why, *known[s.id]) for s in found if s.id in known]
