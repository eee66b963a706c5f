"""What a list calls things, in the words of this map; and what of it nobody here knows.

A list may name a term by its key or by its label, in German or English, and a sector by the number
of the official classification. What is none of these is left out and named, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from steiger.engines.directory.records import IncomingRecord, LeftOut
from steiger.lib.text import tokens
from steiger.regions import Region
from steiger.web.directory.domain.vocabulary_cache import Vocabulary

#: Field of a list -> vocabularies of its terms.
VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "roles": ("role",),
    "topics": ("method", "technology"),
    "sectors": ("sector",),
    "size": ("size",),
    "initiative": ("initiative",),
}
#: "J", "62", "62.01", "6201" or "J62": section, or division with what is below it.
_CLASS = re.compile(r"[A-Ua-u]|[A-Ua-u]?[ .-]?(?P<division>\d{2})(?:\.?\d{1,2}){0,2}")


@dataclass(frozen=True, slots=True)
class Named:
    """The terms of one field: by key and by classification exactly, by any name roughly."""

    keys: frozenset[str]
    names: Mapping[str, str]
    classes: Mapping[str, str]

    def key(self, text: str) -> str:
        """The key that is meant, or ""."""
        if text in self.keys:
            return text
        number = _CLASS.fullmatch(text)
        known = self.classes.get((number["division"] or text.upper()) if number else "")
        return known or self.names.get(_form(text), "")

    def like(self, text: str) -> str:
        """The key of a term whose name begins so or looks like it, or ""."""
        form = _form(text)
        close = [name for name in self.names if form and name.startswith(form)]
        close = close or get_close_matches(form, self.names, n=1, cutoff=0.75)
        return self.names[close[0]] if close else ""


class Understanding:
    """Puts records into the words of one region's map."""

    def __init__(self, region: Region, words: Vocabulary) -> None:
        self.region = region
        self._fields = {field: _named(names, words) for field, names in VOCABULARIES.items()}
        # Thousands of rows say the same, and each comparison looks at all names.
        self._likes: dict[tuple[str, str], str] = {}

    def of(self, record: IncomingRecord) -> tuple[IncomingRecord, list[LeftOut]]:
        """The record with keys of terms, and what is left out of it."""
        left: list[LeftOut] = []
        roles = [self._key("roles", text, record.row, left) for text in record.roles]
        understood = replace(
            record,
            roles=tuple(key for key in roles if key),
            offers_de=_kept(record.offers_de, roles),
            offers_en=_kept(record.offers_en, roles),
            topics=self._several("topics", record.topics, record.row, left),
            sectors=self._several("sectors", record.sectors, record.row, left),
            size=self._key("size", record.size, record.row, left),
            initiative=self._key("initiative", record.initiative, record.row, left),
        )
        left += self._unknown_municipality(record)
        return understood, left

    def _several(
        self, field: str, texts: Iterable[str], row: int, left: list[LeftOut]
    ) -> tuple[str, ...]:
        keys = (self._key(field, text, row, left) for text in texts)
        return tuple(dict.fromkeys(key for key in keys if key))

    def _key(self, field: str, text: str, row: int, left: list[LeftOut]) -> str:
        named = self._fields[field]
        key = named.key(text) if text else ""
        if text and not key:
            if (field, text) not in self._likes:
                self._likes[field, text] = named.like(text)
            like = self._likes[field, text]
            reason = "is neither key nor label of a term"
            reason += f"; perhaps “{like}” is meant" if like else ""
            left.append(LeftOut(row, field, reason, text))
        return key

    def _unknown_municipality(self, record: IncomingRecord) -> Iterator[LeftOut]:
        key = record.place.municipality if record.place else ""
        known = key in self.region.municipalities or self.region.is_elsewhere(key)
        if key and not known:
            reason = "is no key of a municipality; the point, the postcode or the town decides"
            yield LeftOut(record.row, "municipality", reason, key)


def _named(vocabularies: Iterable[str], words: Vocabulary) -> Named:
    terms = [word for word in words.words.values() if word.vocabulary in vocabularies]
    names: dict[str, str] = {}
    for word in reversed(terms):
        names |= dict.fromkeys(map(_form, (word.label_en, word.label_de)), word.key)
    # Keys before labels: another term may be labelled like this one's key.
    names |= {_form(word.key): word.key for word in terms}
    classes = {str(w.details["wz2008"]): w.key for w in terms if "wz2008" in w.details}
    return Named(frozenset(word.key for word in terms), names, classes)


def _form(text: str) -> str:
    return " ".join(tokens(text.replace("_", " ")))


def _kept(offers: tuple[str, ...], roles: list[str]) -> tuple[str, ...]:
    """The offers of the roles that are kept."""
    return tuple(offer for offer, role in zip(offers, roles, strict=False) if role)
