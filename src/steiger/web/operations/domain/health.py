"""Whether this installation can serve visitors now."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import DatabaseError, connection

from steiger.engines.directory.search import SearchIndexError
from steiger.web.directory.domain.index import search_index

log = structlog.get_logger("steiger.health")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Which parts answer."""

    database: bool
    index: bool

    @property
    def ready(self) -> bool:
        """Whether every part answers."""
        return self.database and self.index

    def as_dict(self) -> dict[str, bool]:
        """For machines; says which part, never why (the log does)."""
        return {"ready": self.ready, "database": self.database, "index": self.index}


def readiness() -> Readiness:
    """Ask the database and the index for the least they can answer."""
    return Readiness(_database_answers(), _index_answers())


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            return cursor.fetchone() is not None
    except DatabaseError as error:
        log.warning("readiness.database", problem=str(error).strip())
        return False


def _index_answers() -> bool:
    try:
        return len(search_index()) >= 0
    except (SearchIndexError, DatabaseError, OSError) as error:
        log.warning("readiness.index", problem=str(error).strip())
        return False
