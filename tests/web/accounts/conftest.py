"""Fixtures about people and signing in.

Tests of this room that need more than one transaction may be marked
``django_db(transaction=True)``: the session fixture ``_flush_past_the_log_trigger`` in
``tests/conftest.py`` lifts the append-only triggers while the tables are emptied afterwards. The
product itself has no way past them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    """Rate limits of one test do not reach into the next."""
    cache.clear()
    yield
    cache.clear()
