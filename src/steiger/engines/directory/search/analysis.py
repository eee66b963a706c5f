"""How names and texts become terms, and a question becomes alternatives for each of its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import tantivy

from steiger.lib.text import tokens

#: Words that say nothing about an organisation; folded.
# fmt: off
STOPWORDS = frozenset((
    "der", "die", "das", "des", "dem", "den", "und", "fur", "zu", "zur", "zum", "von", "vom",
    "im", "in", "am", "an", "auf", "bei", "mit", "e", "ev", "eg", "gmbh", "mbh", "ag", "kg", "co",
    "se", "ug", "kgaa", "of", "the", "for", "and", "at", "de", "la", "le", "du", "et", "a", "an",
    "on", "to", "by",
))
# fmt: on
MIN_PART = 4
_LINKS = ("", "s", "es", "n", "en", "er")


def _stemmer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        .filter(tantivy.Filter.stemmer("German"))
        .build()
    )


class Decompounder:
    """Splits German compounds into words that occur on their own.

    Tantivy's own compound filter splits with a fixed list and drops the whole when it splits; here
    the words come from the corpus itself, so "Hochwasserschutz" splits where "Hochwasser" and
    "Schutz" are known words of the directory.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(w for w in words if len(w) >= MIN_PART and w.isalpha())
        self._cache: dict[str, tuple[str, ...]] = {}

    def parts(self, word: str) -> tuple[str, ...]:
        """Known words that make up ``word`` (folded), or () if it is no compound of them."""
        if len(word) < 2 * MIN_PART or not word.isalpha():
            return ()
        found = self._cache.get(word)
        if found is None:
            found = self._split(word, depth=3) or ()
            if len(self._cache) < 200_000:
                self._cache[word] = found
        return found if len(found) > 1 else ()

    def _split(self, word: str, depth: int) -> tuple[str, ...] | None:
        if depth == 0:
            return None
        # The longest head first: fewer, longer parts are nearly always the right ones.
        for cut in range(len(word) - MIN_PART, MIN_PART - 1, -1):
            head, rest = word[:cut], word[cut:]
            stem = next((head[: len(head) - len(x)] for x in _LINKS if self._known(head, x)), None)
            if stem is None:
                continue
            if rest in self.words:
                return (stem, rest)
            deeper = self._split(rest, depth - 1)
            if deeper:
                return (stem, *deeper)
        return None

    def _known(self, head: str, link: str) -> bool:
        return head.endswith(link) and head[: len(head) - len(link)] in self.words


@dataclass(frozen=True, slots=True)
class Word:
    """One word (or known phrase) of a question and what may stand for it.

    Attributes:
        text: as asked, folded.
        alternatives: each a tuple of words that must all occur; the first is the word itself.
        parts: parts of the compound.
    """

    text: str
    alternatives: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...] = ()


@dataclass(slots=True)
class Analyzer:
    """Everything the index and the question share: synonyms, compounds, stems."""

    synonyms: tuple[tuple[str, ...], ...] = ()
    decompounder: Decompounder = field(default_factory=lambda: Decompounder(()))
    _phrases: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    _stems: dict[str, str] = field(default_factory=dict)
    _stem: tantivy.TextAnalyzer = field(default_factory=_stemmer)

    def __post_init__(self) -> None:
        for group in self.synonyms:
            phrases = tuple(dict.fromkeys(tuple(tokens(text)) for text in group))
            for phrase in phrases:
                if phrase:
                    known = self._phrases.get(phrase, ())
                    self._phrases[phrase] = tuple(dict.fromkeys((*known, *phrases)))

    def stem(self, word: str) -> str:
        """The German stem of a folded word."""
        found = self._stems.get(word)
        if found is None:
            analyzed = self._stem.analyze(word)
            found = analyzed[0] if analyzed else word
            if len(self._stems) < 500_000:
                self._stems[word] = found
        return found

    def body_terms(self, texts: Iterable[str]) -> list[str]:
        """Stems of all words and of the parts of compounds."""
        result: list[str] = []
        for text in texts:
            for word in tokens(text):
                if word in STOPWORDS:
                    continue
                result.append(self.stem(word))
                result.extend(self.stem(part) for part in self.decompounder.parts(word))
        return result

    def words(self, text: str) -> list[Word]:
        """The words of a question; phrases with synonyms count as one word; stopwords are left out.

        If only stopwords are asked, they are kept.
        """
        asked = tokens(text)
        result: list[Word] = []
        i = 0
        while i < len(asked):
            phrase = next(
                (
                    tuple(asked[i : i + n])
                    for n in (4, 3, 2, 1)
                    if tuple(asked[i : i + n]) in self._phrases
                ),
                None,
            )
            if phrase is not None:
                others = tuple(p for p in self._phrases[phrase] if p != phrase)
                result.append(
                    Word(" ".join(phrase), (phrase, *others), self.decompounder.parts(phrase[0]))
                )
                i += len(phrase)
                continue
            word = asked[i]
            i += 1
            if word not in STOPWORDS:
                result.append(Word(word, ((word,),), self.decompounder.parts(word)))
        return result or [Word(word, ((word,),)) for word in asked]
