"""Which topics a firm means when it describes its need in its own words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import tantivy

from steiger.lib.text import fold, tokens

#: What a word counts: a name or synonym of a topic, an everyday word, a word of its description.
SYNONYM, EVERYDAY, DESCRIBED = 1.0, 0.8, 0.3
#: A word inside a longer one ("Absatz" in "Absatzplanung") counts a little less.
INSIDE = 0.8
SHORTEST_INSIDE = 5
#: A topic counts as meant from this sum on.
MEANT = 0.5
LONGEST_TEXT = 4000
_PARTS = re.compile(r"\s+(?:und|and|oder|or|von|aus|auf|für)\s+|\s*[,/]\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_EMPTY = frozenset(
    tokens(
        "ki ai der die das und oder mit von für ein eine einen den dem des im in am an auf zu zum "
        "zur wir sie ich uns unser unsere the and for with our we a an of to große neue kleine "
        "arbeit daten verfahren findet sucht zeigt erzeugen ordnen teilen rechnen lernt lernen "
        "verbindet evaluate find show shows looks learn learns data new large small best"
    )
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and the words that speak of it.

    Attributes:
        names: its name and its synonyms, in any language.
        everyday: how people say it who know no technical word.
        description: a sentence about it; its words count least.
    """

    key: str
    names: tuple[str, ...]
    everyday: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A topic that is meant, and the words that say so, as they were written."""

    key: str
    weight: float
    words: tuple[str, ...]


@dataclass(slots=True)
class _Weighed:
    weight: float = 0.0
    words: dict[str, float] = field(default_factory=dict)


class TopicFinder:
    """Finds the topics of a text by the names, synonyms and everyday words of topics.

    Args:
        topics: in the order in which equals are told.
        groups: words that mean the same; where a group holds a name of a topic, its others do too.
    """

    def __init__(self, topics: Sequence[Topic], groups: Iterable[Sequence[str]] = ()) -> None:
        self._order = {topic.key: number for number, topic in enumerate(topics)}
        self._stem = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
            .filter(tantivy.Filter.stemmer("German"))
            .build()
        )
        self._stems: dict[str, str] = {}
        same: defaultdict[str, set[str]] = defaultdict(set)
        for group in groups:
            for text in group:
                same[fold(text)].update(group)
        phrases: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
        for topic in topics:
            for phrase, weight in self._phrases(topic, same).items():
                phrases[phrase][topic.key] = weight
        # A word of many topics says little about each of them.
        self._weights: Mapping[tuple[str, ...], Mapping[str, float]] = {
            phrase: {key: weight / len(found) for key, weight in found.items()}
            for phrase, found in phrases.items()
        }
        self._longest = max((len(phrase) for phrase in self._weights), default=0)
        self._inside = [
            phrase[0]
            for phrase in self._weights
            if len(phrase) == 1 and len(phrase[0]) >= SHORTEST_INSIDE
        ]

    def _phrases(self, topic: Topic, same: Mapping[str, set[str]]) -> dict[tuple[str, ...], float]:
        result: dict[tuple[str, ...], float] = {}

        def add(text: str, weight: float) -> None:
            phrase = tuple(self._stemmed(word) for word in tokens(text))
            if phrase and not (len(phrase) == 1 and (phrase[0] in _EMPTY or len(phrase[0]) < 2)):
                result[phrase] = max(weight, result.get(phrase, 0.0))

        for name in topic.names:
            for part in (name, *_PARTS.split(name)):
                for text in (part, *sorted(same.get(fold(part), ()))):
                    add(text, SYNONYM)
        for text in topic.everyday:
            add(text, EVERYDAY)
        for word in tokens(topic.description):
            if len(word) >= SHORTEST_INSIDE and word not in _EMPTY:
                add(word, DESCRIBED)
        return result

    def _stemmed(self, word: str) -> str:
        found = self._stems.get(word)
        if found is None:
            found = (self._stem.analyze(word) or [word])[0]
            if len(self._stems) < 50_000:
                self._stems[word] = found
        return found

    def find(self, text: str, limit: int = 3) -> tuple[Match, ...]:
        """The topics that the text speaks of, the clearest first; words in their order."""
        written = _WORD.findall(text[:LONGEST_TEXT])
        # One written word may be several: "E-Mail-Postfach".
        parts = [(word, self._stemmed(part)) for word in written for part in tokens(word)]
        found: defaultdict[str, _Weighed] = defaultdict(_Weighed)
        for at in range(len(parts)):
            self._take(parts, at, found)
        matches = [
            Match(key, round(one.weight, 3), tuple(one.words))
            for key, one in found.items()
            if one.weight >= MEANT
        ]
        return tuple(sorted(matches, key=lambda m: (-m.weight, self._order[m.key]))[:limit])

    def _take(
        self, parts: Sequence[tuple[str, str]], at: int, found: defaultdict[str, _Weighed]
    ) -> None:
        for length in range(min(self._longest, len(parts) - at), 0, -1):
            phrase = tuple(stem for _, stem in parts[at : at + length])
            known = self._weights.get(phrase)
            if known:
                words = " ".join(dict.fromkeys(word for word, _ in parts[at : at + length]))
                return self._count(words, known, 1.0, found)
        word, stem = parts[at]
        for known_stem in self._inside:
            if stem != known_stem and (stem.startswith(known_stem) or stem.endswith(known_stem)):
                self._count(word, self._weights[(known_stem,)], INSIDE, found)
        return None

    def _count(
        self,
        word: str,
        known: Mapping[str, float],
        share: float,
        found: defaultdict[str, _Weighed],
    ) -> None:
        for key, weight in known.items():
            one = found[key]
            # Saying a word twice does not make it truer.
            before = one.words.get(word, 0.0)
            after = max(before, weight * share)
            one.words[word] = after
            one.weight += after - before
