"""From words to index queries: what counts as a match."""

from __future__ import annotations

import math
from collections.abc import Sequence

import tantivy
from tantivy import Occur

from steiger.engines.directory.search.analysis import Analyzer, Phrase, Word
from steiger.engines.directory.search.vocabulary import Vocabulary
from steiger.lib.text import grams

MAX_GRAMS = 64


class Matcher:
    """Builds tantivy queries against one state of the index.

    Tantivy could look for mistyped words itself, at 5 to 10 ms for each word with two mistakes;
    here the vocabulary in memory says which words may be meant, and only those are asked for.
    """

    def __init__(self, schema: tantivy.Schema, analyzer: Analyzer, vocabulary: Vocabulary) -> None:
        self.schema = schema
        self.analyzer = analyzer
        self.vocabulary = vocabulary

    def all_words(self, words: Sequence[Word], *, fuzzy: bool) -> tantivy.Query:
        """Actors in which every word is found."""
        return tantivy.Query.boolean_query(
            [(Occur.Must, self._word(word, fuzzy=fuzzy)) for word in words]
        )

    def most_words(self, words: Sequence[Word]) -> tantivy.Query:
        """Actors in which at least two thirds of the words are found."""
        clauses = [(Occur.Should, self._word(word, fuzzy=True)) for word in words]
        return tantivy.Query.boolean_query(clauses, max(1, math.ceil(len(words) * 2 / 3)))

    def similar(self, text: str, share: float) -> tantivy.Query:
        """Actors whose names share at least this part of the 4-grams."""
        terms = list(dict.fromkeys(grams(text)))[:MAX_GRAMS]
        if not terms:
            return tantivy.Query.empty_query()
        clauses = [(Occur.Should, self._term("gram", gram)) for gram in terms]
        return tantivy.Query.boolean_query(clauses, max(1, round(len(terms) * share)))

    def _term(self, name: str, value: str, boost: float = 1.0) -> tantivy.Query:
        query = tantivy.Query.term_query(self.schema, name, value, "freq")
        return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)

    def _word(self, word: Word, *, fuzzy: bool) -> tantivy.Query:
        """Everything that counts as a match of one word; the best alternative scores."""
        ways = [
            self._all(alternative, 1.0 if number == 0 else 0.8)
            for number, alternative in enumerate(word.alternatives)
        ]
        if " " not in word.text:
            text = word.text
            ways.append(_constant(self._term("part", text), 3.0))
            if word.typing and len(text) >= 2:
                ways.append(_constant(self._prefix(text), 4.0))
            if fuzzy:
                for near, distance in self.vocabulary.near(text):
                    ways.append(_constant(self._term("name", near), 3.5 - distance))
                    ways.append(_constant(self._term("town", near), 2.5 - distance))
                    ways.append(
                        _constant(self._term("body", self.analyzer.stem(near)), 2.0 - distance / 2)
                    )
        if word.parts:
            each = [self._any_of(alternatives) for alternatives in word.parts]
            ways.append(tantivy.Query.boolean_query([(Occur.Must, query) for query in each]))
        return tantivy.Query.disjunction_max_query(ways, 0.1)

    def _any_of(self, alternatives: Sequence[Phrase]) -> tantivy.Query:
        return tantivy.Query.disjunction_max_query([self._all(a, 0.5) for a in alternatives], 0.1)

    def _all(self, phrase: Phrase, weight: float) -> tantivy.Query:
        queries = [self._any_field(word, weight) for word in phrase]
        if len(queries) == 1:
            return queries[0]
        return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])

    def _any_field(self, word: str, weight: float) -> tantivy.Query:
        return tantivy.Query.disjunction_max_query(
            [
                self._term("name", word, 2.0 * weight),
                self._term("town", word, 0.8 * weight),
                self._term("body", self.analyzer.stem(word), 0.5 * weight),
            ],
            0.1,
        )

    def _prefix(self, text: str) -> tantivy.Query:
        return tantivy.Query.fuzzy_term_query(self.schema, "name", text, 0, True, True)


def _constant(query: tantivy.Query, score: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, score)
