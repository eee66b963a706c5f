"""Matching lists of people with the map, as the Reconciliation Service API 0.2 wants it.

Specification: "Reconciliation Service API v0.2", W3C Entity Reconciliation Community Group, 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from steiger.lib.text import one_line
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.details import SLOTS, winners
from steiger.web.directory.domain.likeness import likely_actors
from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Identifier,
    Name,
    Place,
)

Json = dict[str, Any]
ACTOR = "actor"
KINDS = ("organisation", "initiative")
CATEGORY = "category:"
IDENTIFIER = "identifier"
#: A candidate is taken for certain from this score on, if no other comes near it.
SURE, CLEAR = 0.95, 0.03
DESCRIPTION_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, understood.

    Attributes:
        types: ids of types; empty: all.
        values: property → values as texts.
    """

    name: str
    limit: int
    types: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Candidate:
    """An entry that may be meant, and what speaks for it."""

    score: float
    features: dict[str, bool | float] = field(default_factory=dict)

    def also(self, score: float, **features: bool | float) -> None:
        """Another finding about the same entry; the strongest counts."""
        self.score = max(self.score, score)
        self.features |= features


# --- types and properties -------------------------------------------------------------------------
def types() -> list[Json]:
    """All types: entries, their kinds, and the categories of the map."""
    root = {"id": ACTOR, "name": in_language("Eintrag der Karte", "Entry of the map")}
    kinds = [{"id": kind, "name": str(Actor.Kind(kind).label), "broader": [root]} for kind in KINDS]
    categories = [
        {"id": f"{CATEGORY}{key}", "name": word.label, "broader": [root]}
        for key, word in vocabulary().facet("category").items()
    ]
    return [root, *kinds, *categories]


def properties() -> list[Json]:
    """Everything by which queries are refined or lists are extended."""
    plain = {
        "name": ("Name", "Name"),
        "short_name": ("Kurzname", "Short name"),
        "town": ("Ort", "Town"),
        "postcode": ("Postleitzahl", "Postcode"),
        "street": ("Straße", "Street"),
        "district": ("Kreis", "District"),
        "municipality": ("Gemeinde", "Municipality"),
        "latitude": ("Breite", "Latitude"),
        "longitude": ("Länge", "Longitude"),
        "website": ("Website", "Website"),
        "role": ("Unterkategorie", "Sub-category"),
        "topic": ("Thema", "Topic"),
        "sector": ("Branche", "Sector"),
        "description": ("Beschreibung", "Description"),
        "founded": ("Gründungsjahr", "Year of foundation"),
        "changed": ("Geändert am", "Changed on"),
        IDENTIFIER: ("Kennung in einem Register", "Id in a register"),
    }
    found = [{"id": key, "name": in_language(de, en)} for key, (de, en) in plain.items()]
    schemes = vocabulary().words
    found += [
        {"id": f"{IDENTIFIER}:{key}", "name": word.label}
        for (kind, key), word in schemes.items()
        if kind == "identifier"
    ]
    return found


def beginning(items: Iterable[Json], prefix: str) -> list[Json]:
    """Types or properties whose name or id begins with the text, or has a word that does."""
    wanted = prefix.strip().casefold()
    found = []
    for item in items:
        name = str(item["name"]).casefold()
        words = (str(item["id"]).casefold(), name, *name.split())
        if any(word.startswith(wanted) for word in words):
            found.append(item)
    return found


