"""Full-text search over publications: titles, abstracts, authors, and the text of their PDFs.

Words are folded like everywhere (umlauts, ß, accents). Each word must occur somewhere, also inside
a compound. Where it occurs decides the order: title, topics and authors, abstract, text. If nothing
holds every word, typing mistakes are forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When

from steiger.engines.directory.search.vocabulary import Vocabulary
from steiger.lib.text import fold, tokens
from steiger.web.accounts.domain.spelling import Hits, Meant, nearest
from steiger.web.publications.models import Document, Publication

MOST_WORDS = 8
#: Shorter words must begin a word of the text: "ki" shall not be found inside "Skizze".
SHORT = 4
#: Texts hold nearly every short word there is: what was meant by "Hagen" is hardly their "haben".
LONG = 7
#: So much of the files is searched in, which is some 150 pages.
MOST_TEXT = 400_000
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
SNIPPET = 260


def refresh(publication: Publication) -> None:
    """Write down all words of a publication; called inside every change of it.

    Of its versions the newest public one counts: nobody shall find words that nobody may read yet.
    """
    authors = " ".join(publication.authors.values_list("organisation", flat=True))
    topics = " ".join(f"{t.label_de} {t.label_en}" for t in publication.topics.all())
    versions = publication.versions.all()
    current = versions.filter(public=True).first() or versions.first()
    pages: list[str] = []
    if current is not None:
        for texts in current.documents.values_list("texts", flat=True):
            pages += texts
    head = f"{publication.title_de} {publication.title_en}"
    middle = f"{authors} {topics} {current.doi if current else ''}"
    body = " ".join(
        (
            publication.abstract_de,
            publication.abstract_en,
            publication.text_de,
            publication.text_en,
            *pages,
        )
    )
    publication.search_title = _kept(head)
    publication.search_beside = _kept(middle)
    publication.search_text = _kept(body[:MOST_TEXT])
    publication.save(update_fields=["search_title", "search_beside", "search_text"])


def _kept(text: str) -> str:
    """Folded words, each with a space before it."""
    return f" {' '.join(tokens(text))} "


def words_of(text: str) -> list[str]:
    """The folded words of a question, each once."""
    return list(dict.fromkeys(tokens(text)))[:MOST_WORDS]


def found(
    publications: QuerySet[Publication],
    text: str,
    meant: Meant = MappingProxyType({}),
) -> QuerySet[Publication]:
    """Those that hold every word, or one that was meant by it; the best first."""
    words = words_of(text)
    publications = newest_first(publications)
    if not words:
        return publications.none() if text.strip() else publications
    score: Any = Value(0, output_field=IntegerField())
    for word in words:
        either = (word, *meant.get(word, ()))
        title, beside, body = (
            _holding(column, either) for column in ("search_title", "search_beside", "search_text")
        )
        publications = publications.filter(title | beside | body)
        score = score + Case(
            When(title, then=Value(10)),
            When(beside, then=Value(3)),
            default=Value(0),
            output_field=IntegerField(),
        )
    scored = publications.annotate(score=score)
    return scored.order_by("-score", F("latest").desc(nulls_last=True), "-pk")


def answer(publications: QuerySet[Publication], text: str) -> Hits[Publication]:
    """Those that hold every word; if none does, those that hold nearly every word."""
    exact = found(publications, text)
    if not words_of(text) or exact.exists():
        return Hits(exact)
    meant = nearest(words_of(text), _vocabulary(publications))
    return Hits(found(publications, text, meant), meant)


_known: dict[tuple[Any, ...], Vocabulary] = {}


def _vocabulary(publications: QuerySet[Publication]) -> Vocabulary:
    """All words of these publications; kept until one of them changes, as they are many."""
    state = publications.order_by().aggregate(n=Count("pk"), at=Max("changed_at"))
    key = (state["n"], state["at"])
    known = _known.get(key)
    if known is None:
        texts = publications.order_by().values_list("search_title", "search_beside", "search_text")
        words: set[str] = set()
        for title, beside, text in texts.iterator():
            words.update(title.split(), beside.split())
            words.update(word for word in text.split() if len(word) >= LONG)
        known = Vocabulary(list(words))
        # Another thread may do the same at this moment: each returns its own.
        _known.clear()
        _known[key] = known
    return known


def newest_first(publications: QuerySet[Publication]) -> QuerySet[Publication]:
    """In the order of their newest public version."""
    latest = Max("versions__released_on", filter=Q(versions__public=True))
    return publications.annotate(latest=latest).order_by(F("latest").desc(nulls_last=True), "-pk")


def _holding(column: str, words: Sequence[str]) -> Q:
    fits = Q()
    for word in words:
        fits |= Q(**{f"{column}__contains": f" {word}" if len(word) < SHORT else word})
    return fits


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage in which a word was found. ``page`` is 0 outside a file."""

    text: str
    page: int
    language: str


def snippet(
    publication: Publication,
    documents: Sequence[Document],
    text: str,
    shown: str,
    meant: Meant = MappingProxyType({}),
) -> Snippet | None:
    """The first passage with a word that the line in the list does not show already."""
    asked = [either for word in words_of(text) for either in (word, *meant.get(word, ()))]
    words = [w for w in asked if w not in fold(shown)]
    if not words:
        return None
    for document in documents:
        for number, page in enumerate(document.texts, start=1):
            passage = _passage(page, words)
            if passage:
                return Snippet(passage, number, document.language)
    for language in ("de", "en"):
        passage = _passage(getattr(publication, f"text_{language}"), words)
        if passage:
            return Snippet(passage, 0, language)
    return None


def _passage(text: str, words: Sequence[str]) -> str:
    if not any(word in fold(text) for word in words):
        return ""
    for sentence in _SENTENCE.split(" ".join(text.split())):
        folded = fold(sentence)
        word = next((w for w in words if w in folded), None)
        if word is None:
            continue
        if len(sentence) <= SNIPPET:
            return sentence
        # Folding shortens a text a little, so the place is near enough for a window around it.
        at = max(0, folded.index(word) - SNIPPET // 2)
        cut = sentence[at : at + SNIPPET]
        return f"{'… ' if at else ''}{cut.partition(' ')[2] if at else cut} …"
    return ""
