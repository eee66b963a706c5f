"""Statements and slots in the reader's words: for history, differences and merging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.directory.domain.details import field_lines
from steiger.web.directory.domain.queries import find_actor, in_language, target_of
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Name, Place, Role

Statement = Mapping[str, Any]
_FACTS = {
    "founded": gettext_lazy("Founded"),
    "size": gettext_lazy("Size"),
    "initiative": gettext_lazy("Kind of initiative"),
    "types": gettext_lazy("Kind"),
}
_LANGUAGES = {"de": gettext_lazy("German"), "en": gettext_lazy("English")}


def slot_words(slot: str) -> str:  # noqa: PLR0911 - one line per kind
    """What a slot (``domain.reconcile.slot_of``) asks."""
    kind, _gap, which = slot.partition(" ")
    words = vocabulary()
    match kind:
        case "name":
            which, _gap, language = which.partition(" ")
            label = str(dict(Name.Kind.choices).get(which, which))
            return f"{label} ({_language(language)})" if language not in {"", "de"} else label
        case "place":
            return str(dict(Place.Kind.choices).get(which, which))
        case "link" | "identifier":
            return words.label(kind, which)
        case "fact":
            return str(_FACTS.get(which, which))
        case "description":
            return _("Description (%(language)s)") % {"language": _language(which)}
        case "role":
            return _("Role: %(label)s") % {"label": term_label(which)}
        case "classification":
            return _("Topics and sectors")
        case "relation":
            return words.label(kind, which)
    return slot


def statement_words(one: Statement) -> str:  # noqa: PLR0911 - one line per kind
    """What a statement says, on one line."""
    match one["is"]:
        case "name" | "description":
            return str(one["text"])
        case "place":
            town = " ".join(part for part in (one["postcode"], one["town"]) if part)
            return ", ".join(part for part in (one["label"], one["street"], town) if part)
        case "link":
            return str(one["url"])
        case "identifier":
            return str(one["value"])
        case "fact":
            value = str(one["value"])
            return (
                vocabulary().label(one["key"], value)
                if one["key"] in {"size", "initiative"}
                else value
            )
        case "classification":
            return term_label(str(one["term"]))
        case "role":
            return _role(one)
        case "relation":
            return _relation(one)
    return str(one["is"])


def all_words(statements: Iterable[Statement]) -> list[str]:
    """Several statements, each once, in order of their words."""
    return sorted(dict.fromkeys(statement_words(one) for one in statements))


def term_label(term: str) -> str:
    """The label of ``vocabulary/key``."""
    name, _gap, key = term.partition("/")
    return vocabulary().label(name, key)


def _relation(one: Statement) -> str:
    other = find_actor(str(one["other"]))
    parts = (target_of(other).name if other else str(one["other"]), str(one["note"]))
    return " · ".join(part for part in parts if part)


def _language(key: str) -> str:
    return str(_LANGUAGES.get(key, key))


def _own_fields(one: Statement) -> list[tuple[str, str]]:
    """The role's own fields; one that the vocabulary has no more is told by its key."""
    word = vocabulary().word(*str(one["term"]).split("/", 1))
    specs = word.fields if word else ()
    keys = {str(spec["key"]) for spec in specs}
    gone = [(key, str(v)) for key, v in sorted(one["values"].items()) if v and key not in keys]
    return [*field_lines(specs, one["values"]), *gone]


def _role(one: Statement) -> str:
    state = str(one["state"])
    parts = [
        in_language(one["offer_de"], one["offer_en"]) or _("offered, without words"),
        one["url"],
        *(f"{label}: {text}" for label, text in _own_fields(one)),
        "" if state == Role.State.ACCEPTED else str(dict(Role.State.choices).get(state, state)),
    ]
    return " · ".join(str(part) for part in parts if part)
