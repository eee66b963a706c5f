"""Ranking of candidates by how well a name answers the words asked.

Transparent on purpose. The score of one name is

    share of the question that is answered  x  factor for what the name says beyond it,

where each word of the question counts by how rare it is. A word may be answered by the name, less
well by the town, another name of the same actor or its texts. Words of the name that were not asked
cost the more, the more common they are: in "Ruhr-Universität Bochum" the unasked "Ruhr" only names
the university, in "Universitätsklinikum Köln" the "Klinikum" makes it another thing. So do words
that have synonyms: they say what something is, where "Heinrich Heine" only says which one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from steiger.engines.directory.search.analysis import STOPWORDS, Phrase, Word
from steiger.engines.directory.search.answering import (
    ABBREVIATED,
    APART,
    COMPOUND,
    PREFIX,
    Asked,
    Corpus,
    faith,
    rarity,
)
from steiger.engines.directory.search.columns import Record, SaidName
from steiger.lib.text import initials, tokens

#: How much a kind of name counts: the one in use before the one of long ago.
KIND_WEIGHT = {
    "official": 1.0,
    "short": 1.0,
    "acronym": 1.0,
    "translation": 0.99,
    "alias": 0.985,
    "former": 0.97,
}
#: A name that is exactly the question, but for words like "zu", or in synonyms; and one that begins
#: with its first word.
EXACT, EXACT_CONTENT, EXACT_SYNONYM, IN_ORDER = 1.1, 1.08, 1.06, 0.01
#: How much of a word is answered by the town, another name, the initials, the texts.
TOWN, OTHER_NAME, INITIALS, TEXT = 0.92, 0.8, 0.9, 0.25
#: A word of the name that has already answered another word of the question answers less.
AGAIN = 0.6
#: Cost of one unasked word of the name, for the rarest and the most common word.
#: Words in brackets hardly count, the unasked rest of a compound nearly in full.
SURPLUS_RARE, SURPLUS_COMMON, SURPLUS_BRACKETS, SURPLUS_PART = 0.03, 0.1, 0.01, 0.7
#: ... and at least for a word that says what kind of thing it is.
SURPLUS_THING = 0.1


@dataclass(frozen=True, slots=True)
class Scored:
    """The best name of one candidate."""

    score: float
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How well each word of the question is answered by one name or the town, and by what.

    Attributes:
        whole: words of the name that were asked.
        part: words of the name of which only a part was asked.
    """

    values: list[float]
    whole: set[str]
    part: set[str]


class Ranker:
    """Scores candidates for one question.

    Args:
        words: the question.
        corpus: frequencies and compounds.
        near: words that may be meant by an unknown one, nearest first.
    """

    def __init__(
        self,
        words: Sequence[Word],
        corpus: Corpus,
        near: Callable[[str], Sequence[tuple[str, int]]],
    ) -> None:
        self.words = words
        self.corpus = corpus
        self.asked = [Asked(word, corpus) for word in words]
        self.weights = [rarity(word, corpus, near) for word in words]
        self.total = sum(self.weights) or 1.0
        self.whole = "".join(word.text for word in words).replace(" ", "")
        self.content = _variants(words)
        self._cost: dict[str, float] = {}

    def score(self, record: Record) -> Scored:
        """The best name of a candidate and how well it answers."""
        best = Scored(0.0, "", "text")
        answers = [self._answer(name, record.town) for name in record.names]
        anywhere = [max(column) for column in zip(*(a.values for a in answers), strict=True)]
        for name, answer in zip(record.names, answers, strict=True):
            value = self._value(name, answer, anywhere, record.town)
            value *= KIND_WEIGHT.get(name.kind, 0.95)
            if value > best.score:
                why = name.kind if max(answer.values, default=0.0) > TEXT else "text"
                best = Scored(value, name.text, why)
        return best

    def _answer(self, name: SaidName, town: Phrase) -> Answer:
        values, whole, part = [], set[str](), set[str]()
        said = name.words
        short = initials(list(said), STOPWORDS)
        pairs = {a + b: (a, b) for a, b in pairwise(said)}
        for asked in self.asked:
            word = asked.word
            value, by = asked.answer(said + name.abridged)
            if value < APART and word.text in pairs:
                value, by = APART, pairs[word.text]
            used = part if value <= COMPOUND + 0.05 and not word.typing else whole
            if by and whole.issuperset(by):
                value *= AGAIN
            if value < INITIALS and len(short) > 2 and word.text == short:
                value, by = INITIALS, said
            if value < TOWN and town:
                there, _ = asked.answer(town)
                if there * TOWN > value:
                    value, by = there * TOWN, ()
            values.append(value)
            used.update(by)
        return Answer(values, whole, part)

    def _value(
        self, name: SaidName, answer: Answer, anywhere: Sequence[float], town: Phrase
    ) -> float:
        said = name.words
        if "".join(said) == self.whole:
            return EXACT
        exact = self.content.get("".join(word for word in said if word not in STOPWORDS))
        if exact is not None:
            return exact
        answered = sum(
            weight * max(value, OTHER_NAME * other, TEXT)
            for weight, value, other in zip(self.weights, answer.values, anywhere, strict=True)
        )
        first = IN_ORDER if said and self.asked[0].similarity(said[0]) >= PREFIX else 0.0
        return answered / self.total / (1.0 + self._surplus(name, answer, town)) + first

    def _surplus(self, name: SaidName, answer: Answer, town: Phrase) -> float:
        """Cost of the words of a name that were not asked."""
        bracket = name.text.find(" (")
        aside = set(tokens(name.text[bracket:])) if bracket > 0 else ()
        total = 0.0
        for word in dict.fromkeys(name.words):
            if word in answer.whole or word in STOPWORDS or word in town:
                continue
            if word in aside:
                total += SURPLUS_BRACKETS
            else:
                total += self._cost_of(word) * (SURPLUS_PART if word in answer.part else 1.0)
        return total

    def _cost_of(self, word: str) -> float:
        cost = self._cost.get(word)
        if cost is None:
            common = math.log1p(self.corpus.frequency(word)) / math.log1p(self.corpus.documents)
            cost = SURPLUS_RARE + (SURPLUS_COMMON - SURPLUS_RARE) * min(1.0, common)
            if word in self.corpus.things:
                cost = max(cost, SURPLUS_THING)
            self._cost[word] = cost
        return cost


def _variants(words: Sequence[Word]) -> dict[str, float]:
    """The question without gaps, and with each word replaced by each of its synonyms."""
    result = {"": EXACT_CONTENT}
    for word in words:
        result = {
            before + "".join(alternative): min(value, EXACT_SYNONYM if place else EXACT_CONTENT)
            for before, value in result.items()
            for place, alternative in enumerate(word.alternatives)
            if faith(word, place) > ABBREVIATED
        }
        if len(result) > 64:
            return {"".join(word.text for word in words).replace(" ", ""): EXACT_CONTENT}
    return result
