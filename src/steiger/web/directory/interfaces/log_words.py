"""What this room's entries of the audit log mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import plain, register
from steiger.web.directory.domain.vocabulary_cache import vocabulary

KINDS = {
    "name": _("Name"),
    "place": _("Place"),
    "link": _("Link"),
    "identifier": _("Identifier"),
    "fact": _("Fact"),
    "description": _("Description"),
    "topic": _("Topic or sector"),
    "role": _("Role"),
    "relation": _("Relation"),
    "state": _("State"),
    "slug": _("Address of the page"),
    "merged_into": _("Merged into"),
    "label_de": _("German word"),
    "label_en": _("English word"),
    "description_de": _("Meaning in German"),
    "description_en": _("Meaning in English"),
    "synonyms": _("Synonyms"),
    "position": _("Place in the order"),
    "active": _("Offered"),
    "parent": _("Belongs to"),
}
STATES = {
    "draft": _("draft"),
    "published": _("published"),
    "withdrawn": _("withdrawn"),
    "merged": _("merged"),
    "submitted": _("submitted"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
}


def change(key: str, value: Any) -> tuple[str, str] | None:
    """A change of an entry or a word. Keys are a kind of value, and which one of them."""
    kind, _gap, which = key.partition(" ")
    if kind not in KINDS:
        return None
    what = str(KINDS[kind])
    if kind == "topic":
        return what, ", ".join(_term(number) for number in value or ())
    if which:
        what = f"{what} ({_term(which) if kind == 'role' else which})"
    text = plain(value)
    return what, str(STATES.get(text, text))


def change_of_word(key: str, value: Any) -> tuple[str, str] | None:
    """A change of a word, which may describe fields of an entry."""
    if key == "fields":
        return str(_("Fields")), ", ".join(_field(field) for field in value or ())
    return change(key, value)


def _field(field: Any) -> str:
    """A field of a word, as its vocabulary keeps it, by its label."""
    if not isinstance(field, dict):
        return plain(field)
    english = (get_language() or "de").startswith("en")
    return str((field.get("label_en") if english else "") or field.get("label_de", ""))


def _term(number: str) -> str:
    word = vocabulary().by_id.get(int(number)) if str(number).isdigit() else None
    word = word or vocabulary().word("role", str(number))
    return word.label if word else str(number)


register(
    acts={
        "directory.actor.create": _("Entry added"),
        "directory.actor.edit": _("Entry edited"),
        "directory.actor.import": _("Entry imported"),
        "directory.actor.reimport": _("Entry changed by an import"),
        "directory.actor.withdraw": _("Entry withdrawn"),
        "directory.actor.restore": _("Entry restored"),
        "directory.actor.change_slug": _("Address of an entry changed"),
        "directory.actor.merge": _("Entry merged into another one"),
        "directory.actor.absorb": _("Entry took another one in"),
        "directory.actor.unmerge": _("Merger undone"),
        "directory.actor.undo": _("Change taken back"),
        "directory.actor.bring_back": _("Earlier state brought back"),
        "directory.value.hide": _("Value hidden"),
        "directory.value.show": _("Value shown again"),
        "directory.role.review": _("Offer reviewed"),
        "directory.term.load": _("Word loaded from the region’s folder"),
        "directory.term.add": _("Word added"),
        "directory.term.edit": _("Word edited"),
    },
    objects={"directory.actor": _("Entry on the map"), "directory.term": _("Word")},
    changes={"directory.actor": change, "directory.term": change_of_word},
    reasons={"examples": _("invented examples")},
)
