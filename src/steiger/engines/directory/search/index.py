"""The search itself: one class over the index on disk."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, cast

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur

from steiger.engines.directory.search.analysis import Word
from steiger.engines.directory.search.matching import EARTH_RADIUS_KM, Matcher
from steiger.engines.directory.search.ranking import Ranker
from steiger.engines.directory.search.relax import relaxations
from steiger.engines.directory.search.storage import Storage
from steiger.engines.directory.search.types import (
    FACETS,
    ActorDocument,
    Hit,
    Points,
    Query,
    Result,
    Suggestion,
)

#: Candidates that are ranked by name; further pages follow in the index's own order.
RANKED = 80
EVERYTHING = 1_000_000
REMEMBERED = 256


class SearchIndex:
    """Search over actors in one folder, shared by any number of processes.

    Args:
        path: folder of the index; made by the first :meth:`rebuild`.
        synonyms: groups of words and phrases that mean the same.
    """

    def __init__(self, path: Path, synonyms: Iterable[Iterable[str]] = ()) -> None:
        self._storage = Storage(path, tuple(tuple(group) for group in synonyms))
        self._memory: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._memory_lock = Lock()

    # --- writing --------------------------------------------------------------------------------
    def rebuild(
        self,
        documents: Callable[[], Iterable[ActorDocument]],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Build anew and swap; ``documents`` is called twice. Returns how many there are."""
        return self._storage.rebuild(documents, progress)

    def replace(self, documents: Iterable[ActorDocument], deleted: Iterable[int] = ()) -> None:
        """Add or replace some actors and remove others, in one step."""
        self._storage.replace(documents, deleted)

    # --- reading --------------------------------------------------------------------------------
    @property
    def generation(self) -> str:
        """Changes whenever the content changes (for ETags)."""
        self._storage.refresh()
        return self._storage.generation

    def __len__(self) -> int:
        self._storage.refresh()
        return int(self._storage.searcher.num_docs)

    def search(self, query: Query, *, relax: bool = True) -> Result:
        """Hits of one page, the total, and counts for every facet.

        Raises:
            SearchIndexError: the index has to be rebuilt.
        """
        self._storage.refresh()
        words = self._storage.analyzer.words(query.text)
        text_query, approximate = self._text_query(query.text, words)
        main = self._combine(query, text_query)
        hits, total = self._hits(query, words, main)
        counts = self._facet_counts(query, text_query, main)
        relaxed = relaxations(self, query) if total == 0 and relax else ()
        return Result(hits, total, counts, relaxed, approximate)

    def count(self, query: Query) -> int:
        """How many actors match."""
        self._storage.refresh()
        words = self._storage.analyzer.words(query.text)
        main = self._combine(query, self._text_query(query.text, words)[0])
        return counted(self._storage.searcher.search(main, limit=1, count=True))

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Actors whose names continue what has been typed, best first."""
        self._storage.refresh()
        words = self._storage.analyzer.words(text)
        if not words:
            return ()
        main = self._text_query(text, words)[0]
        if main is None:
            return ()
        ranked = self._ranked(words, main, RANKED // 2)[0]
        return tuple(
            Suggestion(number, display, name if name != display else "", kind)
            for _, number, display, name, kind in ranked[:limit]
        )

    def points(self, query: Query) -> Points:
        """All matching actors with a place, ordered by id."""
        self._storage.refresh()
        words = self._storage.analyzer.words(query.text)
        main = self._combine(query, self._text_query(query.text, words)[0])
        ids, lat, lon, addresses = self._places(main)
        categories: list[str] = []
        category = np.full(len(ids), -1, dtype=np.int64)
        for key in self._facet(main, "category"):
            only = tantivy.Query.boolean_query(
                [(Occur.Must, main), (Occur.Must, self._matcher().term("f_category", key))]
            )
            found = np.sort(np.array(self._ids(only), dtype=np.int64))
            if not len(found):
                continue
            spots = np.searchsorted(found, ids)
            hit = found[np.minimum(spots, len(found) - 1)] == ids
            category[hit & (category == -1)] = len(categories)
            categories.append(key)
        del addresses
        return Points(ids, lat, lon, category, tuple(categories))

    def ids(self, query: Query) -> NDArray[np.int64]:
        """Numbers of all matching actors, ascending."""
        self._storage.refresh()
        words = self._storage.analyzer.words(query.text)
        main = self._combine(query, self._text_query(query.text, words)[0])
        return np.sort(np.array(self._ids(main), dtype=np.int64))

    # --- questions ------------------------------------------------------------------------------
    def _matcher(self) -> Matcher:
        return Matcher(self._storage.schema, self._storage.analyzer)

    def _text_query(self, text: str, words: list[Word]) -> tuple[tantivy.Query | None, bool]:
        """The strictest reading of the text that finds anything, and whether it is approximate."""
        if not words:
            return None, False
        stage = self._remember(("stage", text), lambda: self._stage(text, words))
        ways = self._readings(text, words)
        return ways[stage](), stage >= 2

    def _readings(self, text: str, words: list[Word]) -> list[Callable[[], tantivy.Query | None]]:
        matcher = self._matcher()
        return [
            lambda: matcher.all_words(words, fuzzy=False),
            lambda: matcher.all_words(words),
            lambda: matcher.most_words(words),
            lambda: matcher.similar(text, 0.5),
            lambda: matcher.similar(text, 0.3),
        ]

    def _stage(self, text: str, words: list[Word]) -> int:
        searcher = self._storage.searcher
        ways = self._readings(text, words)
        for number, way in enumerate(ways):
            query = way()
            if query is not None and counted(searcher.search(query, limit=1, count=True)):
                return number
        return 0

    def _combine(
        self, query: Query, text_query: tantivy.Query | None, *, skip: str = ""
    ) -> tantivy.Query:
        matcher = self._matcher()
        parts = matcher.filters(query, skip=skip)
        if query.near is not None and query.radius_km is not None:
            near, radius = query.near, query.radius_km
            parts.append(
                self._remember(("circle", near, radius), lambda: self._circle(near, radius))
            )
        if text_query is not None:
            parts.insert(0, text_query)
        if not parts:
            return tantivy.Query.all_query()
        if len(parts) == 1:
            return parts[0]
        return tantivy.Query.boolean_query([(Occur.Must, part) for part in parts])

    def _circle(self, near: tuple[float, float], radius_km: float) -> tantivy.Query:
        matcher = self._matcher()
        box = tantivy.Query.boolean_query(
            [(Occur.Must, part) for part in matcher.box(near, radius_km)]
        )
        ids, lat, lon, _ = self._places(box)
        inside = distance_km(near, lat, lon) <= radius_km
        return matcher.ids([int(number) for number in ids[inside]])

    # --- answers --------------------------------------------------------------------------------
    def _hits(
        self, query: Query, words: list[Word], main: tantivy.Query
    ) -> tuple[tuple[Hit, ...], int]:
        searcher = self._storage.searcher
        end = query.offset + query.limit
        if query.sort == "distance" and query.near is not None:
            ids, lat, lon, _ = self._places(main)
            away = distance_km(query.near, lat, lon)
            total = counted(searcher.search(main, limit=1, count=True))
            nearest = np.lexsort((ids, away))[query.offset : end]
            return tuple(Hit(int(ids[i]), 0.0, float(away[i])) for i in nearest), total
        if words and query.sort == "relevance":
            ranked, total, tail = self._ranked(words, main, max(RANKED, end))
            page = ranked[query.offset : end]
            hits = tuple(
                Hit(number, score, None, name if name != display else None, kind)
                for score, number, display, name, kind in page
            )
            missing = query.limit - len(hits)
            rest = tail[max(0, query.offset - len(ranked)) :][: max(0, missing)]
            return hits + tuple(Hit(number, 0.0, None, None, "text") for number in rest), total
        by, order = (
            ("changed", tantivy.Order.Desc)
            if query.sort == "changed"
            else ("sort_name", tantivy.Order.Asc)
        )
        found = searcher.search(
            main, limit=query.limit, offset=query.offset, count=True, order_by_field=by, order=order
        )
        addresses = [address for _, address in found.hits]
        numbers = searcher.fast_field_values("id", addresses) if addresses else []
        hits = tuple(Hit(int(cast("int", number)), 0.0) for number in numbers)
        return hits, counted(found)

    def _ranked(
        self, words: list[Word], main: tantivy.Query, limit: int
    ) -> tuple[list[tuple[float, int, str, str, str]], int, list[int]]:
        """The first candidates by name, the total, and the numbers of those that follow."""
        searcher = self._storage.searcher
        found = searcher.search(main, limit=limit, count=True)
        total = counted(found)
        if not found.hits:
            return [], total, []
        ranker = Ranker(words, self._rarity, self._storage.analyzer.decompounder.parts)
        top = found.hits[0][0] or 1.0
        ranked = []
        for score, address in found.hits[:RANKED]:
            stored = searcher.doc(address).to_dict()
            names = json.loads(stored["names"][0]) if stored.get("names") else []
            town = stored["town"][0] if stored.get("town") else ""
            best = ranker.score(names, town, score / top)
            ranked.append((best.score, stored["id"][0], stored["display"][0], best.name, best.kind))
        ranked.sort(key=lambda row: (-row[0], len(row[2]), row[1]))
        rest = [address for _, address in found.hits[RANKED:]]
        values = searcher.fast_field_values("id", rest) if rest else []
        tail = [int(cast("int", number)) for number in values]
        return ranked, total, tail

    def _rarity(self, word: str) -> float:
        def compute() -> float:
            searcher = self._storage.searcher
            known = searcher.doc_freq("name", word)
            return math.log(1.0 + searcher.num_docs / (1.0 + known))

        return float(self._remember(("rarity", word), compute))

    def _facet_counts(
        self, query: Query, text_query: tantivy.Query | None, main: tantivy.Query
    ) -> Mapping[str, Mapping[str, int]]:
        chosen = [facet for facet in FACETS if query.facets.get(facet)]
        key = (
            "facets",
            query.text,
            tuple(sorted((f, tuple(sorted(v))) for f, v in query.facets.items() if v)),
            query.near if query.radius_km is not None else None,
            query.radius_km,
            query.bounds,
        )

        def compute() -> Mapping[str, Mapping[str, int]]:
            counts = self._aggregate(main, [f for f in FACETS if f not in chosen])
            for facet in chosen:
                counts |= self._aggregate(self._combine(query, text_query, skip=facet), [facet])
            return counts

        result: Mapping[str, Mapping[str, int]] = self._remember(key, compute)
        return result

    def _aggregate(self, query: tantivy.Query, facets: list[str]) -> dict[str, dict[str, int]]:
        request = {f: {"terms": {"field": f"f_{f}", "size": 500}} for f in facets}
        if not request:
            return {}
        answer = self._storage.searcher.aggregate(query, request)
        return {f: {b["key"]: b["doc_count"] for b in answer[f]["buckets"]} for f in facets}

    def _facet(self, query: tantivy.Query, facet: str) -> list[str]:
        return sorted(self._aggregate(query, [facet])[facet])

    def _ids(self, query: tantivy.Query) -> list[int]:
        searcher = self._storage.searcher
        found = searcher.search(
            query, limit=EVERYTHING, count=False, order_by_field="id", order=tantivy.Order.Asc
        )
        return [int(cast("int", number)) for number, _ in found.hits]

    def _places(
        self, query: tantivy.Query
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], list[Any]]:
        searcher = self._storage.searcher
        found = searcher.search(
            query, limit=EVERYTHING, count=False, order_by_field="id", order=tantivy.Order.Asc
        )
        addresses = [address for _, address in found.hits]
        if not addresses:
            empty = np.empty(0, dtype=np.float64)
            return np.empty(0, dtype=np.int64), empty, empty, []
        ids = np.array([number for number, _ in found.hits], dtype=np.int64)
        lat = np.array(searcher.fast_field_values("lat", addresses), dtype=np.float64)
        lon = np.array(searcher.fast_field_values("lon", addresses), dtype=np.float64)
        known = ~(np.isnan(lat) | np.isnan(lon))
        return ids[known], lat[known], lon[known], []

    def _remember(self, key: tuple[object, ...], compute: Callable[[], Any]) -> Any:
        """A value that stays the same within one generation of the index."""
        full = (self._storage.generation, *key)
        with self._memory_lock:
            if full in self._memory:
                self._memory.move_to_end(full)
                return self._memory[full]
        value = compute()
        with self._memory_lock:
            self._memory[full] = value
            while len(self._memory) > REMEMBERED:
                self._memory.popitem(last=False)
        return value

    def spelling(self, query: Query) -> str:
        """The question with each unknown word replaced by a known one, one or two edits away."""
        self._storage.refresh()
        searcher = self._storage.searcher
        fixed = []
        changed = False
        for word in self._storage.analyzer.words(query.text):
            known = any(searcher.doc_freq(f, word.text) for f in ("name", "town", "part"))
            if known or " " in word.text or searcher.doc_freq("body", self._stemmed(word.text)):
                fixed.append(word.text)
                continue
            near = self._nearest(word)
            changed |= near is not None
            fixed.append(near or word.text)
        return " ".join(fixed) if changed else ""

    def _stemmed(self, word: str) -> str:
        return self._storage.analyzer.stem(word)

    def _nearest(self, word: Word) -> str | None:
        query = self._matcher().all_words([replace(word, parts=())])
        ranked = self._ranked([word], query, RANKED)[0] if query is not None else []
        from steiger.engines.directory.search.relax import nearest_word

        return nearest_word(word.text, [row[3] or row[2] for row in ranked])


def counted(found: tantivy.SearchResult) -> int:
    """How many documents matched; tantivy's type hints lack the attribute."""
    return int(found.count)  # type: ignore[attr-defined]


def distance_km(
    near: tuple[float, float], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distance by the haversine formula (Sinnott 1984, Sky & Telescope 68:158).

    Args:
        near: (latitude, longitude) in degrees.
        lat, lon: arrays of shape (n,) in degrees.

    Returns:
        Array of shape (n,) in kilometres, on a sphere of 6371.0088 km.
    """
    lat1, lon1 = np.radians(near[0]), np.radians(near[1])
    lat2, lon2 = np.radians(lat), np.radians(lon)
    a = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    result: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(a)))
    return result
