"""The search itself: one class over the index on disk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.search.columns import Columns, Mask, Rows
from steiger.engines.directory.search.geometry import distance_km
from steiger.engines.directory.search.reading import RANKED, Ranked, Reader, Reading
from steiger.engines.directory.search.relax import corrected, relaxations
from steiger.engines.directory.search.storage import Storage
from steiger.engines.directory.search.types import (
    FACETS,
    ActorDocument,
    Hit,
    Points,
    Query,
    Result,
    Step,
    Suggestion,
)
from steiger.engines.directory.search.walking import ordered


class SearchIndex:
    """Search over actors in one folder, shared by any number of processes.

    Args:
        path: folder of the index; made by the first :meth:`rebuild`.
        synonyms: groups of words and phrases that mean the same.
        topics: groups of words around a topic; each leads to the others, but they are not the same.
    """

    def __init__(
        self,
        path: Path,
        synonyms: Iterable[Iterable[str]] = (),
        topics: Iterable[Iterable[str]] = (),
    ) -> None:
        same, around = (tuple(tuple(group) for group in groups) for groups in (synonyms, topics))
        self._storage = Storage(Path(path), same, around)
        self._reader: Reader | None = None
        self._lock = Lock()

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
        return self._storage.view().generation

    def __len__(self) -> int:
        return len(self._storage.view().columns)

    def search(self, query: Query, *, relax: bool = True) -> Result:
        """Hits of one page, the total, and counts for every facet.

        Raises:
            SearchIndexError: the index has to be rebuilt.
        """
        reader = self._at()
        columns = reader.view.columns
        reading = reader.read(query.text)
        filters = columns.filters(query)
        rows = _selected(columns, reading, filters)
        hits = self._hits(reader, query, reading, rows)
        counts = _facet_counts(columns, query, reading, filters, rows)
        total = len(columns) if rows is None else len(rows)
        relaxed = relaxations(self, query) if total == 0 and relax else ()
        approximate = reading is not None and reading.approximate
        return Result(hits, total, counts, relaxed, approximate)

    def count(self, query: Query) -> int:
        """How many actors match."""
        return len(self._rows(query)[1])

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Actors whose names continue what has been typed, best first."""
        reader = self._at()
        result = []
        for ranked in reader.propose(text)[:limit]:
            number = int(reader.view.columns.ids[ranked.row])
            display = reader.view.columns.record(ranked.row).display
            name, kind = ranked.scored.name, ranked.scored.kind
            result.append(Suggestion(number, display, name if name != display else "", kind))
        return tuple(result)

    def points(self, query: Query) -> Points:
        """All matching actors with a place, ordered by id."""
        columns, rows = self._rows(query)
        rows = rows[~np.isnan(columns.lat[rows])]
        facet = columns.facets["category"]
        first = facet.offsets[rows]
        category = np.full(len(rows), -1, dtype=np.int64)
        some = np.flatnonzero(facet.offsets[rows + 1] > first)
        category[some] = facet.codes[first[some]]
        used = np.unique(category[some])
        category[some] = np.searchsorted(used, category[some])
        keys = tuple(facet.keys[code] for code in used.tolist())
        return Points(columns.ids[rows], columns.lat[rows], columns.lon[rows], category, keys)

    def ids(self, query: Query) -> NDArray[np.int64]:
        """Numbers of all matching actors, ascending."""
        columns, rows = self._rows(query)
        result: NDArray[np.int64] = columns.ids[rows]
        return result

    def walk(
        self,
        query: Query,
        *,
        after: tuple[str | float, int] | None = None,
        seen: frozenset[int] = frozenset(),
    ) -> Step:
        """One step of a walk over all matching actors; ``query.offset`` plays no part.

        A walk by name, change or distance goes on behind a key and not at a number, so that
        actors who join or leave meanwhile shift nothing. By relevance there is no lasting key: such
        a walk remembers whom it has seen.

        Args:
            after: the ``last`` of the step before; None begins.
            seen: numbers of actors that a walk by relevance has shown already.

        Raises:
            SearchIndexError: the index has to be rebuilt.
        """
        reader = self._at()
        columns, reading = reader.view.columns, reader.read(query.text)
        rows = _selected(columns, reading, columns.filters(query))
        total = len(columns) if rows is None else len(rows)
        limit = max(0, query.limit)
        if query.sort == "relevance" and reading is not None:
            wide = replace(query, offset=0, limit=limit + len(seen) + 1)
            fresh = [h for h in self._hits(reader, wide, reading, rows) if h.id not in seen]
            return Step(tuple(fresh[:limit]), total, None, len(fresh) > limit)
        order, key = ordered(columns, query, rows)
        begin = 0 if after is None else bisect_right(order, after, key=key)
        part = order[begin : begin + limit]
        last = key(int(part[-1])) if len(part) else None
        more = begin + limit < len(order)
        return Step(tuple(_plain(columns, part, query.near)), total, last, more)

    def spelling(self, query: Query) -> str:
        """The question with each unknown word replaced by the nearest known one, or ""."""
        reader = self._at()
        return corrected(reader.words(query.text), reader)

    # --- parts ----------------------------------------------------------------------------------
    def _at(self) -> Reader:
        view = self._storage.view()
        reader = self._reader
        if reader is None or reader.view is not view:
            with self._lock:
                reader = self._reader
                if reader is None or reader.view is not view:
                    reader = self._reader = Reader(view)
        return reader

    def _rows(self, query: Query) -> tuple[Columns, Rows]:
        reader = self._at()
        columns = reader.view.columns
        rows = _selected(columns, reader.read(query.text), columns.filters(query))
        return columns, np.arange(len(columns)) if rows is None else rows

    def _hits(
        self, reader: Reader, query: Query, reading: Reading | None, rows: Rows | None
    ) -> tuple[Hit, ...]:
        columns = reader.view.columns
        begin, end = max(0, query.offset), max(0, query.offset) + max(0, query.limit)
        near = query.near
        if query.sort == "relevance" and reading is not None and rows is not None:
            ranked = _ranked(reader, reading, rows)
            page = ranked[begin:end]
            hits = [self._hit(columns, entry, near) for entry in page]
            if len(hits) < end - begin and len(rows) > len(ranked):
                others = np.setdiff1d(rows, [entry.row for entry in ranked], assume_unique=True)
                others = others[np.argsort(columns.name_rank[others])]
                rest = others[max(0, begin - len(ranked)) : max(0, end - len(ranked))]
                hits += _plain(columns, rest, near, "text")
            return tuple(hits)
        if query.sort == "distance" and near is not None:
            rows = np.arange(len(columns)) if rows is None else rows
            rows = rows[np.lexsort((rows, distance_km(near, columns.lat[rows], columns.lon[rows])))]
            return tuple(_plain(columns, rows[begin:end], near))
        return tuple(_plain(columns, _sorted(columns, query, rows)[begin:end], near))

    @staticmethod
    def _hit(columns: Columns, entry: Ranked, near: tuple[float, float] | None) -> Hit:
        display = columns.record(entry.row).display
        name, kind = entry.scored.name, entry.scored.kind
        matched = name if name and name != display else None
        place = _distance(columns, np.array([entry.row]), near)[0]
        return Hit(int(columns.ids[entry.row]), entry.scored.score, place, matched, kind)


