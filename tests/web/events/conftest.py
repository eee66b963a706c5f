"""What this room's tests share."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from factories.events import make_event
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.events.models import Event

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Counters of one test are not those of the next."""
    cache.clear()


@pytest.fixture
def event(db: None, settings: Any) -> Event:
    """A talk with ten places."""
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    return make_event()


@pytest.fixture
def staff(db: None) -> Client:
    """The browser of an adviser."""
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="adviser", by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser
