"""Everything that the page of one actor shows: per slot the value of the weightiest source."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from steiger.web.directory.domain.queries import foreign_language, in_language, is_english
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Relation,
    Role,
    Sourced,
)

T = TypeVar("T", bound=Sourced)


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation as the page shows it, from either side."""

    label: str
    other: Actor
    note: str


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role with its category, its offer and its own fields as (label, value) pairs.

    ``offer_language``: code of the offer's language where it is not the reader's, else "".
    """

    key: str
    category: str
    label: str
    description: str
    offer: str
    offer_language: str
    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TermLine:
    """A topic or sector: facet, key for a link to the list, label."""

    facet: str
    key: str
    label: str


@dataclass(frozen=True)
class ActorDetails:
    """What is known about one actor.

    Attributes:
        names, places, links, identifiers: the values that count.
        descriptions: language → text. facts: key → value.
        everything: all values that are not hidden, for the table of sources.
        counting: the ids of those that count, by kind of value.
    """

    actor: Actor
    names: tuple[Name, ...]
    descriptions: Mapping[str, str]
    roles: tuple[RoleLine, ...]
    places: tuple[Place, ...]
    links: tuple[Link, ...]
    identifiers: tuple[Identifier, ...]
    facts: Mapping[str, Any]
    terms: tuple[TermLine, ...]
    relations: tuple[RelationLine, ...]
    everything: tuple[Sourced, ...]
    counting: frozenset[tuple[str, int]]

    @property
    def seat(self) -> Place | None:
        """The seat, or else the first place."""
        seats = [place for place in self.places if place.kind == Place.Kind.SEAT]
        return next(iter([*seats, *self.places]), None)

    @property
    def description(self) -> str:
        """What the actor is, in the reader's language where there is a text."""
        return in_language(self.descriptions.get("de", ""), self.descriptions.get("en", ""))

    @property
    def description_language(self) -> str:
        """Code of the description's language where it is not the reader's, else ""."""
        return foreign_language(self.descriptions.get("de", ""), self.descriptions.get("en", ""))

    def names_of(self, *kinds: str) -> list[str]:
        """Texts of the names of these kinds, without the one that heads the page."""
        found = [name.text for name in self.names if name.kind in kinds]
        return [text for text in dict.fromkeys(found) if text != self.actor.name]


def actor_details(actor: Actor) -> ActorDetails:
    """Read everything about an actor (ten queries)."""
    words = vocabulary()
    kinds: dict[str, list[Any]] = {
        "name": list(_rows(Name, actor)),
        "description": list(_rows(Description, actor)),
        "role": [r for r in _rows(Role, actor) if r.state == Role.State.ACCEPTED],
        "place": list(_rows(Place, actor)),
        "link": list(_rows(Link, actor)),
        "identifier": list(_rows(Identifier, actor)),
        "fact": list(_rows(Fact, actor)),
        "classification": list(_rows(Classification, actor)),
        "relation": list(_rows(Relation, actor, "other")),
    }
    incoming = _incoming(actor)
    won: dict[str, tuple[Any, ...]] = {
        kind: winners(rows, SLOTS[kind]) for kind, rows in kinds.items()
    }
    return ActorDetails(
        actor=actor,
        names=won["name"],
        descriptions={row.language: row.text for row in won["description"]},
        roles=_roles(words, won["role"]),
        places=won["place"],
        links=won["link"],
        identifiers=won["identifier"],
        facts={row.key: row.value for row in won["fact"]},
        terms=_terms(words, won["classification"]),
        relations=_relations(words, won["relation"], incoming),
        everything=(*(row for rows in kinds.values() for row in rows), *incoming),
        counting=frozenset(
            [(kind, row.pk) for kind, rows in won.items() for row in rows]
            + [("relation", row.pk) for row in incoming]
        ),
    )


#: What a value answers; of several for one slot the weightiest source is shown.
SLOTS: Mapping[str, Callable[[Any], Hashable]] = {
    "name": lambda row: (
        (row.kind, row.language) if row.kind == Name.Kind.OFFICIAL else (row.kind, row.text)
    ),
    "description": lambda row: row.language,
    "role": lambda row: row.term_id,
    "place": lambda row: (
        row.kind if row.kind == Place.Kind.SEAT else (row.kind, row.town, row.street)
    ),
    "link": lambda row: row.kind,
    "identifier": lambda row: row.scheme,
    "fact": lambda row: row.key,
    "classification": lambda row: row.term_id,
    "relation": lambda row: (row.kind, row.other_id),
}


