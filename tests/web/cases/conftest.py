"""People, and a folder for files, for this room's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from factories.cases import make_adviser
from steiger.web.accounts.models import User


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, settings: Any) -> None:
    """Counters and files of one test are not those of the next."""
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def adviser(db: None) -> User:
    """Who has the case."""
    return make_adviser()


@pytest.fixture
def colleague(db: None) -> User:
    """Another adviser."""
    return make_adviser("Carla Beispiel")
