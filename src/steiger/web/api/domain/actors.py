"""Entries of the map as plain data: lists of them, and one with everything that is published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from steiger.web.directory.domain.areas import area_name, region
from steiger.web.directory.domain.details import ActorDetails, actor_details
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, Word, vocabulary
from steiger.web.directory.interfaces.identifiers import register_url
from steiger.web.directory.models import (
    Actor,
    Classification,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Relation,
    Role,
    Sourced,
)
from steiger.web.directory.models import Description as DescriptionRow

Json = dict[str, Any]


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return f"{settings.BASE_URL}{path}"


def page_url(view: str, **parts: str) -> str:
    """The full address of a German page, whoever asks: answers depend on no reader."""
    with translation.override(settings.LANGUAGE_CODE):
        return absolute(reverse(view, kwargs=parts))


def actor_url(slug: str) -> str:
    """Where the API tells everything about an entry."""
    return absolute(reverse("api:actor", kwargs={"slug": slug}))


def both(de: str, en: str) -> Json:
    """A text in both languages, each under its own; empty where it is missing."""
    return {"de": de, "en": en}


def label_of(word: Word | None, key: str) -> Json:
    """The label of a term in both languages."""
    return both(word.label_de, word.label_en) if word else both(key, key)


def summaries(numbers: Sequence[int]) -> dict[int, Json]:
    """Published entries by number, in one query."""
    # The state is compared here and not in SQL, see directory.domain.queries.cards.
    rows = Actor.objects.filter(id__in=list(numbers)).order_by()
    words = vocabulary()
    return {a.pk: summary(a, words) for a in rows if a.state == Actor.State.PUBLISHED}


def summary(actor: Actor, words: Vocabulary) -> Json:
    """One entry as lists show it."""
    here = region()
    categories = dict.fromkeys(c for key in actor.role_keys if (c := words.category_of(key)))
    return {
        "id": actor.slug,
        "name": actor.name,
        "short_name": actor.short_name,
        "kind": actor.kind,
        "town": actor.town,
        "district": _area(actor.district) if actor.district in here.districts else None,
        "municipality": (
            _area(actor.municipality) if actor.municipality in here.municipalities else None
        ),
        "location": point(actor.latitude, actor.longitude),
        "website": actor.website,
        "categories": list(categories),
        "roles": list(actor.role_keys),
        "offer": both(actor.offer_de, actor.offer_en),
        "is_example": actor.is_example,
        "verified_on": actor.verified_on,
        "changed_at": actor.changed_at,
        "page": page_url("directory:actor", slug=actor.slug),
        "url": actor_url(actor.slug),
    }


def _area(ags: str) -> Json:
    return {"key": ags, "name": area_name(ags)}


def point(latitude: float | None, longitude: float | None) -> Json | None:
    """A place, where it is known."""
    if latitude is None or longitude is None:
        return None
    return {"latitude": latitude, "longitude": longitude}


def full(actor: Actor) -> Json:
    """One published entry with every published value and its source."""
    words = vocabulary()
    details = actor_details(actor)
    rows = [row for row in details.everything if _is_public(row)]
    used = {row.source_id: row.source for row in rows}
    ranked = sorted(used.values(), key=lambda s: (-s.precedence, s.key))
    return summary(actor, words) | {
        "names": _values(rows, Name, details, lambda r: _plain(r, "kind", "text", "language")),
        "descriptions": _values(
            rows, DescriptionRow, details, lambda r: _plain(r, "language", "text")
        ),
        "role_values": _values(rows, Role, details, lambda r: _role(r, words)),
        "places": _values(rows, Place, details, _place),
        "links": _values(rows, Link, details, lambda r: _plain(r, "kind", "url", "label")),
        "identifiers": _values(rows, Identifier, details, _identifier),
        "facts": _values(rows, Fact, details, lambda r: _plain(r, "key", "value")),
        "terms": _values(rows, Classification, details, lambda r: _term(r, words)),
        "relations": _values(rows, Relation, details, lambda r: _relation(r, actor)),
        "sources": [
            _plain(source, "key", "name", "kind", "licence", "licence_url", "url")
            for source in ranked
        ],
    }


def _is_public(row: Sourced) -> bool:
    """Hidden values are left out before; here go relations to entries that are not published."""
    if isinstance(row, Relation):
        return row.other.state == row.actor.state == Actor.State.PUBLISHED
    return True


def _values(
    rows: Iterable[Sourced], model: type[Sourced], details: ActorDetails, tell: Any
) -> list[Json]:
    kind = model._meta.model_name or ""
    return [
        tell(row)
        | {
            "source": row.source.key,
            "source_record": row.source_record,
            "stated_on": row.stated_on,
            "shown": (kind, row.pk) in details.counting,
        }
        for row in rows
        if isinstance(row, model)
    ]


def _plain(row: Any, *names: str) -> Json:
    return {name: getattr(row, name) for name in names}


def _place(row: Any) -> Json:
    names = ("kind", "label", "street", "postcode", "town", "municipality", "country", "precision")
    return _plain(row, *names) | {"location": point(row.latitude, row.longitude)}


def _identifier(row: Any) -> Json:
    return _plain(row, "scheme", "value") | {"url": register_url(row.scheme, row.value)}


def _role(row: Any, words: Vocabulary) -> Json:
    word = words.by_id.get(row.term_id)
    return {
        "key": word.key if word else "",
        "category": word.parent if word else "",
        "label": label_of(word, ""),
        "offer": both(row.offer_de, row.offer_en),
        "url": row.url,
        "values": row.values,
    }


def _term(row: Any, words: Vocabulary) -> Json:
    word = words.by_id.get(row.term_id)
    return {
        "key": word.key if word else "",
        "vocabulary": word.vocabulary if word else "",
        "label": label_of(word, ""),
    }


def _relation(row: Any, actor: Actor) -> Json:
    incoming = row.actor_id != actor.pk
    other = row.actor if incoming else row.other
    return {
        "kind": row.kind,
        "incoming": incoming,
        "other": other.slug,
        "other_name": other.name,
        "note": row.note,
    }
