"""What every test may use."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Tests never touch the data of a running product.
os.environ.setdefault("STEIGER_DATA_DIR", tempfile.mkdtemp(prefix="steiger-test-"))

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


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_log_trigger() -> None:
    """Emptying tables after a transactional test must not stumble over the append-only log."""
    from django.db import connection
    from django.test import TransactionTestCase

    from steiger.web.accounts.models.protection import PROTECT, UNPROTECT

    original = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        for statement in UNPROTECT[connection.vendor]:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        try:
            original(case)
        finally:
            for statement in PROTECT[connection.vendor]:
                with connection.cursor() as cursor:
                    cursor.execute(statement)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
