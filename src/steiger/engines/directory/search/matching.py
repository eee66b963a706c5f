"""From words to index queries: what counts as a match."""

from __future__ import annotations

import math

import tantivy
from tantivy import Occur

from steiger.engines.directory.search.analysis import Analyzer, Word
from steiger.engines.directory.search.types import FACETS, Query
from steiger.lib.text import grams

EARTH_RADIUS_KM = 6371.0088


def edits_allowed(word: str) -> int:
    """Typing mistakes forgiven in a word: none up to 3 letters, one up to 7, then two."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 8 else 2


class Matcher:
    """Builds tantivy queries against one schema."""

    def __init__(self, schema: tantivy.Schema, analyzer: Analyzer) -> None:
        self.schema = schema
        self.analyzer = analyzer

    def term(self, name: str, value: object, boost: float = 1.0) -> tantivy.Query:
        """One exact term."""
        query = tantivy.Query.term_query(self.schema, name, value, "freq")
        return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)

    def _constant(self, query: tantivy.Query, score: float) -> tantivy.Query:
        return tantivy.Query.const_score_query(query, score)

    def word(self, word: Word, *, last: bool, fuzzy: bool) -> tantivy.Query:
        """Everything that counts as a match of one word; the best alternative scores."""
        ways: list[tantivy.Query] = []
        for number, alternative in enumerate(word.alternatives):
            weight = 1.0 if number == 0 else 0.8
            ways.append(self._all(alternative, weight))
        if " " not in word.text:
            text = word.text
            ways.append(self._constant(self.term("part", text), 3.0))
            if last and len(text) >= 2:
                ways.append(self._constant(self._prefix(text), 4.0))
            if fuzzy and (edits := edits_allowed(text)):
                ways.append(self._constant(self._fuzzy("name", text, edits), 3.5))
                ways.append(self._constant(self._fuzzy("town", text, min(edits, 1)), 2.0))
            if len(word.parts) > 1:
                both = [(Occur.Must, self._any_field(part, 0.5)) for part in word.parts]
                ways.append(tantivy.Query.boolean_query(both))
        return tantivy.Query.disjunction_max_query(ways, 0.1)

    def _all(self, phrase: tuple[str, ...], weight: float) -> tantivy.Query:
        queries = [self._any_field(word, weight) for word in phrase]
        if len(queries) == 1:
            return queries[0]
        return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])

    def _any_field(self, word: str, weight: float) -> tantivy.Query:
        return tantivy.Query.disjunction_max_query(
            [
                self.term("name", word, 2.0 * weight),
                self.term("town", word, 0.8 * weight),
                self.term("body", self.analyzer.stem(word), 0.5 * weight),
            ],
            0.1,
        )

    def _prefix(self, text: str) -> tantivy.Query:
        return tantivy.Query.fuzzy_term_query(self.schema, "name", text, 0, True, True)

    def _fuzzy(self, name: str, text: str, edits: int) -> tantivy.Query:
        return tantivy.Query.fuzzy_term_query(self.schema, name, text, edits, True, False)

    def all_words(
        self, words: list[Word], *, typing: bool = True, fuzzy: bool = True
    ) -> tantivy.Query:
        """Actors in which every word is found."""
        clauses = [
            (Occur.Must, self.word(word, last=typing and i == len(words) - 1, fuzzy=fuzzy))
            for i, word in enumerate(words)
        ]
        return tantivy.Query.boolean_query(clauses)

    def most_words(self, words: list[Word]) -> tantivy.Query:
        """Actors in which at least two thirds of the words are found."""
        clauses = [(Occur.Should, self.word(word, last=True, fuzzy=True)) for word in words]
        return tantivy.Query.boolean_query(clauses, max(1, math.ceil(len(words) * 2 / 3)))

    def similar(self, text: str, share: float) -> tantivy.Query | None:
        """Actors whose names share at least this part of the 4-grams."""
        terms = list(dict.fromkeys(grams(text)))[:64]
        if not terms:
            return None
        clauses = [(Occur.Should, self.term("gram", gram)) for gram in terms]
        return tantivy.Query.boolean_query(clauses, max(1, round(len(terms) * share)))

    def filters(self, query: Query, *, skip: str = "") -> list[tantivy.Query]:
        """One query per facet and for the visible part of the map."""
        result = []
        for facet, keys in query.facets.items():
            if facet == skip or facet not in FACETS or not keys:
                continue
            terms = [self.term(f"f_{facet}", key) for key in sorted(keys)]
            result.append(
                terms[0]
                if len(terms) == 1
                else tantivy.Query.boolean_query([(Occur.Should, term) for term in terms])
            )
        if query.bounds is not None:
            west, south, east, north = query.bounds
            result += [self._range("lat", south, north), self._range("lon", west, east)]
        return result

    def box(self, near: tuple[float, float], radius_km: float) -> list[tantivy.Query]:
        """The rectangle around a circle, as a quick first sieve."""
        lat, lon = near
        d_lat = math.degrees(radius_km / EARTH_RADIUS_KM)
        d_lon = d_lat / max(0.01, math.cos(math.radians(lat)))
        return [
            self._range("lat", lat - d_lat, lat + d_lat),
            self._range("lon", lon - d_lon, lon + d_lon),
        ]

    def _range(self, name: str, low: float, high: float) -> tantivy.Query:
        return tantivy.Query.range_query(
            self.schema, name, tantivy.FieldType.Float, float(low), float(high)
        )

    def ids(self, numbers: list[int]) -> tantivy.Query:
        """Exactly these actors."""
        if not numbers:
            return tantivy.Query.empty_query()
        return tantivy.Query.term_set_query(self.schema, "id", numbers)
