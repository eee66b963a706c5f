"""The database answers, is recent enough, up to date, and (SQLite) writes ahead."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from steiger.web.operations.domain.findings import Finding
from steiger.web.operations.domain.start import pending_migrations

ORDER = 10
PART = "database"


def look() -> Iterator[Finding]:
    """Findings about the database."""
    try:
        version = _version()
        missing = pending_migrations()
    except DatabaseError as error:
        text = _("It does not answer: %(reason)s") % {"reason": " ".join(str(error).split())}
        yield Finding(PART, "fail", text, _("Check DATABASE_URL, and whether the server runs."))
        return
    if missing:
        text = _("%(name)s answers; missing migrations: %(number)s.") % {
            "name": version,
            "number": missing,
        }
        yield Finding(PART, "fail", text, _("Run “steiger run”: it adds them before it serves."))
    else:
        yield Finding(PART, "ok", _("%(name)s answers and is up to date.") % {"name": version})
    if connection.vendor == "sqlite":
        yield from _sqlite()


def _version() -> str:
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if sqlite else "SHOW server_version")
        number = str(cursor.fetchone()[0]).split()[0]
    return f"{'SQLite' if sqlite else 'PostgreSQL'} {number}"


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0]).lower()
        cursor.execute("PRAGMA quick_check(1)")
        sound = str(cursor.fetchone()[0])
    if mode not in {"wal", "memory"}:
        text = _("The write-ahead log is off (%(mode)s).") % {"mode": mode}
        todo = _("Keep the data folder on a local disk, not on a network drive.")
        yield Finding(PART, "warn", text, todo)
    if sound != "ok":
        text = _("The file is damaged: %(reason)s") % {"reason": sound}
        yield Finding(PART, "fail", text, _("Restore the last backup: “steiger restore FILE”."))
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    if path.exists() and shutil.disk_usage(path.parent).free < 2 * path.stat().st_size:
        text = _("The disk has less room than twice the size of the database.")
        yield Finding(PART, "warn", text, _("Make room; a backup needs a copy of the database."))
