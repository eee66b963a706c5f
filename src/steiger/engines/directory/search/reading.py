"""What a text is taken to mean: the words, the actors that match, and the best of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import tantivy

from steiger.engines.directory.search.analysis import MAX_TEXT, Word
from steiger.engines.directory.search.answering import Corpus
from steiger.engines.directory.search.columns import Rows
from steiger.engines.directory.search.matching import Matcher
from steiger.engines.directory.search.ranking import Ranker, Scored
from steiger.engines.directory.search.storage import View
from steiger.engines.directory.search.types import SearchIndexError
from steiger.lib.text import tokens

#: So many candidates are ranked by name; the others follow by name.
RANKED = 80
#: ... and so many for a completion while typing.
PROPOSED = 40
EVERYTHING = 10_000_000
REMEMBERED = 256
#: A best name below this makes the search try a more forgiving reading too.
GOOD = 0.62
#: A more forgiving reading has to be better by this.
MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Ranked:
    """One actor with its score and the name that answered best."""

    row: int
    scored: Scored


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as the index understands it.

    Attributes:
        rows: all matching actors, ascending.
        ranked: the best of them, best first.
        approximate: nothing matched every word; these share most of them.
    """

    words: tuple[Word, ...]
    ranker: Ranker
    rows: Rows
    ranked: tuple[Ranked, ...]
    approximate: bool


class Reader:
    """Reads texts against one state of the index and remembers the last ones."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.matcher = Matcher(view.schema, view.analyzer, view.columns.vocabulary)
        self._frequency: dict[str, int] = {}
        self._readings: OrderedDict[str, Reading | None] = OrderedDict()
        self._lock = Lock()
        self._corpus = Corpus(
            max(1, len(view.columns)),
            self.frequency,
            view.analyzer.decompounder.parts,
            frozenset(w for w in view.analyzer.things() if not view.searcher.doc_freq("town", w)),
        )

    def frequency(self, word: str) -> int:
        """In how many actors' names a folded word occurs."""
        known = self._frequency.get(word)
        if known is None:
            known = int(self.view.searcher.doc_freq("name", word))
            if len(self._frequency) > 100_000:
                self._frequency.clear()
            self._frequency[word] = known
        return known

    def words(self, text: str) -> list[Word]:
        """The words of a question."""
        return self.view.analyzer.words(text, lambda word: self.frequency(word) > 0)

    def read(self, text: str) -> Reading | None:
        """What the text means; None if it holds no word at all (then everything matches)."""
        text = plain(text)
        with self._lock:
            if text in self._readings:
                self._readings.move_to_end(text)
                return self._readings[text]
        reading = self._read(text)
        with self._lock:
            self._readings[text] = reading
            while len(self._readings) > REMEMBERED:
                self._readings.popitem(last=False)
        return reading

    def rank(self, reading: Reading, rows: Rows) -> list[Ranked]:
        """These actors by name."""
        return self._rank(reading.ranker, rows)

    def propose(self, text: str) -> tuple[Ranked, ...]:
        """The best completions of what has been typed; does not look at all that match."""
        text = plain(text)
        with self._lock:
            reading = self._readings.get(text)
        if reading is not None:
            return reading.ranked
        words = self.words(text)
        if not words:
            return ()
        ranker = self._ranker(words)
        best: list[Ranked] = []
        for make in self._ways(text, words):
            ranked = self._rank(ranker, self._first(make(), PROPOSED))
            if ranked and (not best or _score(ranked) > _score(best) + MARGIN):
                best = ranked
            if _score(best) >= GOOD:
                break
        return tuple(best)

    def _ranker(self, words: list[Word]) -> Ranker:
        return Ranker(words, self._corpus, self.view.columns.vocabulary.near)

    def _read(self, text: str) -> Reading | None:
        words = self.words(text)
        if not words:
            return None
        ranker = self._ranker(words)
        best = Reading(tuple(words), ranker, np.empty(0, np.int64), (), approximate=False)
        for stage, make in enumerate(self._ways(text, words)):
            query = make()
            rows = self._rows(query)
            if not len(rows):
                continue
            candidates = rows if len(rows) <= RANKED else self._first(query, RANKED)
            ranked = self._rank(ranker, candidates)
            if not len(best.rows) or _score(ranked) > _score(best.ranked) + MARGIN:
                best = Reading(tuple(words), ranker, rows, tuple(ranked), approximate=stage >= 2)
            if _score(best.ranked) >= GOOD:
                break
        return best

    def _ways(self, text: str, words: list[Word]) -> Iterator[Callable[[], tantivy.Query]]:
        """Readings from the strictest to the most forgiving."""
        matcher = self.matcher
        yield lambda: matcher.all_words(words, fuzzy=False)
        yield lambda: matcher.all_words(words, fuzzy=True)
        if len(words) > 1:
            yield lambda: matcher.most_words(words)
        yield lambda: matcher.similar(text, 0.5)
        yield lambda: matcher.similar(text, 0.3)

    def _rows(self, query: tantivy.Query) -> Rows:
        hits = self._ask(query, EVERYTHING, by_id=True)
        return self.view.columns.rows(np.array([number for number, _ in hits], dtype=np.int64))

    def _first(self, query: tantivy.Query, limit: int) -> Rows:
        hits = self._ask(query, limit)
        ids = self.view.searcher.fast_field_values("id", [address for _, address in hits])
        return self.view.columns.rows(np.array(ids, dtype=np.int64))

    def _ask(
        self, query: tantivy.Query, limit: int, *, by_id: bool = False
    ) -> list[tuple[float, tantivy.DocAddress]]:
        """The first hits by score, or by number."""
        order = tantivy.Order.Asc if by_id else tantivy.Order.Desc
        try:
            found = self.view.searcher.search(
                query, limit, count=False, order_by_field="id" if by_id else None, order=order
            )
        except (ValueError, OSError) as error:
            raise SearchIndexError(
                f"The search index cannot be read ({error}). "
                "`steiger index rebuild` makes it anew from the database."
            ) from error
        hits: list[tuple[float, tantivy.DocAddress]] = found.hits
        return hits

    def _rank(self, ranker: Ranker, rows: Rows) -> list[Ranked]:
        columns = self.view.columns
        scored = []
        for row in rows.tolist():
            record = columns.record(row)
            result = ranker.score(record)
            scored.append((-result.score, len(record.display), row, result))
        scored.sort(key=lambda entry: entry[:3])
        return [Ranked(row, result) for _, _, row, result in scored]


def plain(text: str) -> str:
    """Folded words; a space at the end says that the last one is finished."""
    return " ".join(tokens(text[:MAX_TEXT])) + (" " if text[-1:].isspace() else "")


def _score(ranked: Sequence[Ranked]) -> float:
    return ranked[0].scored.score if ranked else 0.0
