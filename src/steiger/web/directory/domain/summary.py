"""The columns of an actor that repeat its winning values. Nothing else writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.conf import settings

from steiger.lib.text import fold, one_line
from steiger.regions import load_region
from steiger.web.directory.models import Actor, Description, Link, Name, Place, Role
from steiger.web.directory.models.values import Sourced

CHUNK = 1_000
OFFER_LENGTH = 180
COLUMNS = (
    "name",
    "short_name",
    "sort_name",
    "town",
    "municipality",
    "district",
    "latitude",
    "longitude",
    "website",
    "role_keys",
    "offer_de",
    "offer_en",
)
_NAME_ORDER = {"official": 0, "translation": 1, "short": 2, "acronym": 3, "alias": 4, "former": 5}
_LANGUAGE_ORDER = {"de": 0, "": 1}
V = TypeVar("V", bound=Sourced)


def _best(values: Iterable[V]) -> V | None:
    """The value of the strongest, then the newest statement."""
    return max(values, key=lambda v: (v.source.precedence, v.stated_on, -(v.pk or 0)), default=None)


def shown_name(names: Sequence[Name]) -> Name | None:
    """The name on pages: official first, then the strongest source, then German."""
    return min(
        names,
        key=lambda n: (
            _NAME_ORDER.get(n.kind, 9),
            -n.source.precedence,
            _LANGUAGE_ORDER.get(n.language, 2),
            n.pk or 0,
        ),
        default=None,
    )


def short_name(names: Sequence[Name], shown: str) -> str:
    """The short form beside the name, if there is one that differs."""
    short = [n for n in names if n.kind in {"short", "acronym"} and n.text != shown]
    best = min(
        short, key=lambda n: (-n.source.precedence, n.kind != "short", n.pk or 0), default=None
    )
    return best.text[:80] if best else ""


def offer(roles: Sequence[Role], texts: Sequence[Description], language: str) -> str:
    """What an actor offers, on one line, in "de" or "en"; the other language where it is missing.

    The first offer of the strongest source; without any, the description.
    """
    for role in sorted(roles, key=lambda r: (-r.source.precedence, r.term.position)):
        both = (role.offer_de, role.offer_en)
        if any(both):
            first, second = both if language == "de" else both[::-1]
            return one_line(first or second, OFFER_LENGTH)
    best = max(texts, key=lambda t: (t.language == language, t.source.precedence), default=None)
    return one_line(best.text, OFFER_LENGTH) if best else ""


def summarise(
    names: Sequence[Name],
    places: Sequence[Place],
    links: Sequence[Link],
    roles: Sequence[Role],
    texts: Sequence[Description],
) -> dict[str, Any]:
    """The summary columns for these values (hidden ones left out).

    Raises:
        ValueError: there is no name to show.
    """
    name = shown_name([n for n in names if not n.hidden])
    if name is None:
        raise ValueError("An actor needs at least one name that is not hidden.")
    place = _best(p for p in places if not p.hidden and p.kind == Place.Kind.SEAT)
    website = _best(x for x in links if not x.hidden and x.kind == "website")
    accepted = [r for r in roles if not r.hidden and r.state == Role.State.ACCEPTED]
    accepted.sort(key=lambda r: (r.term.position, r.term.key))
    shown = [t for t in texts if not t.hidden]
    municipality = place.municipality if place else ""
    area = load_region(settings.REGION).area(municipality) if municipality else None
    return {
        "name": name.text,
        "short_name": short_name([n for n in names if not n.hidden], name.text),
        "sort_name": fold(name.text)[:255],
        "town": place.town if place else "",
        "municipality": municipality,
        "district": municipality[:5] if area else "",
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "website": website.url if website else "",
        "role_keys": list(dict.fromkeys(r.term.key for r in accepted)),
        "offer_de": offer(accepted, shown, "de"),
        "offer_en": offer(accepted, shown, "en"),
    }


def refresh(actor_ids: Iterable[int]) -> None:
    """Recompute the summary of these actors. Call it inside the transaction of the change."""
    numbers = list(dict.fromkeys(actor_ids))
    for begin in range(0, len(numbers), CHUNK):
        part = numbers[begin : begin + CHUNK]
        names = _by_actor(Name.objects.filter(actor_id__in=part).select_related("source"))
        places = _by_actor(Place.objects.filter(actor_id__in=part).select_related("source"))
        links = _by_actor(Link.objects.filter(actor_id__in=part).select_related("source"))
        roles = _by_actor(Role.objects.filter(actor_id__in=part).select_related("source", "term"))
        texts = _by_actor(Description.objects.filter(actor_id__in=part).select_related("source"))
        actors = list(Actor.objects.filter(pk__in=part))
        for actor in actors:
            key = actor.pk
            values = summarise(names[key], places[key], links[key], roles[key], texts[key])
            for column, value in values.items():
                setattr(actor, column, value)
        Actor.objects.bulk_update(actors, COLUMNS, batch_size=200)


def _by_actor(values: Iterable[V]) -> defaultdict[int, list[V]]:
    grouped: defaultdict[int, list[V]] = defaultdict(list)
    for value in values:
        grouped[value.actor_id].append(value)
    return grouped
