"""What an entry says, as the fields of its form, and back: fields that changed, as statements.

A representative sees what the page shows, whoever stated it, and writes only what the actor itself
states. What she leaves alone stays the word of its source; what she changes becomes the actor's
own word, which weighs more. The editors' word weighs more still, so those fields are closed.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from steiger.regions import Place as Found
from steiger.web.curation.domain.editing import stated
from steiger.web.curation.interfaces.role_fields import shown_value, value_name
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.details import SLOTS, actor_details, winners
from steiger.web.directory.domain.sources import OWNER, get_source, source_label
from steiger.web.directory.domain.summary import shown_name
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary
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
    Source,
    Sourced,
)

Slot = tuple[str, Hashable]
Fields = dict[str, Any]
LANGUAGES = ("de", "en")
SEAT = ("street", "place")
#: First part of a field's name → kind of value; the rest of the name is the slot.
_KINDS = {
    "link": "link",
    "number": "identifier",
    "description": "description",
    "fact": "fact",
}
SHORT = (Name.Kind.SHORT, Name.Kind.ACRONYM)


@dataclass(frozen=True)
class Entry:
    """An entry as its form begins.

    Attributes:
        own: everything that the actor itself states.
        others: slot → the value of other sources that would show without it.
        fields: name of the form's field → text, or list of keys.
        closed: fields that cannot be changed here → why.
    """

    actor: Actor
    own: tuple[Sourced, ...]
    others: Mapping[Slot, Sourced]
    fields: Fields
    closed: Mapping[str, str]

    def source_of(self, name: str) -> str:
        """Which other source says something in a field, in the reader's words, or empty."""
        if name == "short_name":
            short = [v for v in self.others.values() if isinstance(v, Name) and v.kind in SHORT]
            return source_label(short[0].source) if short else ""
        row = self.others.get(slot_of_field(name))
        return source_label(row.source) if row else ""


def slot(value: Sourced) -> Slot:
    """What a value answers."""
    kind = value._meta.model_name or ""
    return kind, SLOTS[kind](value)


def slot_of_field(name: str) -> Slot:
    """What a field answers; for roles the role as a whole."""
    part, _gap, rest = name.partition("_")
    if part in _KINDS:
        return _KINDS[part], rest
    if name in SEAT:
        return "place", Place.Kind.SEAT
    if role := role_of_field(name):
        word = vocabulary().word("role", role)
        return "role", word.id if word else 0
    return "", name


def role_of_field(name: str) -> str:
    """Key of the role to which a field belongs, or empty."""
    if name.startswith("value__"):
        return name.split("__")[1]
    part, _gap, rest = name.partition("_")
    if part == "offer":
        return rest.rpartition("_")[0]
    return rest if part == "more" else ""


def role_names(word: Word) -> list[str]:
    """Names of all fields of a role."""
    own = [value_name(word.key, str(spec["key"])) for spec in word.fields]
    return [*(f"offer_{word.key}_{lang}" for lang in LANGUAGES), f"more_{word.key}", *own]


def read_entry(actor: Actor, own: Iterable[Sourced] | None = None) -> Entry:
    """Read an entry; ``own`` replaces what the actor itself states today."""
    source = get_source(OWNER)
    mine = tuple(stated(actor) if own is None else own)
    for value in mine:
        value.source = source
    rows: dict[str, list[Any]] = {}
    for value in actor_details(actor).everything:
        if not isinstance(value, Relation) and value.source.key != OWNER.key:
            rows.setdefault(value._meta.model_name or "", []).append(value)
    others = {slot(v): v for kind, found in rows.items() for v in winners(found, SLOTS[kind])}
    shown = dict(others)
    for value in mine:
        held = shown.get(slot(value))
        if not value.hidden and not (held and held.source.kind == Source.Kind.MODERATOR):
            shown[slot(value)] = value
    fields = _fields(list(shown.values()), mine)
    return Entry(actor, mine, others, fields, _closed(fields, shown, mine))


