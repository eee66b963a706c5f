"""What every test may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker

# A browser that is open for the whole run keeps an event loop, at which Django would stumble.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Laws hold or do not; a busy machine must not decide it.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real test data where it is missing, with one clear line."""
    if (SHARED / "data").is_dir():
        return
    missing = pytest.mark.skip(reason="needs the real test data in ../shared, which is not here")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real test data."""
    return SHARED


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the system's Chromium lies."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("needs Chromium: install the package “chromium”")
    return path


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """The system's Chromium without a window; one for all tests, as Playwright allows no second."""
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=20_000)  # a busy machine must not decide
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture(autouse=True, scope="session")
def _changes_without_words() -> Iterator[list[str]]:
    """Keys that were written to the audit log, and that no room has a word for."""
    missing: list[str] = []
    if find_spec("django") is None:
        yield missing  # the floors below the web are also tested without it
        return
    from steiger.web.accounts.domain import audit
    from steiger.web.accounts.interfaces.log_words import knows

    make = audit.LogEntry

    def watch(**values: Any) -> Any:
        thing = values["object_type"]
        missing.extend(f"{thing}: {key}" for key in values["changes"] if not knows(thing, key))
        return make(**values)

    watch.objects = make.objects  # type: ignore[attr-defined]
    audit.LogEntry = watch  # type: ignore[assignment, misc]
    yield missing
    audit.LogEntry = make  # type: ignore[misc]


@pytest.fixture(autouse=True)
def _every_change_is_told_in_words(_changes_without_words: list[str]) -> Iterator[None]:
    """Whoever writes a new key to the audit log says in the room's ``log_words`` what it means."""
    _changes_without_words.clear()
    yield
    assert _changes_without_words == []


@pytest.fixture(autouse=True)
def _language_of_nobody() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test must not inherit it."""
    yield
    if find_spec("django"):
        from django.utils import translation

        translation.deactivate()


@pytest.fixture
def steady_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever counts questions to the database must not count the look for changed words, too.

    It comes once a second, so on a busy machine in the midst of a test.
    """
    from steiger.web.directory.domain import vocabulary_cache

    monkeypatch.setattr(vocabulary_cache, "CHECK_EVERY_S", float("inf"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tables are made from the models, which is much quicker than by the migrations.

    That both say the same is a test of its own (``architecture/test_migrations.py``). What only the
    migrations know is the protection of the logs; that they bring it is tested on an installation.
    """
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)  # who looks whether a database is ready looks here
        recorder.ensure_schema()
        recorder.record_applied("tests", "made_from_models")
        _protect_logs()


def _protect_logs(*, lift: bool = False) -> None:
    from django.db import connection

    from steiger.web.accounts.models import protection as accounts
    from steiger.web.audits.models import protection as audits

    for protection in (accounts, audits):
        statements = protection.UNPROTECT if lift else protection.PROTECT
        for statement in statements[connection.vendor]:
            with connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_log_trigger() -> None:
    """Emptying tables after a transactional test must not stumble over the append-only log."""
    if find_spec("django") is None:
        return  # the floors below the web are also tested without it
    from django.test import TransactionTestCase

    original = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        _protect_logs(lift=True)
        try:
            original(case)
        finally:
            _protect_logs()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
