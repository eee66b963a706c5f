"""Names of organisations: which one a text means, which entries are the same."""

from steiger.engines.directory.matching.duplicates import clusters, find_duplicates
from steiger.engines.directory.matching.matcher import Matcher
from steiger.engines.directory.matching.slips import is_correction
from steiger.engines.directory.matching.types import (
    Match,
    MatchingError,
    Organisation,
    Pair,
    Suggestion,
)

__all__ = [
    "Match",
    "Matcher",
    "MatchingError",
    "Organisation",
    "Pair",
    "Suggestion",
    "clusters",
    "find_duplicates",
    "is_correction",
]
