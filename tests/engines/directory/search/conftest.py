"""One index for all tests that only read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from search_actors import ACTORS, SYNONYMS

from steiger.engines.directory.search import SearchIndex


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """An index over ACTORS."""
    made = SearchIndex(tmp_path_factory.mktemp("search") / "index", SYNONYMS)
    made.rebuild(lambda: ACTORS)
    return made
