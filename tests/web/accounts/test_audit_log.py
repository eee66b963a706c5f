"""The log is written with the change, and nobody can alter it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry


@pytest.fixture
def entry(db: None) -> LogEntry:
    with transaction.atomic():
        return audit.record_many(
            by=audit.SYSTEM, entries=[audit.Entry("test.act", "test.thing", "1", "thing")]
        )[0]


def test_entry_cannot_be_changed(entry: LogEntry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LogEntry.objects.filter(pk=entry.pk).update(reason="forged")
    assert LogEntry.objects.get(pk=entry.pk).reason == ""


def test_entry_cannot_be_deleted(entry: LogEntry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LogEntry.objects.filter(pk=entry.pk).delete()
    assert LogEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_log_refuses_to_be_written_outside_the_change() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record_many(by=audit.SYSTEM, entries=[])


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_log_cannot_be_emptied_by_statement(entry: LogEntry, statement: str) -> None:
    if "TRUNCATE" in statement and connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL knows this statement")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(LogEntry._meta.db_table))
    assert LogEntry.objects.filter(pk=entry.pk).exists()
