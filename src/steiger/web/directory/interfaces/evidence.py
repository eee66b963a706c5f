"""What stands behind the page of an actor: the source of each value, and the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.lib.text import one_line
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.details import ActorDetails, inverse_label
from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.domain.sources import source_label
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.identifiers import is_web
from steiger.web.directory.models import Classification, Fact, Place, Relation, Role, Sourced


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the table of sources; ``record`` says where in the source it stands."""

    what: str
    value: str
    url: str
    source: str
    record: str
    licence: str
    licence_url: str
    stated_on: date
    counts: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: when, in which role, what.

    Never a person, and not the reason either: it is written for colleagues and may name someone.
    """

    on: date
    role: str
    what: str
    fields: str


def evidence(row: Sourced, details: ActorDetails) -> Evidence:
    """One value with its source, licence and date."""
    what, value = _described(row, details.actor.pk)
    kind = row._meta.model_name or ""
    record = row.source_record
    return Evidence(
        what=what,
        value=one_line(value, 140),
        url=record if is_web(record) else row.source.url,
        source=source_label(row.source),
        record="" if is_web(record) else record,
        licence=row.source.licence,
        licence_url=row.source.licence_url,
        stated_on=row.stated_on,
        counts=(kind, row.pk) in details.counting,
    )


def _described(row: Any, actor_id: int) -> tuple[str, str]:
    """What kind of statement a row is, and what it says."""
    words = vocabulary()
    describe: Mapping[str, Callable[[], tuple[str, str]]] = {
        "name": lambda: (str(row.get_kind_display()), row.text),
        "place": lambda: (str(row.get_kind_display()), _address(row)),
        "link": lambda: (words.label("link", row.kind), row.url),
        "identifier": lambda: (words.label("identifier", row.scheme), row.value),
        "description": lambda: (
            _("Description (%(language)s)") % {"language": _language(row.language)},
            row.text,
        ),
        "role": lambda: (_("Role"), _role(row)),
        "classification": lambda: _classification(row),
        "relation": lambda: _relation(row, actor_id),
        "fact": lambda: _fact(row),
    }
    return describe[row._meta.model_name]()


def _role(row: Role) -> str:
    word = vocabulary().by_id.get(row.term_id)
    label = word.label if word else ""
    offer = in_language(row.offer_de, row.offer_en)
    return f"{label}: {offer}" if offer else label


def _classification(row: Classification) -> tuple[str, str]:
    word = vocabulary().by_id.get(row.term_id)
    if word is None:
        return _("Topic"), ""
    return _("Sector") if word.vocabulary == "sector" else _("Topic"), word.label


def _language(key: str) -> str:
    return {"de": _("German"), "en": _("English")}.get(key, key)


def _relation(row: Relation, actor_id: int) -> tuple[str, str]:
    """The relation as this actor's page says it: the other side may have stated it."""
    if row.actor_id == actor_id:
        return vocabulary().label("relation", row.kind), row.other.name
    return inverse_label(row.kind), row.actor.name


def _fact(row: Fact) -> tuple[str, str]:
    names = {
        "founded": _("Founded"),
        "size": _("Size"),
        "sme": _("Small or medium-sized firm"),
        "types": _("Kind"),
        "initiative": _("Kind of initiative"),
    }
    value = row.value
    if row.key in {"size", "initiative"}:
        value = vocabulary().label(row.key, str(value))
    elif isinstance(value, bool):
        value = _("yes") if value else _("no")
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    return names.get(row.key, row.key), str(value)


def _address(place: Place) -> str:
    town = " ".join(part for part in (place.postcode, place.town) if part)
    return ", ".join(part for part in (place.street, town) if part)


def role_words(role: str) -> str:
    """In which role somebody acted."""
    roles = {
        "system": _("automatically"),
        "visitor": _("visitor"),
        "representative": _("actor's representative"),
        "adviser": _("advice"),
        "moderator": _("moderation"),
        "examiner": _("examination"),
        "funding_officer": _("funding office"),
        "administrator": _("administration"),
    }
    return roles.get(role, role)


def event(entry: LogEntry) -> Event:
    """One log entry in words that name a role and never a person."""
    acts = {
        "create": _("Entry created"),
        "edit": _("Values changed"),
        "update": _("Values changed"),
        "import": _("Taken over from a source"),
        "withdraw": _("Entry withdrawn"),
        "restore": _("Entry restored"),
        "merge": _("Merged with another entry"),
        "rename": _("Address changed"),
        "hide": _("A value hidden"),
        "unhide": _("A value shown again"),
        "verify": _("Confirmed to be right"),
    }
    act = entry.act.rsplit(".", 1)[-1]
    what = next((text for key, text in acts.items() if act.startswith(key)), _("Entry changed"))
    names = {
        "name": _("name"),
        "short_name": _("short name"),
        "town": _("town"),
        "website": _("website"),
        "role_keys": _("roles"),
        "state": _("state"),
        "latitude": _("place"),
        "longitude": _("place"),
        "slug": _("address"),
    }
    fields = dict.fromkeys(names[key] for key in entry.changes if key in names)
    return Event(timezone.localdate(entry.at), role_words(entry.as_role), what, ", ".join(fields))
