"""Counters that begin at nought, and mails that stay here."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from factories.communities import make_community
from steiger.web.communities.models import Community


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    cache.clear()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def community(db: None) -> Community:
    """An open community."""
    return make_community()
