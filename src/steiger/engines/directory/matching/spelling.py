"""Words of the pool that a misspelt word probably means."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from steiger.engines.directory.matching.pool import Pool

SHORTEST = 5


class Speller:
    """Looks for words of the pool at a small distance; the first letter counts as right.

    The distance is that of Damerau and Levenshtein with neighbours exchanged at most once (OSA),
    1 for words up to seven letters and 2 for longer ones.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._buckets: dict[tuple[str, int], list[str]] = {}
        for word in pool.number:
            if len(word) >= SHORTEST - 1 and word.isalpha():
                self._buckets.setdefault((word[0], len(word)), []).append(word)
        self._found = lru_cache(maxsize=20_000)(self._look)

    def alike(self, word: str) -> tuple[tuple[str, int], ...]:
        """(word, distance) of the nearest words of the pool, nearest and most frequent first."""
        return self._found(word)

    def _look(self, word: str) -> tuple[tuple[str, int], ...]:
        if len(word) < SHORTEST or not word.isalpha():
            return ()
        limit = 1 if len(word) < 8 else 2
        found: list[tuple[str, int]] = []
        for length in range(len(word) - limit, len(word) + limit + 1):
            bucket = self._buckets.get((word[0], length))
            if bucket:
                near = extract(
                    word, bucket, scorer=OSA.distance, score_cutoff=limit, limit=8, processor=None
                )
                found.extend((other, int(distance)) for other, distance, _ in near)
        rarity, number = self.pool.rarity, self.pool.number
        return tuple(sorted(found, key=lambda f: (f[1], rarity[number[f[0]]], f[0]))[:6])
