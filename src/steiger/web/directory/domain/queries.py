"""What pages read about actors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor, FormerAddress

KM_PER_DEGREE = 111.195
NEAR_BOX_KM = 25.0


@dataclass(frozen=True, slots=True)
class Card:
    """One line of a list: what a visitor needs in order to choose.

    Attributes:
        roles: keys of the accepted roles.
        categories: keys of their categories, each once.
        offer: one line, in the reader's language where there is one.
        offer_language: code of its language where it is not the reader's, else "".
    """

    id: int
    slug: str
    name: str
    town: str
    district: str
    roles: tuple[str, ...]
    categories: tuple[str, ...]
    offer: str
    offer_language: str
    is_example: bool
    verified_on: date | None
    changed_on: date
    website: str
    latitude: float | None
    longitude: float | None


_CARD_COLUMNS = (
    "id",
    "slug",
    "name",
    "town",
    "district",
    "role_keys",
    "is_example",
    "verified_on",
    "changed_at",
    "website",
    "latitude",
    "longitude",
    "offer_de",
    "offer_en",
)


def cards(numbers: Sequence[int]) -> dict[int, Card]:
    """Cards of published actors by number, in one query."""
    if not numbers:
        return {}
    words = vocabulary()
    # The state is compared here and not in SQL: SQLite would take the index on the state, which
    # holds nearly everyone, instead of the twenty numbers (3.4 ms instead of 0.2 ms).
    asked = Actor.objects.filter(id__in=numbers).order_by().values_list("state", *_CARD_COLUMNS)
    rows = [row for state, *row in asked if state == Actor.State.PUBLISHED]
    found = {}
    for number, slug, name, town, district, roles, example, verified, changed, *rest in rows:
        categories = dict.fromkeys(c for key in roles if (c := words.category_of(key)))
        website, latitude, longitude, offer_de, offer_en = rest
        found[number] = Card(
            id=number,
            slug=slug,
            name=name,
            town=town,
            district=district,
            roles=tuple(roles),
            categories=tuple(categories),
            offer=in_language(offer_de, offer_en),
            offer_language=foreign_language(offer_de, offer_en),
            is_example=example,
            verified_on=verified,
            changed_on=timezone.localdate(changed),
            website=website,
            latitude=latitude,
            longitude=longitude,
        )
    return found


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or settings.LANGUAGE_CODE).startswith("en")


def in_language(de: str, en: str) -> str:
    """The text in the reader's language; the other one where it is missing."""
    return (en or de) if is_english() else (de or en)


def foreign_language(de: str, en: str) -> str:
    """Code of the language of what `in_language` gives where it is not the reader's, else ""."""
    if is_english():
        return "de" if de and not en else ""
    return "en" if en and not de else ""


def find_actor(slug: str) -> Actor | None:
    """The actor with this or a former address, in whatever state; drafts are not found."""
    known = Actor.objects.exclude(state=Actor.State.DRAFT).select_related("merged_into")
    actor = known.filter(slug=slug).first()
    if actor is None:
        former = FormerAddress.objects.filter(slug=slug).values("actor_id")
        actor = known.filter(id__in=former).first()
    return actor


def target_of(actor: Actor) -> Actor:
    """Where a merged actor went, through any number of mergers."""
    seen = set()
    while actor.state == Actor.State.MERGED and actor.merged_into and actor.pk not in seen:
        seen.add(actor.pk)
        actor = actor.merged_into
    return actor


def nearby(actor: Actor, limit: int = 5) -> list[tuple[Card, float]]:
    """The nearest other actors within 25 km, with their distance in kilometres.

    Reads a box around the actor from the database; distances on the plane, which is exact to
    0.1 % over such a box.
    """
    if actor.latitude is None or actor.longitude is None:
        return []
    lat0, lon0 = actor.latitude, actor.longitude
    dlat = NEAR_BOX_KM / KM_PER_DEGREE
    scale = max(0.01, math.cos(math.radians(lat0)))
    box = Actor.objects.filter(
        state=Actor.State.PUBLISHED,
        latitude__range=(lat0 - dlat, lat0 + dlat),
        longitude__range=(lon0 - dlat / scale, lon0 + dlat / scale),
    ).exclude(pk=actor.pk)
    away = sorted(
        (math.hypot((lat or 0.0) - lat0, ((lon or 0.0) - lon0) * scale) * KM_PER_DEGREE, number)
        for number, lat, lon in box.order_by("id").values_list("id", "latitude", "longitude")
    )[:limit]
    found = cards([number for _, number in away])
    return [(found[number], km) for km, number in away if number in found]


def history(actor: Actor, limit: int = 50) -> list[LogEntry]:
    """What was done to an actor, newest first. Entries name roles, never persons."""
    entries = LogEntry.objects.filter(object_type="directory.actor", object_id=str(actor.pk))
    return list(entries.order_by("-id").defer("user_number", "request_id")[:limit])


def published_count() -> int:
    """How many actors the public sees."""
    return Actor.objects.filter(state=Actor.State.PUBLISHED).count()
