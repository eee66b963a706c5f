"""How well the words of a name answer one word of a question."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from steiger.engines.directory.search.analysis import Phrase, Word
from steiger.engines.directory.search.vocabulary import mistakes

#: How much of a word is answered by a word that it begins, by a compound that holds it, by two
#: neighbours that make it up, by a synonym.
PREFIX, COMPOUND, APART, SYNONYM = 0.82, 0.82, 0.97, 0.94
#: ... by an abbreviation of what was asked in full: too often it is somebody else's.
ABBREVIATED = 0.75
#: ... by another word of the same topic: "Digital Hub" is near "EDIH", and another thing.
RELATED = 0.7
#: ... by a word that only holds its letters.
INSIDE = 0.62


@dataclass(frozen=True, slots=True)
class Corpus:
    """What ranking asks the index.

    Attributes:
        documents: number of actors.
        frequency: number of actors in whose names a folded word occurs.
        parts: parts of a compound.
        things: words that say what kind of thing something is ("hospital", "library").
    """

    documents: int
    frequency: Callable[[str], int]
    parts: Callable[[str], Phrase]
    things: frozenset[str] = frozenset()

    def rarity(self, word: str) -> float:
        """Inverse document frequency, at least 0.1."""
        return max(0.1, math.log((1 + self.documents) / (1 + self.frequency(word))))


class Asked:
    """One word of a question, remembering how well each word of names answers it."""

    def __init__(self, word: Word, corpus: Corpus) -> None:
        self.word = word
        self._parts_of = corpus.parts
        self._single: dict[str, float] = {}
        ways = [(phrase, faith(word, n)) for n, phrase in enumerate(word.alternatives)]
        self._words = [(phrase[0], trust) for phrase, trust in ways if len(phrase) == 1]
        self._phrases = [(phrase, trust) for phrase, trust in ways if len(phrase) > 1]

    def answer(self, said: Phrase) -> tuple[float, Phrase]:
        """The best answer, from 0 to 1, and the words of the name that give it."""
        best, by = 0.0, ()  # type: tuple[float, Phrase]
        single = self._single
        for name in said:
            value = single.get(name)
            if value is None:
                value = single[name] = self._by_word(name)
            if value > best:
                best, by = value, (name,)
        for phrase, trust in self._phrases:
            value, used = self._by_phrase(phrase, said)
            if value * trust > best:
                best, by = value * trust, used
        if best < COMPOUND and self.word.parts:
            found = [self._by_part(alternatives, said) for alternatives in self.word.parts]
            if all(found):
                best, by = COMPOUND, tuple(name for used in found for name in used)
        return best, by

    def similarity(self, said: str) -> float:
        """How well one word of a name answers."""
        value = self._single.get(said)
        if value is None:
            value = self._single[said] = self._by_word(said)
        return value

    def _by_word(self, said: str) -> float:
        return max((trust * self._similar(word, said) for word, trust in self._words), default=0.0)

    def _similar(self, asked: str, said: str) -> float:
        value = word_similarity(asked, said, typing=self.word.typing)
        # "in" is quick, and without it the other is never true.
        if value < COMPOUND and len(asked) >= 4 and asked in said and asked in self._parts_of(said):
            return COMPOUND
        return value

    def _by_phrase(self, phrase: Phrase, said: Phrase) -> tuple[float, Phrase]:
        total, used = 0.0, []
        for asked in phrase:
            value, by = max(
                ((self._similar(asked, name), name) for name in said), default=(0.0, "")
            )
            if value == 0.0:
                return 0.0, ()
            total += value
            used.append(by)
        return total / len(phrase), tuple(used)

    def _by_part(self, alternatives: Sequence[Phrase], said: Phrase) -> Phrase:
        for alternative in alternatives:
            first = alternative[0]
            for name in said:
                if alternative == (name,) or (first in name and first in self._parts_of(name)):
                    return (name,)
            if len(alternative) > 1 and set(alternative) <= set(said):
                return alternative
        return ()


def word_similarity(asked: str, said: str, *, typing: bool = False) -> float:
    """How well one folded word answers another, from 0 to 1; 1 only if they are equal.

    Args:
        typing: the asked word may be unfinished, so that a beginning is nearly as good.
    """
    if asked == said:
        return 1.0
    if len(asked) >= (2 if typing else 4) and said.startswith(asked):
        return PREFIX + (0.1 if typing else 0.05) * len(asked) / len(said)
    wrong = mistakes(asked, said)
    if wrong is not None:
        return 0.95 - 0.72 * wrong / (min(len(asked), len(said)) + 2)
    return INSIDE if len(asked) >= 5 and asked in said else 0.0


def faith(word: Word, place: int) -> float:
    """How far an alternative says the same as the word."""
    if place == 0:
        return 1.0
    if word.alternatives[place] in word.related:
        return RELATED
    short = len(word.alternatives[place]) == 1 and len(word.alternatives[place][0]) <= 4
    return ABBREVIATED if short and len(word.alternatives[0]) > 1 else SYNONYM


def rarity(word: Word, corpus: Corpus, near: Callable[[str], Sequence[tuple[str, int]]]) -> float:
    """Rarity of a word: that of its most common meaning, or of what a mistyped word may mean."""
    single = word.alternatives[0]
    if len(word.alternatives) == 1 and len(single) == 1 and not corpus.frequency(single[0]):
        meant = near(single[0])
        if meant:
            nearest = [text for text, distance in meant if distance == meant[0][1]]
            return min(corpus.rarity(text) for text in nearest)
    return min(max(corpus.rarity(text) for text in phrase) for phrase in word.alternatives)
