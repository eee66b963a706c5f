"""Search over actors: forgiving, ranked, with facets. Built on an embedded tantivy index."""

from steiger.engines.directory.search.index import SearchIndex
from steiger.engines.directory.search.types import (
    FACETS,
    ActorDocument,
    Hit,
    IndexedName,
    Points,
    Query,
    Relaxation,
    Result,
    SearchIndexError,
    Step,
    Suggestion,
)

__all__ = [
    "FACETS",
    "ActorDocument",
    "Hit",
    "IndexedName",
    "Points",
    "Query",
    "Relaxation",
    "Result",
    "SearchIndex",
    "SearchIndexError",
    "Step",
    "Suggestion",
]
