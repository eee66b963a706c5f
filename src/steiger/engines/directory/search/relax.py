"""What to offer when nothing matches: nearby questions that do have answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from steiger.engines.directory.search.analysis import Word
from steiger.engines.directory.search.types import Query, Relaxation

if TYPE_CHECKING:
    from steiger.engines.directory.search.reading import Reader

RADII_KM = (10.0, 25.0, 50.0, 100.0)


class Counter(Protocol):
    """What counts answers (the index)."""

    def count(self, query: Query) -> int:
        """How many actors match."""
        ...

    def spelling(self, query: Query) -> str:
        """A corrected question, or ""."""
        ...


def relaxations(index: Counter, query: Query) -> tuple[Relaxation, ...]:
    """Questions near to one without answers, most helpful first; each count is real."""
    offers: list[Relaxation] = []
    if query.text and (fixed := index.spelling(query)):
        offers.append(Relaxation("spelling", index.count(replace(query, text=fixed)), text=fixed))
    for facet, keys in query.facets.items():
        if keys:
            offers.append(Relaxation("facet", index.count(query.without(facet)), facet=facet))
    if query.near is not None and query.radius_km is not None:
        for radius in RADII_KM:
            total = index.count(replace(query, radius_km=radius)) if radius > query.radius_km else 0
            if total:
                offers.append(Relaxation("radius", total, radius_km=radius))
                break
    if query.bounds is not None or (query.near is not None and query.radius_km is not None):
        anywhere = replace(query, near=None, radius_km=None, bounds=None)
        offers.append(Relaxation("area", index.count(anywhere)))
    if query.text and (any(query.facets.values()) or query.near or query.bounds):
        offers.append(Relaxation("text", index.count(replace(query, text=""))))
    return tuple(offer for offer in offers if offer.total)


def corrected(words: Sequence[Word], reader: Reader) -> str:
    """The question with each unknown word replaced by the nearest known one, or "" if none is."""
    fixed = []
    for word in words:
        meant = "" if _known(word, reader) else _meant(word.text, reader)
        fixed.append(meant or word.text)
    asked = [word.text for word in words]
    return " ".join(fixed) if fixed != asked else ""


def _known(word: Word, reader: Reader) -> bool:
    searcher = reader.view.searcher
    if " " in word.text or len(word.alternatives) > 1 or word.parts:
        return True
    stem = reader.view.analyzer.stem(word.text)
    return bool(
        any(searcher.doc_freq(field, word.text) for field in ("name", "town", "part"))
        or searcher.doc_freq("body", stem)
    )


def _meant(word: str, reader: Reader) -> str:
    """The nearest word; of equally near ones the most common."""
    near = reader.view.columns.vocabulary.near(word)
    ranked = sorted((distance, -reader.frequency(text), text) for text, distance in near)
    return ranked[0][2] if ranked else ""
