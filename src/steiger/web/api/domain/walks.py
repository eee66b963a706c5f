"""One page of a walk over the entries that fit a question."""

from __future__ import annotations

from dataclasses import dataclass, replace

from steiger.engines.directory.search import Query
from steiger.web.api.domain.actors import Json, summaries
from steiger.web.directory.domain.index import search_index

Key = tuple[str | float, int]


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        last: key of the last entry, behind which the next page begins; None by relevance.
        shown: numbers of the entries of this page, as the index gave them.
        more: whether entries follow.
    """

    items: tuple[Json, ...]
    total: int
    last: Key | None
    shown: frozenset[int]
    more: bool
    approximate: bool


def page(question: Query, *, after: Key | None, seen: frozenset[int]) -> Page:
    """The entries behind a key, or those not yet seen."""
    index = search_index()
    step = index.walk(question, after=after, seen=seen)
    known = summaries([hit.id for hit in step.hits])
    items = tuple(
        known[hit.id]
        | {
            "distance_km": round(hit.distance_km, 3) if hit.distance_km is not None else None,
            "matched": hit.matched_name or "",
        }
        for hit in step.hits
        if hit.id in known
    )
    by_words = bool(question.text) and question.sort == "relevance"
    approximate = by_words and index.search(replace(question, limit=0), relax=False).approximate
    shown = frozenset(hit.id for hit in step.hits)
    return Page(items, step.total, step.last, shown, step.more, approximate)