def _selected(
    columns: Columns, reading: Reading | None, filters: Mapping[str, Mask], skip: str = ""
) -> Rows | None:
    """Rows that match text and filters, ascending; None if there is neither."""
    masks = [mask for name, mask in filters.items() if name != skip]
    if reading is None:
        return np.flatnonzero(np.logical_and.reduce(masks)) if masks else None
    rows = reading.rows
    for mask in masks:
        rows = rows[mask[rows]]
    return rows


def _facet_counts(
    columns: Columns,
    query: Query,
    reading: Reading | None,
    filters: Mapping[str, Mask],
    rows: Rows | None,
) -> Mapping[str, Mapping[str, int]]:
    """Each facet counted without its own filter, so that a second choice shows its number."""
    return {
        facet: columns.counts(
            facet,
            _selected(columns, reading, filters, skip=facet) if facet in filters else rows,
        )
        for facet in FACETS
    }


def _ranked(reader: Reader, reading: Reading, rows: Rows) -> list[Ranked]:
    """The best of these rows by name: those ranked already, or all if they are few."""
    if rows is reading.rows:
        return list(reading.ranked)
    wanted = set(rows.tolist())
    ranked = [entry for entry in reading.ranked if entry.row in wanted]
    if len(ranked) < min(len(rows), RANKED // 4):
        known = np.array([entry.row for entry in ranked], dtype=np.int64)
        more = np.setdiff1d(rows, known, assume_unique=True)[: RANKED - len(ranked)]
        ranked += reader.rank(reading, more)
        records = reader.view.columns
        ranked.sort(key=lambda e: (-e.scored.score, len(records.record(e.row).display), e.row))
    return ranked


def _sorted(columns: Columns, query: Query, rows: Rows | None) -> Rows:
    if query.sort == "changed":
        rows = np.arange(len(columns)) if rows is None else rows
        result: Rows = rows[np.lexsort((rows, -columns.changed[rows]))]
        return result
    if rows is None:
        return columns.by_name
    ordered: Rows = rows[np.argsort(columns.name_rank[rows])]
    return ordered


def _plain(
    columns: Columns, rows: Rows, near: tuple[float, float] | None, why: str = ""
) -> list[Hit]:
    away = _distance(columns, rows, near)
    return [
        Hit(int(number), 0.0, km, None, why)
        for number, km in zip(columns.ids[rows].tolist(), away, strict=True)
    ]


def _distance(columns: Columns, rows: Rows, near: tuple[float, float] | None) -> list[float | None]:
    """Kilometres from ``near``; None where either place is unknown."""
    if near is None:
        return [None] * len(rows)
    away = distance_km(near, columns.lat[rows], columns.lon[rows]).tolist()
    return [None if km != km else km for km in away]  # noqa: PLR0124 (NaN: no place)
