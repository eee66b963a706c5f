"""People, a year of life, and reports."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from factories.reports import make_life
from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.reports.domain.templates import template
from steiger.web.reports.domain.writing import create_report
from steiger.web.reports.models import Report

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """What one test remembered is not the next one's."""
    cache.clear()
    forget_vocabulary()


@pytest.fixture
def life(db: None) -> None:
    """Two years of a hub."""
    make_life(7, entries=240, actors=40)
    forget_vocabulary()


@pytest.fixture
def signed_in(db: None) -> Any:
    """A browser of a person with a role."""

    def made(role: str) -> Client:
        user = create_person(email=f"{role}@example.org", by=audit.SYSTEM, verified=True)
        grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return made


@pytest.fixture
def report(life: None) -> Report:
    """The draft of a half-year."""
    chosen = template("halbjahr")
    assert chosen is not None
    return create_report(template=chosen, period=Period.of("2026-H1"), by=audit.SYSTEM)
