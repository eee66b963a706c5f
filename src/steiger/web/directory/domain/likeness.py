"""Which actors a new name is probably one of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from steiger.engines.directory.search import Query
from steiger.lib.text import tokens
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.queries import cards
from steiger.web.directory.models import Actor

#: From this likeness of names on, 0 to 1, an actor is worth asking about.
FLOOR = 0.75


@dataclass(frozen=True, slots=True)
class Likely:
    """An actor that may be meant.

    Attributes:
        score: 0 to 1.
        reasons: stable keys: same_name, similar_name, acronym, same_domain, same_town.
    """

    actor_id: int
    slug: str
    name: str
    town: str
    score: float
    reasons: tuple[str, ...]


def likely_actors(name: str, *, town: str = "", website: str = "", limit: int = 3) -> list[Likely]:
    """Published actors that the name probably means, likeliest first."""
    if not name.strip():
        return []
    found = search_index().search(Query(text=name, limit=20), relax=False)
    proposals = search_index().suggest(name, 8)
    known = cards(list(dict.fromkeys([h.id for h in found.hits] + [p.id for p in proposals])))
    matched = {p.id: p.matched for p in proposals}
    likely = []
    for card in known.values():
        names = {card.name, matched.get(card.id, card.name)}
        score = max(fuzz.token_sort_ratio(_plain(name), _plain(one)) for one in names) / 100
        reasons = ["same_name" if score == 1 else "similar_name"]
        if website and _host(website) == _host(card.website):
            reasons, score = [*reasons, "same_domain"], max(score, 0.9)
        if town and _plain(town) == _plain(card.town):
            reasons.append("same_town")
        if score >= FLOOR:
            likely.append(Likely(card.id, card.slug, card.name, card.town, score, tuple(reasons)))
    return sorted(likely, key=lambda one: (-one.score, one.actor_id))[:limit]


def duplicate_pairs(
    progress: Callable[[int, int], None] | None = None,
) -> list[tuple[int, int, float, tuple[str, ...]]]:
    """Published actors that are probably the same: actor, actor, score 0 to 1, reasons.

    Args:
        progress: called with (done, total).
    """
    rows = Actor.objects.filter(state=Actor.State.PUBLISHED).order_by("pk")
    known = list(rows.values_list("pk", "sort_name", "town", "website"))
    found: list[tuple[int, int, float, tuple[str, ...]]] = []
    by_name: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for done, (number, name, town, website) in enumerate(known, start=1):
        for other, its_town, its_website in by_name[_plain(name)]:
            same_host = bool(website) and _host(website) == _host(its_website)
            same_town = bool(town) and _plain(town) == _plain(its_town)
            if same_host or same_town:
                marks = (("same_domain", same_host), ("same_town", same_town))
                reasons = ("same_name", *(key for key, is_so in marks if is_so))
                found.append((other, number, 0.95 if same_host else 0.85, reasons))
        by_name[_plain(name)].append((number, town, website))
        if progress and done % 1_000 == 0:
            progress(done, len(known))
    return found


def _plain(text: str) -> str:
    return " ".join(tokens(text))


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.").lower()