# --- queries --------------------------------------------------------------------------------------
def candidates(asked: Asked) -> list[Json]:
    """Entries that are probably meant, likeliest first."""
    found: dict[int, Candidate] = {}
    for name, values in asked.values.items():
        if name.partition(":")[0] == IDENTIFIER:
            _by_identifier(found, values, name.partition(":")[2])
    websites, towns = asked.values.get("website", ()), asked.values.get("town", ())
    if asked.name:
        _by_slug(found, asked.name)
        town, website = next(iter(towns), ""), next(iter(websites), "")
        for one in likely_actors(asked.name, town=town, website=website, limit=20):
            reasons = dict.fromkeys(one.reasons, True)
            _of(found, one.actor_id).also(one.score, name_score=round(one.score, 4), **reasons)
    else:
        _by_website(found, websites)
    rows = Actor.objects.in_bulk(found.keys())
    public = [
        (number, row)
        for number, row in rows.items()
        if row.state == Actor.State.PUBLISHED and _has_type(row, asked.types)
    ]
    public.sort(key=lambda pair: (-found[pair[0]].score, pair[1].sort_name, pair[0]))
    return _results([(row, found[number]) for number, row in public], asked.limit)


def _of(found: dict[int, Candidate], number: int) -> Candidate:
    return found.setdefault(number, Candidate(0.0))


def _by_identifier(found: dict[int, Candidate], values: Sequence[str], scheme: str) -> None:
    """An id as it is, or as the address of its page in the register."""
    wanted = {part for value in values for part in (value, value.rstrip("/").rsplit("/", 1)[-1])}
    rows = Identifier.objects.filter(value__in=wanted - {""}, hidden=False)
    if scheme:
        rows = rows.filter(scheme=scheme)
    for number in rows.values_list("actor_id", flat=True)[:100]:
        _of(found, number).also(1.0, same_identifier=True)


def _by_slug(found: dict[int, Candidate], name: str) -> None:
    for number in Actor.objects.filter(slug=name).values_list("id", flat=True):
        _of(found, number).also(1.0, same_id=True)


def _by_website(found: dict[int, Candidate], websites: Sequence[str]) -> None:
    hosts = {host for value in websites if (host := host_of(value))}
    for host in hosts:
        rows = Actor.objects.filter(website__icontains=host).values_list("id", "website")
        for number, website in rows.order_by("id")[:100]:
            if host_of(website) == host:
                _of(found, number).also(0.9, same_domain=True)


