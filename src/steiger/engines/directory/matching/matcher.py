"""The matcher: one object that answers for a pool of organisations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from steiger.engines.directory.matching import affiliations, suggesting
from steiger.engines.directory.matching.pool import Pool, build
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.types import Match, Organisation, Suggestion


class Matcher:
    """Matches names against a pool; answers depend on the pool only, not on its order."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._speller = Speller(pool)
        self._comparer = suggesting.Comparer(pool)

    @staticmethod
    def build(
        organisations: Iterable[Organisation],
        progress: Callable[[int, int], None] | None = None,
    ) -> Matcher:
        """A matcher for organisations; ``progress`` is called with (done, total).

        Raises:
            MatchingError: two organisations have the same id.
        """
        return Matcher(build(organisations, progress))

    @staticmethod
    def load(path: Path) -> Matcher:
        """Read what :meth:`save` wrote.

        Raises:
            MatchingError: no such file, or one of another version.
        """
        return Matcher(Pool.load(path))

    def save(self, path: Path) -> None:
        """Write the matcher to a file, whole or not at all."""
        self.pool.save(path)

    def match(self, text: str) -> list[Match]:
        """Organisations that an affiliation names, surest first; empty where none is sure."""
        return affiliations.match(text, self.pool, self._speller)

    def suggest(
        self, name: str, *, town: str = "", website: str = "", limit: int = 3
    ) -> list[Suggestion]:
        """Organisations that a new entry with this name may be, likeliest first."""
        return suggesting.suggest(
            name,
            town=town,
            website=website,
            limit=limit,
            comparer=self._comparer,
            speller=self._speller,
        )
