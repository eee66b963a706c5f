"""A year of life, the clock past every retention period: no mark is left, all figures stay.

The same as ``benchmarks/rooms/retention.py`` in longer steps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.core.cache import cache
from django.db import connection

from factories import retention
from steiger.web.background.domain.traces import empty_journal


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_and_all_figures_stay(tmp_path: Path, settings: Any) -> None:
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.FONT_SOURCES = []
    settings.ALLOWED_HOSTS = ["*"]
    settings.MAIL_TRANSPORT = settings.MAIL_TRANSPORT
    outcome = retention.run(folders=[tmp_path], step_days=120)
    assert outcome.never_seen == []  # else the search is blind
    assert (outcome.left, outcome.logged, outcome.figures_changed) == ({}, [], [])
    assert outcome.stays_missing == []
    assert [key for key, rows in outcome.figures.items() if not rows] == []


def test_sqlite_overwrites_what_is_deleted(tmp_path: Path) -> None:
    options = product.DATABASES["default"].get("OPTIONS", {})
    if connection.vendor == "sqlite":
        assert "secure_delete=ON" in options["init_command"]
        assert "journal_mode=WAL" in options["init_command"]


@pytest.mark.django_db(transaction=True)
def test_journal_is_emptied() -> None:
    assert empty_journal()
