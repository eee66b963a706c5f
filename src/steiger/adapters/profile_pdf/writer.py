"""Hands a profile to the Typst template beside this file, with as many entries as fit one page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steiger.lib.text import one_line
from steiger.lib.typesetting import pdf

TEMPLATE = Path(__file__).with_name("profile.typ")
#: Entries on the page: at most, and the step by which they become fewer until the page holds all.
MOST, FEWER = 22, 2
NAME, OFFER = 74, 84
WORDS = {
    "de": {
        "topics": "Häufigste Themen",
        "categories": "Nach Bereich",
        "entries": "Wer hier mit KI arbeitet",
        "name": "Name",
        "town": "Ort",
        "offer": "Angebot",
        "reach": "So geht es weiter",
        "sources": "Stand und Quellen",
        "more": "{shown} von {all} Einträgen. Alle: ",
        "all": "Alle {all} Einträge. Im Netz: ",
    },
    "en": {
        "topics": "Most frequent topics",
        "categories": "By category",
        "entries": "Who works with AI here",
        "name": "Name",
        "town": "Town",
        "offer": "Offer",
        "reach": "How to go on",
        "sources": "Date and sources",
        "more": "{shown} of {all} entries. All: ",
        "all": "All {all} entries. Online: ",
    },
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One large number, already written as the language writes it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a list of counts."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One actor: name, town, what it offers, its page."""

    name: str
    town: str
    offer: str
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A step that a reader can take; ``url`` may be empty."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What stands on the page.

    Attributes:
        language: "de" or "en".
        svg, alt: the small map, and what it shows in words.
        total: entries of the selection, of which ``entries`` are the first.
        url: address of the selection.
    """

    language: str
    title: str
    subtitle: str
    author: str
    figures: tuple[Figure, ...]
    svg: str
    alt: str
    topics: tuple[Bar, ...]
    categories: tuple[Bar, ...]
    entries: tuple[Entry, ...]
    total: int
    url: str
    contacts: tuple[Contact, ...]
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.language not in WORDS:
            raise ValueError(f"There are no words in {self.language!r}.")
        if not self.title.strip():
            raise ValueError("A profile needs a title.")


def as_pdf(profile: Profile, *, fonts: Path, made_at: datetime, family: str = "Fira Sans") -> bytes:
    """The profile as PDF of one page.

    Raises:
        TypesettingError: a standard could not be met, with Typst's message.
    """
    shown = min(MOST, len(profile.entries))
    while True:
        made = pdf(TEMPLATE, _data(profile, shown, family), fonts=fonts, made_at=made_at)
        if shown == 0 or _pages(made) == 1:
            return made
        shown = max(0, shown - FEWER)


def _pages(content: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


def _data(profile: Profile, shown: int, family: str) -> dict[str, Any]:
    words = WORDS[profile.language]
    rest = words["all"] if shown == profile.total else words["more"]
    return {
        "language": profile.language,
        "family": family,
        "title": one_line(profile.title, 90),
        "subtitle": one_line(profile.subtitle, 160),
        "author": profile.author,
        "figures": [[figure.value, figure.label] for figure in profile.figures[:4]],
        "svg": profile.svg,
        "alt": profile.alt,
        "topics": [[bar.label, bar.count] for bar in profile.topics[:6]],
        "categories": [[bar.label, bar.count] for bar in profile.categories[:4]],
        "entries": [
            [one_line(e.name, NAME), one_line(e.town, 30), one_line(e.offer, OFFER), e.url]
            for e in profile.entries[:shown]
        ],
        "rest": rest.format(shown=shown, all=profile.total),
        "url": profile.url,
        "contacts": [[contact.text, contact.url] for contact in profile.contacts],
        "sources": list(profile.sources),
        "words": words,
    }
