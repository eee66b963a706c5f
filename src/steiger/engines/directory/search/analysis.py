"""How names and texts become terms, and a question becomes alternatives for each of its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain, islice, product

import tantivy

from steiger.engines.directory.search.compounds import PARTS
from steiger.engines.directory.search.types import ActorDocument
from steiger.lib.text import tokens

#: Words that say nothing about an organisation; folded.
STOPWORDS = frozenset(
    tokens(
        "der die das des dem den und für zu zur zum von vom im in am an auf bei mit "
        "e ev eg gmbh ggmbh mbh ag kg co se ug kgaa of the for and at de la le du et a on to by"
    )
)
MIN_PART = 4
MAX_TEXT = 200
MAX_WORDS = 12
#: Verbs in "en" have so many letters at least; shorter words are too often something else.
LEAST_VERB = 6
#: So many ways to say a phrase with synonyms of its words.
MAX_WAYS = 8
_LINKS = ("", "s", "es", "n", "en", "er")

_ELLIPSIS = re.compile(
    r"(\w{3,})-(?:, | und | oder | & | / |/)(?:\w+-(?: und | oder | & ))?(\w{7,})"
)

Phrase = tuple[str, ...]
Groups = tuple[tuple[str, ...], ...]


class Decompounder:
    """Splits German compounds into words that occur on their own.

    Tantivy's own compound filter splits with a fixed list and drops the whole when it splits; here
    the words come from the corpus itself, so "Hochwasserschutz" splits where "Hochwasser" and
    "Schutz" are known words of the directory.

    Args:
        words: words of the corpus; those under four letters are too often mere syllables.
        short: shorter words that may begin a compound all the same ("Uniklinik").
    """

    def __init__(self, words: Iterable[str], short: Iterable[str] = ()) -> None:
        self.words = frozenset(w for w in words if len(w) >= MIN_PART and w.isalpha())
        self.heads = self.words | {w for w in short if len(w) == MIN_PART - 1 and w.isalpha()}
        self._cache: dict[str, Phrase] = {}

    def parts(self, word: str) -> Phrase:
        """Known words that make up ``word`` (folded), or () if it is no compound of them."""
        if len(word) < 2 * MIN_PART - 1 or len(word) > 60 or not word.isalpha():
            return ()
        found = self._cache.get(word)
        if found is None:
            found = self._split(word, depth=3) or ()
            if len(self._cache) < 200_000:
                self._cache[word] = found
        return found if len(found) > 1 else ()

    def tail(self, word: str) -> str:
        """The longest known word in which a longer one ends, or ""."""
        return next(
            (word[cut:] for cut in range(3, len(word) - MIN_PART + 1) if word[cut:] in self.words),
            "",
        )

    def _split(self, word: str, depth: int) -> Phrase | None:
        if depth == 0:
            return None
        # The longest head first: fewer, longer parts are nearly always the right ones.
        for cut in range(len(word) - MIN_PART, MIN_PART - 2, -1):
            head, rest = word[:cut], word[cut:]
            stem = self._stem(head)
            if stem is None:
                continue
            if rest in self.words:
                return (stem, rest)
            deeper = self._split(rest, depth - 1)
            if deeper:
                return (stem, *deeper)
        return None

    def _stem(self, head: str) -> str | None:
        # "Wirtschafts-" may stand alone in a text, yet it is "Wirtschaft" with an s between.
        if head.endswith("s") and head[:-1] in self.words:
            return head[:-1]
        return next((head[: len(head) - len(x)] for x in _LINKS if self._known(head, x)), None)

    def _known(self, head: str, link: str) -> bool:
        return head.endswith(link) and head[: len(head) - len(link)] in self.heads


@dataclass(frozen=True, slots=True)
class Word:
    """One word (or known phrase) of a question and what may stand for it.

    Attributes:
        text: as asked, folded.
        alternatives: phrases whose words must all occur; the first is the word itself.
        parts: for each part of the compound its own alternatives.
        typing: the last word, which may be unfinished.
        related: alternatives that only stand around the same topic.
    """

    text: str
    alternatives: tuple[Phrase, ...]
    parts: tuple[tuple[Phrase, ...], ...] = ()
    typing: bool = False
    related: frozenset[Phrase] = frozenset()


def _stemmer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        .filter(tantivy.Filter.stemmer("German"))
        .build()
    )


@dataclass(slots=True)
class Analyzer:
    """Everything the index and the question share: synonyms, compounds, stems.

    ``synonyms`` are groups that mean the same; ``topics`` groups of words around a topic.
    """

    synonyms: Groups = ()
    corpus: frozenset[str] = frozenset()
    topics: Groups = ()
    decompounder: Decompounder = field(init=False)
    _phrases: dict[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    _same: dict[Phrase, frozenset[Phrase]] = field(default_factory=dict)
    _stems: dict[str, str] = field(default_factory=dict)
    _stem: tantivy.TextAnalyzer = field(default_factory=_stemmer)

    def __post_init__(self) -> None:
        self._phrases = _neighbours(self.synonyms, self.topics)
        self._same = {
            phrase: frozenset(found) for phrase, found in _neighbours(self.synonyms, ()).items()
        }
        short = (phrase[0] for phrase in self._phrases if len(phrase) == 1)
        self.decompounder = Decompounder((*self.corpus, *tokens(PARTS)), short)

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

    def ellipses(self, text: str) -> list[str]:
        """Compounds in an abridged form: "Polar- und Meeresforschung" holds "polarforschung"."""
        result = []
        for match in _ELLIPSIS.finditer(text) if "-" in text else ():
            head, whole = ("".join(tokens(part)) for part in match.groups())
            tail = self.decompounder.tail(whole)
            if tail and head:
                result.append(head + tail)
        return result

    def meanings(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """The phrase itself and its synonyms."""
        return (phrase, *(p for p in self._phrases.get(phrase, ()) if p and p != phrase))

    def related(self, phrase: Phrase) -> frozenset[Phrase]:
        """What is found with the phrase and does not mean the same: other words of its topics."""
        others = frozenset(self._phrases.get(phrase, ()))
        return others - self._same.get(phrase, frozenset()) - {phrase}

    def inflected(self, word: str) -> tuple[Phrase, ...]:
        """Forms of a verb that the stemmer keeps apart: who asks "prüfen" means "prüft", too."""
        if len(word) < LEAST_VERB or not word.endswith("en"):
            return ()
        return ((f"{word[:-2]}t",), (f"{word[:-2]}et",))

    def things(self) -> frozenset[str]:
        """Words that have synonyms: they say what something is, and not which one."""
        return frozenset(phrase[0] for phrase in self._phrases if len(phrase) == 1)

    def words(self, text: str, known: Callable[[str], bool]) -> list[Word]:
        """The words of a question; phrases with synonyms count as one word; stopwords are left out.

        If only stopwords are asked, they are kept. Two neighbours that are one word elsewhere
        ("Radio Astronomie") may also be found as that word.

        Args:
            text: the question; what goes beyond 200 characters or 12 words is not read.
            known: whether a folded word occurs in the index.
        """
        asked = tokens(text[:MAX_TEXT])[:MAX_WORDS]
        unfinished = bool(asked) and not text[:MAX_TEXT][-1:].isspace()
        if unfinished and len(asked) > 1 and len(asked[-1]) == 1:
            asked.pop()  # the first letter of a word that is being typed
        result: list[Word] = []
        place = 0
        while place < len(asked):
            length = self._phrase_length(asked, place)
            phrase = tuple(asked[place : place + length])
            place += length
            if length > 1 or phrase[0] not in STOPWORDS or phrase in self._phrases:
                typing = unfinished and place == len(asked) and length == 1
                result.append(self._word(phrase, typing, known))
        result = result or [self._word((word,), unfinished, known) for word in asked]
        return self._joined(result, known)

    def _phrase_length(self, asked: list[str], place: int) -> int:
        return next(
            (n for n in (4, 3, 2) if tuple(asked[place : place + n]) in self._phrases
             and place + n <= len(asked)),
            1,
        )  # fmt: skip

    def _word(self, phrase: Phrase, typing: bool, known: Callable[[str], bool]) -> Word:
        parts: tuple[tuple[Phrase, ...], ...] = ()
        meanings = self.meanings(phrase)
        if len(phrase) == 1:
            parts = tuple(self.meanings((part,)) for part in self.decompounder.parts(phrase[0]))
            meanings = (*meanings, *self.inflected(phrase[0]))
        else:
            # As one word ("digitalhub"), and with each of its words in another way.
            whole = "".join(phrase)
            joined = ((whole,),) if known(whole) else ()
            each = product(*(self.meanings((word,)) for word in phrase))
            others = (tuple(chain.from_iterable(way)) for way in islice(each, MAX_WAYS))
            meanings = tuple(dict.fromkeys((*meanings, *joined, *others)))
        return Word(" ".join(phrase), meanings, parts, typing, self.related(phrase))

    def _joined(self, words: list[Word], known: Callable[[str], bool]) -> list[Word]:
        result: list[Word] = []
        for word in words:
            before = result[-1] if result else None
            if before is not None and " " not in before.text and " " not in word.text:
                whole = next(
                    (
                        before.text + link + word.text
                        for link in ("", "s")
                        if self._may_join(before.text, word.text)
                        and known(before.text + link + word.text)
                    ),
                    None,
                )
                if whole is not None:
                    both = (before.text, word.text)
                    same = (both, *self.meanings((whole,)))
                    result[-1] = Word(" ".join(both), same, related=self.related((whole,)))
                    continue
            result.append(word)
        return result

    def _may_join(self, one: str, other: str) -> bool:
        # Two short words make up all sorts of others, but "e" and "on" say nothing apart.
        return len(one + other) >= 2 * MIN_PART or {one, other} <= STOPWORDS


def _neighbours(synonyms: Groups, topics: Groups) -> dict[Phrase, tuple[Phrase, ...]]:
    """Phrase → what is found with it.

    That is all of its groups, and of what means the same also the groups that any of it stands
    in: so synonyms find the same, whichever of them a topic names. A topic leads no further: who
    asks for maintenance does not mean all of production, though its words stand there.
    """
    groups = [
        dict.fromkeys(p for text in group if (p := tuple(tokens(text))))
        for group in (*synonyms, *topics)
    ]
    at: dict[Phrase, list[int]] = {}
    for number, group in enumerate(groups):
        for phrase in group:
            at.setdefault(phrase, []).append(number)
    found = {}
    for phrase, own in at.items():
        same = (one for number in own if number < len(synonyms) for one in groups[number])
        numbers = dict.fromkeys((*own, *(number for one in same for number in at[one])))
        found[phrase] = tuple(dict.fromkeys(one for n in numbers for one in groups[n]))
    return found


def common_words(documents: Iterable[ActorDocument]) -> set[str]:
    """Words that occur on their own in names or texts, for splitting compounds."""
    words: set[str] = set()
    for document in documents:
        for text in (*(name.text for name in document.names), *document.texts):
            words.update(w for w in tokens(text) if len(w) >= MIN_PART and w.isalpha())
    return words