def winners(rows: Iterable[T], slot: Callable[[T], Hashable]) -> tuple[T, ...]:
    """Of each slot the row of the weightiest source; of equals the newest."""
    best: dict[Hashable, T] = {}
    for row in rows:
        key = slot(row)
        held = best.get(key)
        if held is None or _weight(row) > _weight(held):
            best[key] = row
    return tuple(best.values())


def _weight(row: Sourced) -> tuple[int, int, int]:
    return (row.source.precedence, row.stated_on.toordinal(), row.pk)


def _rows(model: type[T], actor: Actor, *related: str) -> Iterable[T]:
    rows = model._default_manager.filter(actor=actor, hidden=False)
    return rows.select_related("source", *related).order_by("pk")


def _roles(words: Vocabulary, rows: Iterable[Role]) -> tuple[RoleLine, ...]:
    lines = []
    for row in rows:
        word = words.by_id.get(row.term_id)
        if word is None:
            continue
        lines.append(
            (
                word.position,
                RoleLine(
                    key=word.key,
                    category=word.parent,
                    label=word.label,
                    description=word.description,
                    offer=in_language(row.offer_de, row.offer_en),
                    offer_language=foreign_language(row.offer_de, row.offer_en),
                    url=row.url,
                    fields=field_lines(word.fields, row.values),
                ),
            )
        )
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def field_lines(
    specs: Iterable[Mapping[str, Any]], values: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """(label, value) of the fields of a role that are filled in, in the reader's language."""
    label = "label_en" if is_english() else "label_de"
    lines = []
    for spec in specs:
        value = values.get(str(spec.get("key", "")))
        if value in (None, "", []):
            continue
        choices = {c["key"]: c.get(label, c["key"]) for c in spec.get("choices", ()) or ()}
        several = value if isinstance(value, list) else [value]
        if isinstance(value, bool):
            text = (
                ("yes" if is_english() else "ja") if value else ("no" if is_english() else "nein")
            )
        else:
            text = ", ".join(str(choices.get(item, item)) for item in several)
        lines.append((str(spec.get(label) or spec["key"]), text))
    return tuple(lines)


def _terms(words: Vocabulary, rows: Iterable[Classification]) -> tuple[TermLine, ...]:
    found = []
    for row in rows:
        word = words.by_id.get(row.term_id)
        if word is not None:
            facet = "sector" if word.vocabulary == "sector" else "topic"
            found.append((facet, word.position, TermLine(facet, word.key, word.label)))
    return tuple(line for *_, line in sorted(found, key=lambda row: (row[0] != "topic", row[1])))


def _incoming(actor: Actor) -> list[Relation]:
    """Relations that other actors' sources state with this one."""
    rows = Relation.objects.filter(other=actor, hidden=False, actor__state=Actor.State.PUBLISHED)
    return list(rows.select_related("source", "actor").order_by("actor__sort_name"))


def _relations(
    words: Vocabulary, own: Iterable[Relation], incoming: Iterable[Relation]
) -> tuple[RelationLine, ...]:
    visible = Actor.State.PUBLISHED
    lines = [
        RelationLine(words.label("relation", row.kind), row.other, row.note)
        for row in own
        if row.other.state == visible
    ]
    lines.extend(RelationLine(inverse_label(row.kind), row.actor, row.note) for row in incoming)
    seen: dict[tuple[str, int], RelationLine] = {}
    for line in lines:
        seen.setdefault((line.label, line.other.pk), line)
    return tuple(seen.values())


def inverse_label(kind: str) -> str:
    """What the relation is called when told from its other side."""
    word = vocabulary().word("relation", kind)
    if word is None:
        return kind
    details = word.details
    text = in_language(str(details.get("inverse_de", "")), str(details.get("inverse_en", "")))
    if text:
        return text
    usual = {
        "part_of": _("includes"),
        "successor_of": _("predecessor of"),
        "carries": _("carried by"),
        "funds": _("funded by"),
        "member_of": _("has as member"),
    }
    return usual.get(kind, word.label)
