"""What keys mean in the reader's words; other rooms say what their details are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.cases.models import CaseEntry
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary

_details: dict[str, Mapping[str, str | Promise]] = {}

FIELD_WORDS: Mapping[str, Promise] = {
    "actor": gettext_lazy("Entry on the map"),
    "name": gettext_lazy("Name of the firm"),
    "size": gettext_lazy("Size"),
    "sector": gettext_lazy("Sector"),
    "municipality": gettext_lazy("Place"),
    "adviser": pgettext_lazy("case", "Adviser"),
    "contact": gettext_lazy("Contact"),
}
ERRORS: Mapping[str, Promise] = {
    "erased": gettext_lazy("The words of this case are erased. Nothing more is written into it."),
    "merged": gettext_lazy("This case was merged into another one. Go on there."),
    "nobody": gettext_lazy("Take the case first; else nobody could work on it."),
    "taken": gettext_lazy("A colleague was quicker: the case has an adviser already."),
    "reason": gettext_lazy("Say why, so that your colleague can go on from there."),
    "same": gettext_lazy("Choose another one: this is the one that it is already."),
    "no_adviser": gettext_lazy("This person is no adviser. Choose somebody from the list."),
    "closed": gettext_lazy("The case is closed already."),
    "why": gettext_lazy("Choose why the case is closed."),
    "open": gettext_lazy("The case is open already."),
    "other_open": gettext_lazy(
        "The firm has another open case. Merge the two, or close the other one first."
    ),
    "kind": gettext_lazy("This station cannot be entered by hand."),
    "result": gettext_lazy("This result does not fit this station. Choose one from the list."),
    "text": gettext_lazy("Write something first."),
    "room": gettext_lazy("Another room told this entry; it can be taken back only there."),
    "nothing": gettext_lazy("Give a link or choose a file."),
    "large": gettext_lazy("The file is larger than 10 MB. Choose a smaller one, or give a link."),
    "file_kind": gettext_lazy(
        "This kind of file is not taken. Possible are PDF, PNG, JPG, DOCX, XLSX, ODT and ODS."
    ),
    "known": gettext_lazy("This address is a contact of the firm already."),
    "choose": gettext_lazy("Choose one of the two values for each field."),
}


def error_words(code: str) -> str:
    """What went wrong, and the way out."""
    return str(ERRORS.get(code, code))


def register_details(room: str, labels: Mapping[str, str | Promise]) -> None:
    """Say what the keys of a room's ``CaseEntry.details`` are called; only these are shown."""
    _details[room] = labels


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry: a label (or none) and its text."""

    label: str
    text: str


def lines_of(entry: CaseEntry) -> list[Line]:
    """What an entry says beyond its title."""
    lines = []
    if entry.result:
        lines.append(Line(_("Result"), entry.get_result_display()))
    if entry.amount_eur is not None:
        lines.append(Line(_("Amount"), f"{number_format(entry.amount_eur, use_l10n=True)} €"))
    if entry.room == "cases":
        return lines + _own_lines(entry.details)
    labels = _details.get(entry.room, {})
    for key, label in labels.items():
        if text := _plain(entry.details.get(key)):
            lines.append(Line(str(label), text))
    return lines


def _own_lines(details: Mapping[str, Any]) -> list[Line]:
    lines = [Line("", str(details["text"]))] if details.get("text") else []
    if number := details.get("merged"):
        lines.append(Line("", _("Case %(number)s was merged into this one.") % {"number": number}))
    for field, value in (details.get("dropped") or {}).items():
        label = _("%(field)s, not chosen") % {"field": FIELD_WORDS.get(field, field)}
        lines.append(Line(label, shown(field, value)))
    return lines


def shown(field: str, value: Any) -> str:
    """The value of a field of a firm, in words."""
    if field in {"size", "sector"} and value:
        return vocabulary().label(field, str(value))
    if field == "municipality" and value:
        return area_name(str(value))
    if field == "adviser" and value:
        return str(value)
    return _plain(getattr(value, "name", value))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(part) for part in value)
    return "" if value is None else str(value)
