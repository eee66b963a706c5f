"""The vocabularies in memory: labels for pages, synonyms for the search.

Pages need some 300 labels each; reading them per request would cost more than the search itself.
Each process keeps them and looks once a second whether they changed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from django.db.models import Count, Max
from django.utils.translation import get_language

from steiger.web.accounts.models import LogEntry
from steiger.web.directory.models import Term

CHECK_EVERY_S = 1.0
#: Which vocabularies make up a facet of the search.
FACET_VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "category": ("category",),
    "role": ("role",),
    "topic": ("method", "technology"),
    "sector": ("sector",),
    "size": ("size",),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One term, read-only. ``parent`` is the key of its category (roles) or empty."""

    id: int
    vocabulary: str
    key: str
    parent: str
    label_de: str
    label_en: str
    description_de: str
    description_en: str
    position: int
    active: bool
    synonyms: tuple[str, ...]
    fields: tuple[Mapping[str, object], ...]
    details: Mapping[str, object]

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return self.label_en if (get_language() or "de").startswith("en") else self.label_de

    @property
    def description(self) -> str:
        """The meaning in the reader's language."""
        english = (get_language() or "de").startswith("en")
        return self.description_en if english else self.description_de


@dataclass(frozen=True)
class Vocabulary:
    """All terms of this installation.

    Attributes:
        version: changes whenever a term changes.
        words: (vocabulary, key) → term, in the order of the vocabularies.
    """

    version: tuple[int, ...]
    words: Mapping[tuple[str, str], Word]
    by_id: Mapping[int, Word]
    _facets: dict[str, dict[str, Word]] = field(default_factory=dict)

    def word(self, vocabulary: str, key: str) -> Word | None:
        """One term, or None."""
        return self.words.get((vocabulary, key))

    def facet(self, facet: str) -> Mapping[str, Word]:
        """Key → term for a facet of the search; topics join methods and technology fields."""
        known = self._facets.get(facet)
        if known is None:
            names = FACET_VOCABULARIES.get(facet, ())
            known = {
                w.key: w for name in names for w in self.words.values() if w.vocabulary == name
            }
            self._facets[facet] = known
        return known

    def label(self, vocabulary: str, key: str) -> str:
        """The label of a term in the reader's language; the key itself where it is unknown."""
        word = self.words.get((vocabulary, key))
        return word.label if word else key

    def category_of(self, role: str) -> str:
        """Key of the category to which a role belongs, or empty."""
        word = self.words.get(("role", role))
        return word.parent if word else ""

    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """Groups of words that mean the same, for the search."""
        return tuple(
            tuple(dict.fromkeys((word.label_de, word.label_en, *word.synonyms)))
            for word in self.words.values()
            if word.synonyms
        )


_lock = Lock()
_known: Vocabulary | None = None
_checked = 0.0


def vocabulary() -> Vocabulary:
    """The current vocabularies; at most one second behind the database."""
    global _known, _checked  # noqa: PLW0603 - the one cache of this process
    now = time.monotonic()
    known = _known
    if known is not None and now - _checked < CHECK_EVERY_S:
        return known
    with _lock:
        version = _version()
        if _known is None or _known.version != version:
            _known = _read(version)
        _checked = now
        return _known


def forget_vocabulary() -> None:
    """Read the vocabularies anew at the next use (after an edit in this process, and in tests)."""
    global _known  # noqa: PLW0603
    with _lock:
        _known = None


def _version() -> tuple[int, ...]:
    counted = Term.objects.aggregate(n=Count("id"), last=Max("id"))
    # Every edit of a term writes a log entry in the same transaction, so its number is a version.
    entry = (
        LogEntry.objects.filter(object_type="directory.term")
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )
    return (counted["n"], counted["last"] or 0, entry or 0)


def _read(version: tuple[int, ...]) -> Vocabulary:
    words: dict[tuple[str, str], Word] = {}
    by_id: dict[int, Word] = {}
    for term in Term.objects.select_related("parent").order_by("vocabulary", "position", "key"):
        word = Word(
            id=term.pk,
            vocabulary=term.vocabulary,
            key=term.key,
            parent=term.parent.key if term.parent else "",
            label_de=term.label_de,
            label_en=term.label_en,
            description_de=term.description_de,
            description_en=term.description_en,
            position=term.position,
            active=term.active,
            synonyms=tuple(str(text) for text in term.synonyms),
            fields=tuple(term.fields),
            details=dict(term.details),
        )
        words[(word.vocabulary, word.key)] = word
        by_id[word.id] = word
    return Vocabulary(version, words, by_id)
