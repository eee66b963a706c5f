"""An adviser for this room's tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from factories.advice import make_adviser, make_topics
from steiger.web.advice.models import Adviser
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    """Counters and vocabularies of one test are not those of the next; sheets are set seldom."""
    cache.clear()
    forget_vocabulary()
    settings.FONT_SOURCES = []


@pytest.fixture
def topics(db: None) -> None:
    """Topics."""
    make_topics()
    forget_vocabulary()


@pytest.fixture
def adviser(topics: None) -> Adviser:
    """Vera Beispiel."""
    return make_adviser()
