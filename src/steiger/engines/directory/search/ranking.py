"""Ranking of candidates by how well a name answers the words asked.

Transparent on purpose. The score of one name is

    share of the question that is answered  x  factor for what the name says beyond it,

where each word of the question counts by how rare it is. A word may be answered by the name, less
well by the town, another name of the same actor or its texts. Words of the name that were not asked
cost the more, the more common they are: in "Ruhr-Universität Bochum" the unasked "Ruhr" only names
the university, in "Universitätsklinikum Köln" the "Klinikum" makes it another thing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from steiger.engines.directory.search.analysis import STOPWORDS, Phrase, Word
from steiger.engines.directory.search.columns import Record, SaidName
from steiger.engines.directory.search.vocabulary import edits_allowed
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
#: How much of a word is answered by ...
PREFIX, COMPOUND, APART, SYNONYM = 0.82, 0.82, 0.97, 0.94
#: ... by an abbreviation of what was asked in full: too often it is somebody else's.
ABBREVIATED = 0.75
TOWN, OTHER_NAME, INITIALS, TEXT = 0.92, 0.8, 0.9, 0.25
#: A word of the name that has already answered another word of the question answers less.
AGAIN = 0.6
#: Cost of one unasked word of the name, for the rarest and the most common word.
#: Words in brackets hardly count, the unasked rest of a compound nearly in full.
SURPLUS_RARE, SURPLUS_COMMON, SURPLUS_BRACKETS, SURPLUS_PART = 0.03, 0.1, 0.01, 0.7


@dataclass(frozen=True, slots=True)
class Scored:
    """The best name of one candidate."""

    score: float
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """What ranking asks the index.

    Attributes:
        documents: number of actors.
        frequency: number of actors in whose names a folded word occurs.
        parts: parts of a compound.
    """

    documents: int
    frequency: Callable[[str], int]
    parts: Callable[[str], Phrase]

    def rarity(self, word: str) -> float:
        """Inverse document frequency, at least 0.1."""
        return max(0.1, math.log((1 + self.documents) / (1 + self.frequency(word))))


def word_similarity(asked: str, said: str, *, typing: bool = False) -> float:
    """How well one folded word answers another, from 0 to 1; 1 only if they are equal.

    Args:
        typing: the asked word may be unfinished, so that a beginning is nearly as good.
    """
    if asked == said:
        return 1.0
    if len(asked) >= (2 if typing else 4) and said.startswith(asked):
        return PREFIX + (0.1 if typing else 0.05) * len(asked) / len(said)
    allowed = edits_allowed(asked)
    if allowed:
        distance = OSA.distance(asked, said, score_cutoff=allowed)
        if distance <= allowed:
            return 0.95 - 0.72 * distance / (min(len(asked), len(said)) + 2)
    if len(asked) >= 5 and asked in said:
        return COMPOUND - 0.2
    return 0.0


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
        self.weights = [_weight(word, corpus, near) for word in words]
        self.total = sum(self.weights) or 1.0
        self.whole = "".join(word.text for word in words).replace(" ", "")
        self.content = _variants(words)
        self._similar: list[dict[str, float]] = [{} for _ in words]
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
        for number, word in enumerate(self.words):
            value, by = self._word(number, word, said + name.abridged)
            if value < APART and word.text in pairs:
                value, by = APART, pairs[word.text]
            used = part if value <= COMPOUND + 0.05 and not word.typing else whole
            if by and whole.issuperset(by):
                value *= AGAIN
            if value < INITIALS and len(short) > 2 and word.text == short:
                value, by = INITIALS, said
            if value < TOWN and town:
                there, _ = self._word(number, word, town)
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
        first = IN_ORDER if said and self._similarity(0, said[0]) >= PREFIX else 0.0
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
            self._cost[word] = cost
        return cost

    def _word(self, number: int, word: Word, said: Phrase) -> tuple[float, Phrase]:
        best, by = 0.0, ()  # type: tuple[float, Phrase]
        for place, alternative in enumerate(word.alternatives):
            value, used = self._phrase(number, alternative, said)
            value *= _faith(word, place)
            if value > best:
                best, by = value, used
        if best < COMPOUND and word.parts:
            found = [self._part(alternatives, said) for alternatives in word.parts]
            if all(found):
                best, by = COMPOUND, tuple(w for used in found for w in used)
        return best, by

    def _part(self, alternatives: Sequence[Phrase], said: Phrase) -> Phrase:
        for alternative in alternatives:
            for word in said:
                if alternative == (word,) or alternative[0] in self.corpus.parts(word):
                    return (word,)
            if len(alternative) > 1 and set(alternative) <= set(said):
                return alternative
        return ()

    def _phrase(self, number: int, phrase: Phrase, said: Phrase) -> tuple[float, Phrase]:
        total, used = 0.0, []
        for asked in phrase:
            value, by = 0.0, ""
            for word in said:
                near = self._similarity(number, word, asked)
                if near > value:
                    value, by = near, word
                    if near == 1.0:
                        break
            if value == 0.0:
                return 0.0, ()
            total += value
            used.append(by)
        return total / len(phrase), tuple(used)

    def _similarity(self, number: int, said: str, asked: str = "") -> float:
        word = self.words[number]
        asked = asked or word.alternatives[0][0]
        known = self._similar[number]
        key = asked + " " + said
        value = known.get(key)
        if value is None:
            value = word_similarity(asked, said, typing=word.typing)
            if value < COMPOUND and len(asked) >= 4 and asked in self.corpus.parts(said):
                value = COMPOUND
            known[key] = value
        return value


def _faith(word: Word, place: int) -> float:
    """How far an alternative says the same as the word."""
    if place == 0:
        return 1.0
    short = len(word.alternatives[place]) == 1 and len(word.alternatives[place][0]) <= 4
    return ABBREVIATED if short and len(word.alternatives[0]) > 1 else SYNONYM


def _variants(words: Sequence[Word]) -> dict[str, float]:
    """The question without gaps, and with each word replaced by each of its synonyms."""
    result = {"": EXACT_CONTENT}
    for word in words:
        result = {
            before + "".join(alternative): min(value, EXACT_SYNONYM if place else EXACT_CONTENT)
            for before, value in result.items()
            for place, alternative in enumerate(word.alternatives)
            if _faith(word, place) > ABBREVIATED
        }
        if len(result) > 64:
            return {"".join(word.text for word in words).replace(" ", ""): EXACT_CONTENT}
    return result


def _weight(word: Word, corpus: Corpus, near: Callable[[str], Sequence[tuple[str, int]]]) -> float:
    """Rarity of a word: that of its most common meaning, or of what a mistyped word may mean."""
    single = word.alternatives[0]
    if len(word.alternatives) == 1 and len(single) == 1 and not corpus.frequency(single[0]):
        meant = near(single[0])
        if meant:
            nearest = [text for text, distance in meant if distance == meant[0][1]]
            return min(corpus.rarity(text) for text in nearest)
    return min(max(corpus.rarity(text) for text in phrase) for phrase in word.alternatives)
