"""Django's SQLite backend, where whoever wants to write stands in a queue.

SQLite lets one write at a time. The others ask again and again with growing pauses of up to
100 ms, and nobody minds who came first. On a machine with more work than cores, whoever has just
written is running, begins its next transaction and is first again, while the others still wait to
be woken; after 30 s one of them gives up ("database is locked").

Here only the first of the queue asks SQLite. The queue is a lock on a file beside the database
(``flock``): the system wakes those who wait in the order in which they came, and whoever dies
leaves it.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base

#: What takes the right to write when it stands outside a transaction.
_WRITES = re.compile(
    r"\s*(BEGIN IMMEDIATE|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP)", re.IGNORECASE
)


@contextmanager
def _first_of(queue: str, timeout_s: float) -> Iterator[float]:
    """Wait to be the first; yields the seconds that are left of ``timeout_s``, at least 0.

    The file is opened each time, so that processes that were forked never share a place.
    """
    begin = time.monotonic()
    descriptor = os.open(queue, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield max(0.0, timeout_s - (time.monotonic() - begin))
    finally:
        os.close(descriptor)


class _Cursor(base.SQLiteCursorWrapper):
    """Stands in the queue before each write that begins a transaction, or is one by itself."""

    queue = ""
    timeout_s = 5.0

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute a statement."""
        with self._in_turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Execute a statement once for each of several sets of parameters."""
        with self._in_turn(query):
            return super().executemany(query, param_list)

    @contextmanager
    def _in_turn(self, query: str) -> Iterator[None]:
        if not self.queue or self.connection.in_transaction or not _WRITES.match(query):
            yield
            return
        with _first_of(self.queue, self.timeout_s) as left_s:
            # Whoever waited in the queue waits that much less for SQLite, so that behind an act of
            # minutes (an import) everybody hears after ``timeout_s``, and not one after the other.
            self._wait_for(left_s)
            try:
                yield
            finally:
                self._wait_for(self.timeout_s)

    def _wait_for(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the queue."""

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's form
        """A cursor that knows the queue, unless the database is in memory."""
        cursor = self.connection.cursor(factory=_Cursor)
        if not self.is_in_memory_db():
            cursor.queue = f"{self.settings_dict['NAME']}-queue"
            cursor.timeout_s = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        return cursor
