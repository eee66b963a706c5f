"""What the rooms keep about a firm, as people read it: each room says what its keys are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from steiger.web.cases.interfaces.words import shown

#: From a value of :func:`steiger.web.cases.domain.rooms.kept_elsewhere` to words.
InWords = Callable[[Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWords:
    """How one room's data reads.

    Attributes:
        heading: of the part.
        labels: what each key is called, those of nested rows, too; in the order of reading.
        values: keys whose values have words of their own.
    """

    heading: str | Promise
    labels: Mapping[str, str | Promise]
    values: Mapping[str, InWords] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A label and its text, or rows of such lines (questions with their answers)."""

    label: str
    text: str
    rows: tuple[tuple[KeptLine, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptPart:
    """What one room keeps: its heading, and the lines of each thing."""

    heading: str
    things: tuple[tuple[KeptLine, ...], ...]


_rooms: dict[str, KeptWords] = {}


def register_kept(room: str, words: KeptWords) -> None:
    """Say how a room's data reads; the same room again replaces it."""
    _rooms[room] = words


def kept_words(room: str) -> KeptWords:
    """The words of a room.

    Raises:
        KeyError: it keeps something and has not said how it reads.
    """
    return _rooms[room]


def kept_parts(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[KeptPart]:
    """All rooms that keep something, in the reader's words."""
    return [
        KeptPart(
            heading=str(kept_words(room).heading),
            things=tuple(_lines(thing, kept_words(room)) for thing in things),
        )
        for room, things in kept.items()
        if things
    ]


def _lines(thing: Mapping[str, Any], words: KeptWords) -> tuple[KeptLine, ...]:
    known = [key for key in words.labels if key in thing]
    order = [*known, *(key for key in thing if key not in words.labels)]
    return tuple(
        _line(str(words.labels.get(key, key)), key, thing[key], words)
        for key in order
        if thing[key] not in (None, "", [])
    )


def _line(label: str, key: str, value: Any, words: KeptWords) -> KeptLine:
    if isinstance(value, list) and isinstance(value[0], Mapping):
        return KeptLine(label, "", tuple(_lines(row, words) for row in value))
    parts = value if isinstance(value, list) else [value]
    return KeptLine(label, ", ".join(_text(key, part, words) for part in parts))


def _text(key: str, value: Any, words: KeptWords) -> str:
    if key in words.values:
        return words.values[key](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "at" or key.endswith("_at"):
        moment = timezone.localtime(datetime.fromisoformat(str(value)))
        return date_format(moment, "SHORT_DATETIME_FORMAT")
    return str(value)


# --- for the rooms --------------------------------------------------------------------------------
def size_text(key: Any) -> str:
    """A size class."""
    return shown("size", key)


def sector_text(key: Any) -> str:
    """A sector."""
    return shown("sector", key)


def place_text(key: Any) -> str:
    """A municipality or district."""
    return shown("municipality", key)


def language_text(key: Any) -> str:
    """A language, in the reader's."""
    return str(get_language_info(str(key))["name_translated"])
