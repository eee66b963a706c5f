"""Ranking of candidates by how well a name answers the words asked.

Transparent on purpose: the score is the share of the question (weighted by how rare each word is)
that one name and the town answer, less a little for what the name says beyond the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from steiger.engines.directory.search.analysis import STOPWORDS, Word
from steiger.lib.text import initials, tokens

#: How much a kind of name counts: the one in use before the one of long ago.
KIND_WEIGHT = {
    "official": 1.0,
    "short": 1.0,
    "acronym": 1.0,
    "translation": 0.99,
    "alias": 0.98,
    "former": 0.96,
}
#: How much of a word is answered by ...
PREFIX, COMPOUND, SYNONYM, TOWN, TEXT = 0.85, 0.8, 0.92, 0.9, 0.25


@dataclass(frozen=True, slots=True)
class Scored:
    """The best name of one candidate."""

    score: float
    name: str
    kind: str


def word_similarity(asked: str, said: str) -> float:
    """How well one folded word answers another, from 0 to 1; 1 only if they are equal."""
    if asked == said:
        return 1.0
    if len(asked) >= 3 and said.startswith(asked):
        return PREFIX + 0.1 * len(asked) / len(said)
    shorter = min(len(asked), len(said))
    if shorter < 4:
        return 0.0
    allowed = 1 if shorter < 8 else 2 if shorter < 14 else 3
    distance = DamerauLevenshtein.distance(asked, said, score_cutoff=allowed)
    if distance <= allowed:
        return 0.95 - 0.12 * distance * 6 / (shorter + 2)
    if len(asked) >= 5 and asked in said:
        return COMPOUND - 0.2
    return 0.0


class Ranker:
    """Scores candidates for one question.

    Args:
        words: the question.
        weight: rarity of a folded word (for instance its inverse document frequency).
        parts: splits a compound into its words.
    """

    def __init__(
        self,
        words: Sequence[Word],
        weight: Callable[[str], float],
        parts: Callable[[str], tuple[str, ...]],
    ) -> None:
        self.words = words
        self.weight = weight
        self.parts = parts
        self.weights = [max(weight(part) for part in word.text.split()) for word in words]
        self.total = sum(self.weights) or 1.0
        self.whole = "".join(word.text for word in words).replace(" ", "")

    def score(self, names: Sequence[Sequence[str]], town: str, extra: float) -> Scored:
        """The best (name, kind) of a candidate.

        Args:
            names: pairs of name and kind.
            town: folded words of the town.
            extra: small bonus from the index's own score, 0 to 1, that decides ties.
        """
        towns = town.split()
        best = Scored(0.0, "", "text")
        for text, kind in names:
            value = self._name(tokens(text), towns) * KIND_WEIGHT.get(kind, 0.95)
            if value > best.score:
                best = Scored(value, text, kind)
        return Scored(
            best.score + 0.02 * extra, best.name, best.kind if best.score > TEXT else "text"
        )

    def _name(self, said: list[str], towns: list[str]) -> float:
        if not said:
            return 0.0
        if "".join(said) == self.whole:
            return 1.1
        content = [word for word in said if word not in STOPWORDS]
        short = initials(said, STOPWORDS)
        answered = 0.0
        used: set[str] = set()
        for word, weight in zip(self.words, self.weights, strict=True):
            value, by = self._word(word, said, towns)
            if value < PREFIX and len(content) > 2 and word.text == short:
                value, by = 0.9, tuple(content)
            answered += weight * value
            used.update(by)
        rest = [word for word in dict.fromkeys(content) if word not in used and word not in towns]
        surplus = sum(self.weight(word) for word in rest)
        recall = answered / self.total
        return recall * (0.82 + 0.18 * self.total / (self.total + surplus))

    def _word(self, word: Word, said: list[str], towns: list[str]) -> tuple[float, tuple[str, ...]]:
        best, by = 0.0, ()  # type: tuple[float, tuple[str, ...]]
        for number, alternative in enumerate(word.alternatives):
            factor = 1.0 if number == 0 else SYNONYM
            value, used = self._phrase(alternative, said)
            if value * factor > best:
                best, by = value * factor, used
        if best < COMPOUND and " " not in word.text:
            if word.text in towns:
                best, by = TOWN, (word.text,)
            elif len(word.parts) > 1 and all(part in said for part in word.parts):
                best, by = COMPOUND, word.parts
            else:
                holder = next((w for w in said if word.text in self.parts(w)), None)
                if holder is not None:
                    best, by = COMPOUND, (holder,)
                elif best == 0.0:
                    near = max((word_similarity(word.text, t) for t in towns), default=0.0)
                    best, by = TOWN * near, ()
        return best, by

    @staticmethod
    def _phrase(phrase: tuple[str, ...], said: list[str]) -> tuple[float, tuple[str, ...]]:
        value, used = 0.0, []
        for asked in phrase:
            near, by = max(((word_similarity(asked, w), w) for w in said), default=(0.0, ""))
            if near == 0.0:
                return 0.0, ()
            value += near
            used.append(by)
        return value / len(phrase), tuple(used)
