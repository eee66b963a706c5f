"""What is erased must be gone from the database's files, too.

SQLite overwrites what is deleted (``secure_delete``, see the settings), but its journal keeps older
pages until it is written anew. PostgreSQL gives the space of dead rows free by its own autovacuum.
"""

from __future__ import annotations

from django.db import connection


def empty_journal() -> bool:
    """Write SQLite's journal into the database and cut it; whether nothing is left in it."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _pages, _moved = cursor.fetchone()
    return not busy
