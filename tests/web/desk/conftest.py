"""People of every role, and mails that stay here."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from factories.desk import make_person
from steiger.web.accounts.models import User


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    """Counters of one test are not those of the next."""
    cache.clear()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def adviser(db: None) -> User:
    """Berta, who advises."""
    return make_person("adviser", "Berta Beispiel")


@pytest.fixture
def colleague(db: None) -> User:
    """Carla, who advises, too."""
    return make_person("adviser", "Carla Beispiel")


@pytest.fixture
def moderator(db: None) -> User:
    """Who tends map and communities."""
    return make_person("moderator")


@pytest.fixture
def officer(db: None) -> User:
    """Who looks after funding."""
    return make_person("funding_officer")


@pytest.fixture
def head(db: None) -> User:
    """Who runs the hub."""
    return make_person("administrator")