def _fields(shown: list[Sourced], own: Iterable[Sourced]) -> Fields:
    names = [v for v in shown if isinstance(v, Name)]
    main = shown_name(names)
    short = min(
        (n for n in names if n.kind in SHORT),
        key=lambda n: (-n.source.precedence, n.kind != Name.Kind.SHORT, n.pk or 0),
        default=None,
    )
    found: Fields = {
        "name": main.text if main else "",
        "short_name": short.text if short else "",
        "roles": [],
        "topics": [],
        "sectors": [],
    }
    for value in shown:
        match value:
            case Place() if value.kind == Place.Kind.SEAT:
                found["street"] = value.street
                found["place"] = " ".join(p for p in (value.postcode, value.town) if p)
            case Link():
                found[f"link_{value.kind}"] = value.url
            case Identifier():
                found[f"number_{value.scheme}"] = value.value
            case Description():
                found[f"description_{value.language}"] = _text(value.text)
            case Fact():
                found[f"fact_{value.key}"] = shown_value(value.value)
            case Role():
                _role_fields(value, found)
    for value in own:
        if isinstance(value, Classification) and not value.hidden:
            word = vocabulary().by_id.get(value.term_id)
            if word:
                found["sectors" if word.vocabulary == "sector" else "topics"].append(word.key)
    return {name: sorted(v) if isinstance(v, list) else v for name, v in found.items()}


def _role_fields(value: Role, found: Fields) -> None:
    word = vocabulary().by_id.get(value.term_id)
    if word is None or value.state != Role.State.ACCEPTED:
        return
    found["roles"].append(word.key)
    found[f"offer_{word.key}_de"] = _text(value.offer_de)
    found[f"offer_{word.key}_en"] = _text(value.offer_en)
    found[f"more_{word.key}"] = value.url
    for spec in word.fields:
        key = str(spec["key"])
        found[value_name(word.key, key)] = shown_value(value.values.get(key))


def _text(text: str) -> str:
    return "\n".join(text.strip().splitlines())


def _closed(
    fields: Fields, shown: Mapping[Slot, Sourced], own: Iterable[Sourced]
) -> dict[str, str]:
    """Fields whose value the editors state or have hidden."""
    stays = {key for key, v in shown.items() if v.source.kind == Source.Kind.MODERATOR}
    stays |= {slot(value) for value in own if value.hidden}
    said = _("Set by the editors of the map. If it is wrong, write to them below.")
    names = [n for n in fields if slot_of_field(n) in stays]
    main = shown_name([v for v in shown.values() if isinstance(v, Name)])
    if main and main.source.kind == Source.Kind.MODERATOR:
        names.append("name")
    for word in vocabulary().facet("role").values():
        if ("role", word.id) in stays:
            names += role_names(word)
    return dict.fromkeys(names, said)


# --- and back -----------------------------------------------------------------------------------
def wanted(
    entry: Entry,
    typed: Mapping[str, Any],
    changed: Collection[str],
    *,
    spot: Found | None,
    values: Mapping[str, Mapping[str, Any]],
) -> list[Sourced]:
    """Everything that the actor shall state itself.

    Args:
        typed: cleaned values of the form.
        changed: names of the fields that differ from what the entry says.
        spot: the seat, if its field changed.
        values: role → key of an own field that changed → its value, None if it was emptied.
    """
    fresh: list[Sourced] = []
    gone: set[Slot] = set()
    for name in changed:
        if name in _SINGLE:
            gone.add(slot_of_field(name))
            fresh += _SINGLE[name](typed[name])
        elif name.startswith(("link_", "number_", "description_", "fact_")):
            gone.add(slot_of_field(name))
            fresh += _single(name, typed[name])
    if set(SEAT) & set(changed):
        gone.add(("place", Place.Kind.SEAT))
        fresh.append(_seat(entry, typed, spot))
    stay = [value for value in entry.own if slot(value) not in gone]
    if "name" in changed:
        stay, fresh = _renamed(stay, entry, typed["name"], fresh)
    if "short_name" in changed:
        stay = [v for v in stay if not (isinstance(v, Name) and v.kind in SHORT)]
        fresh += [Name(kind=Name.Kind.SHORT, text=t)] if (t := typed["short_name"]) else []
    stay, fresh = _terms(stay, fresh, typed, changed)
    return _roles(entry, [*stay, *fresh], typed, changed, values)


