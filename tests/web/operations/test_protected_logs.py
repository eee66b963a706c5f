"""Whoever reaches an installation's database from outside changes no log: migrations see to it."""

from __future__ import annotations

import pytest

from factories.installation import Installation
from steiger.web.accounts.models import protection as accounts
from steiger.web.audits.models import protection as audits


@pytest.mark.parametrize("table", [accounts.TABLE, audits.TABLE])
def test_database_refuses(installation: Installation, table: str) -> None:
    before = installation.query(f"SELECT * FROM {table} ORDER BY id")
    assert before, "nothing that could be changed"
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"):  # each database has its own kind
            installation.execute(statement)
    assert installation.query(f"SELECT * FROM {table} ORDER BY id") == before
