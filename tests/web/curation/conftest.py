"""A fresh index and fresh vocabularies for each test of this room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    forget_vocabulary()
    yield
    forget_vocabulary()