def _founded(year: Any) -> list[Sourced]:
    return [Fact(key="founded", value=int(year))] if year not in (None, "") else []


_SINGLE = {"fact_founded": _founded}


def _single(name: str, text: str) -> list[Sourced]:
    if not text:
        return []
    part, _gap, key = name.partition("_")
    match part:
        case "link":
            return [Link(kind=key, url=text)]
        case "number":
            return [Identifier(scheme=key, value=text)]
        case "description":
            return [Description(language=key, text=text)]
    return [Fact(key=key, value=text)]


def _seat(entry: Entry, typed: Mapping[str, Any], spot: Found | None) -> Place:
    """The seat with a new street or town; a street alone moves nothing on the map."""
    if spot is not None:
        return Place(
            street=typed["street"],
            town=area_name(spot.ags),
            postcode=spot.postcode,
            municipality=spot.ags,
            latitude=spot.lat,
            longitude=spot.lon,
        )
    key = ("place", Place.Kind.SEAT)
    held = next((v for v in entry.own if slot(v) == key), None) or entry.others[key]
    fields = {f.attname: getattr(held, f.attname) for f in held._meta.concrete_fields}
    frame = ("id", "actor_id", "source_id", "source_record", "stated_on", "hidden")
    kept = {name: value for name, value in fields.items() if name not in frame}
    return Place(**{**kept, "street": typed["street"]})


def _renamed(
    stay: list[Sourced], entry: Entry, text: str, fresh: list[Sourced]
) -> tuple[list[Sourced], list[Sourced]]:
    """The official name is one value in one language: that of the name on the page."""
    rows = [v for v in (*entry.own, *entry.others.values()) if isinstance(v, Name)]
    main = next((n for n in rows if n.text == entry.fields["name"]), None)
    language = main.language if main and main.kind == Name.Kind.OFFICIAL else "de"
    rest = [v for v in stay if not (isinstance(v, Name) and v.kind == Name.Kind.OFFICIAL)]
    return rest, [*fresh, Name(kind=Name.Kind.OFFICIAL, text=text, language=language)]


def _terms(
    stay: list[Sourced], fresh: list[Sourced], typed: Mapping[str, Any], changed: Collection[str]
) -> tuple[list[Sourced], list[Sourced]]:
    for name, facet in (("topics", "topic"), ("sectors", "sector")):
        if name not in changed:
            continue
        words = vocabulary().facet(facet)
        numbers = {word.id for word in words.values()}
        held = {v.term_id: v for v in stay if isinstance(v, Classification) and not v.hidden}
        keep = {words[key].id for key in typed[name]}
        stay = [
            v
            for v in stay
            if not isinstance(v, Classification)
            or v.hidden
            or v.term_id not in numbers
            or v.term_id in keep
        ]
        fresh = [*fresh, *(Classification(term_id=n) for n in keep if n not in held)]
    return stay, fresh


def _roles(
    entry: Entry,
    found: list[Sourced],
    typed: Mapping[str, Any],
    changed: Collection[str],
    values: Mapping[str, Mapping[str, Any]],
) -> list[Sourced]:
    before, after = set(entry.fields["roles"]), set(typed["roles"])
    touched = (before ^ after) | {role for name in changed if (role := role_of_field(name))}
    for key in sorted(touched):
        word = vocabulary().facet("role")[key]
        held = [v for v in found if isinstance(v, Role) and v.term_id == word.id]
        found = [v for v in found if not (isinstance(v, Role) and v.term_id == word.id)]
        if key not in after:
            continue
        base = next(iter(held), None) or entry.others.get(("role", word.id))
        # What was not touched stays as it is kept, even if the form could not hold it.
        kept = dict(base.values) if isinstance(base, Role) else {}
        kept |= values[key]
        found.append(
            Role(
                term_id=word.id,
                offer_de=typed[f"offer_{key}_de"],
                offer_en=typed[f"offer_{key}_en"],
                url=typed[f"more_{key}"],
                values={k: v for k, v in kept.items() if v is not None},
            )
        )
    return found