def host_of(url: str) -> str:
    """The host of an address, also of one that was typed without its scheme."""
    text = url if "//" in url else f"//{url}"
    try:
        return (urlsplit(text).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def type_ids(actor: Actor) -> list[str]:
    """Ids of an entry's types."""
    words = vocabulary()
    categories = dict.fromkeys(c for key in actor.role_keys if (c := words.category_of(key)))
    return [actor.kind, *(f"{CATEGORY}{key}" for key in categories)]


def _has_type(actor: Actor, wanted: Collection[str]) -> bool:
    return not wanted or bool({ACTOR, *type_ids(actor)} & set(wanted))


def _results(found: Sequence[tuple[Actor, Candidate]], limit: int) -> list[Json]:
    names = {one["id"]: one["name"] for one in types()}
    second = found[1][1].score if len(found) > 1 else 0.0
    results = []
    for place, (actor, candidate) in enumerate(found[:limit]):
        score = min(1.0, max(0.0, candidate.score))
        certain = place == 0 and score >= SURE and score - second >= CLEAR
        results.append(
            {
                "id": actor.slug,
                "name": actor.name,
                "description": description_of(actor),
                "type": [{"id": key, "name": names.get(key, key)} for key in type_ids(actor)],
                "score": round(100 * score, 2),
                "features": [{"id": k, "value": v} for k, v in candidate.features.items()],
                "match": certain,
            }
        )
    return results


def description_of(actor: Actor) -> str:
    """What tells namesakes apart: the town, and what it offers."""
    offer = in_language(actor.offer_de, actor.offer_en)
    return one_line(" – ".join(part for part in (actor.town, offer) if part), DESCRIPTION_LENGTH)


# --- extending lists ------------------------------------------------------------------------------
def extended(slugs: Sequence[str], wanted: Sequence[str]) -> dict[str, dict[str, list[Json]]]:
    """Values of properties for each of these entries; none for an id that nobody has."""
    rows = Actor.objects.filter(slug__in=list(slugs), state=Actor.State.PUBLISHED).order_by()
    actors = {row.slug: row for row in rows}
    table = _Values(list(actors.values()), wanted)
    return {
        slug: {key: table.of(actors[slug], key) if slug in actors else [] for key in wanted}
        for slug in slugs
    }


class _Values:
    """What is said about some entries, read with one query for each kind of value."""

    def __init__(self, actors: Sequence[Actor], wanted: Sequence[str]) -> None:
        self._rows: dict[str, dict[int, tuple[Any, ...]]] = {}
        numbers = [actor.pk for actor in actors]
        needs = {key.partition(":")[0] for key in wanted}
        for model, keys in (
            (Place, {"postcode", "street"}),
            (Identifier, {IDENTIFIER}),
            (Classification, {"topic", "sector"}),
            (Fact, {"founded"}),
            (Description, {"description"}),
            (Name, {"name"}),
        ):
            if needs & keys:
                self._rows[model.__name__] = _winning(model, numbers)

    def of(self, actor: Actor, key: str) -> list[Json]:
        """The values of one property, as the specification writes them."""
        plain: dict[str, Callable[[], Iterable[Any]]] = {
            "name": lambda: [actor.name, *(n.text for n in self._of(actor, "Name"))],
            "short_name": lambda: [actor.short_name],
            "town": lambda: [actor.town],
            "website": lambda: [actor.website],
            "district": lambda: [area_name(actor.district)] if actor.district else [],
            "municipality": lambda: [area_name(actor.municipality)] if actor.municipality else [],
            "latitude": lambda: [actor.latitude],
            "longitude": lambda: [actor.longitude],
            "role": lambda: [vocabulary().label("role", role) for role in actor.role_keys],
            "changed": lambda: [actor.changed_at],
            "postcode": lambda: [p.postcode for p in self._of(actor, "Place") if p.kind == "seat"],
            "street": lambda: [p.street for p in self._of(actor, "Place") if p.kind == "seat"],
            "topic": lambda: self._terms(actor, is_sector=False),
            "sector": lambda: self._terms(actor, is_sector=True),
            "description": lambda: self._description(actor),
            "founded": lambda: [f.value for f in self._of(actor, "Fact") if f.key == "founded"],
        }
        if key.partition(":")[0] == IDENTIFIER:
            return [_written(value) for value in self._identifiers(actor, key.partition(":")[2])]
        values = dict.fromkeys(plain[key]())
        return [_written(value) for value in values if value not in (None, "")]

    def _of(self, actor: Actor, kind: str) -> tuple[Any, ...]:
        return self._rows[kind].get(actor.pk, ())

    def _identifiers(self, actor: Actor, scheme: str) -> list[str]:
        rows = self._of(actor, "Identifier")
        if scheme:
            return [row.value for row in rows if row.scheme == scheme]
        return [f"{row.scheme}:{row.value}" for row in rows]

    def _terms(self, actor: Actor, *, is_sector: bool) -> list[str]:
        words = [vocabulary().by_id.get(row.term_id) for row in self._of(actor, "Classification")]
        return [w.label for w in words if w and (w.vocabulary == "sector") == is_sector]

    def _description(self, actor: Actor) -> list[str]:
        texts = {row.language: row.text for row in self._of(actor, "Description")}
        return [in_language(texts.get("de", ""), texts.get("en", ""))]


def _winning(model: Any, numbers: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    grouped: dict[int, list[Any]] = {}
    rows = model.objects.filter(actor_id__in=numbers, hidden=False).select_related("source")
    for row in rows.order_by("pk"):
        grouped.setdefault(row.actor_id, []).append(row)
    slot = SLOTS[model._meta.model_name]
    return {number: winners(values, slot) for number, values in grouped.items()}


def _written(value: Any) -> Json:
    """A value with its kind."""
    if isinstance(value, bool):
        return {"str": "true" if value else "false"}
    if isinstance(value, int):
        return {"int": value}
    if isinstance(value, float):
        return {"float": value}
    if hasattr(value, "isoformat"):
        return {"date": value.isoformat(timespec="seconds")}
    return {"str": str(value)}
