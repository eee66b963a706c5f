"""Copies of the database, and their return, for both engines.

SQLite is copied through its online backup interface in one step, which reads one consistent state
while others write. On return the copy is written into the living file in one transaction of SQLite
itself, so that running processes see the old state or the new one, and a crash leaves the old one.

PostgreSQL is copied by ``pg_dump`` (one snapshot) and returned by ``pg_restore`` and ``psql`` in
one transaction that also removes what was there before.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from steiger.web.operations.domain.archive import BackupError

#: Seconds that a copy waits for writers before it gives up.
PATIENCE_S = 60
APPLICATION_TABLE = "django_migrations"


def engine() -> str:
    """Short name of the database engine: ``sqlite`` or ``postgresql``."""
    return connection.vendor


def dump(target: Path) -> None:
    """Write one consistent state of the database into a file.

    Raises:
        BackupError: the tool is missing or failed.
    """
    if engine() == "sqlite":
        copy_sqlite(sqlite_path(), target)
        return
    run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def put_back(source: Path) -> None:
    """Replace the whole content of the database by a dump, in one transaction.

    Raises:
        BackupError: it was refused; the database is unchanged.
    """
    connections.close_all()
    if engine() == "sqlite":
        copy_sqlite(source, sqlite_path(), keep_log=True)
    else:
        _put_back_postgres(source)
    connections.close_all()


def sqlite_path() -> Path:
    """The database's file.

    Read from the open connection's settings, because tests work on another database than the
    environment names.
    """
    return Path(str(connection.settings_dict["NAME"]))


def copy_sqlite(source: Path, target: Path, *, keep_log: bool = False) -> None:
    """Copy a SQLite database in one step and check the copy.

    Args:
        source: a file that may be in use.
        target: a new file, or a living database whose content is replaced as a whole.
        keep_log: the target goes on as a living database with a write-ahead log.

    Raises:
        BackupError: it is locked too long, damaged, or the disk is full.
    """
    try:
        with (
            closing(sqlite3.connect(source, timeout=PATIENCE_S)) as reading,
            closing(sqlite3.connect(target, timeout=PATIENCE_S)) as writing,
        ):
            reading.backup(writing, pages=-1)
            if keep_log:
                writing.execute("PRAGMA journal_mode=WAL")
                return
            writing.execute("PRAGMA journal_mode=DELETE")
            check_sqlite(writing, target)
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied: {error}.") from error


def check_sqlite(opened: sqlite3.Connection, path: Path) -> None:
    """Refuse a damaged copy, or one with links into nothing.

    Raises:
        BackupError: it is damaged.
    """
    sound = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if sound != "ok":
        raise BackupError(f"{path} is damaged: {sound}.")
    broken = opened.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise BackupError(f"{path} is damaged: a row of {broken[0]} refers to nothing.")


def check_dump(source: Path, kind: str) -> None:
    """Look at a dump before anything is changed.

    Raises:
        BackupError: it is not what it should be.
    """
    if kind == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as opened:
                check_sqlite(opened, source)
                opened.execute(f"SELECT 1 FROM {APPLICATION_TABLE} LIMIT 1")  # noqa: S608
        except sqlite3.Error as error:
            raise BackupError(f"The database in the backup cannot be read: {error}.") from error
        return
    listed = run_tool("pg_restore", "--list", str(source), connect=False)
    if APPLICATION_TABLE not in listed:
        raise BackupError("The database in the backup is not one of Steiger.")


def run_tool(name: str, *arguments: str, connect: bool = True, given: bytes | None = None) -> str:
    """Run one of PostgreSQL's programs against our database; returns what it printed.

    The password travels in the environment, where other users of the machine cannot see it.

    Raises:
        BackupError: it is missing or failed.
    """
    program = shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is missing: install PostgreSQL's client programs.")
    env = {**os.environ, **(_address() if connect else {})}
    result = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
        [program, *arguments], env=env, input=given, capture_output=True, check=False
    )
    if result.returncode:
        lines = result.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise BackupError(f"{name} failed: {lines[0]}")
    return result.stdout.decode(errors="replace")


def _address() -> dict[str, str]:
    """PostgreSQL's own variables for our database."""
    database: dict[str, Any] = {**settings.DATABASES["default"], **connection.settings_dict}
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    address = {variable: str(database[key]) for variable, key in names.items() if database.get(key)}
    options = database.get("OPTIONS") or {}
    known = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    return address | {known[key]: str(value) for key, value in options.items() if key in known}


def _put_back_postgres(source: Path) -> None:
    """Write the dump as SQL beside it and run it in one transaction after an empty schema."""
    script = source.with_name("database.sql")
    run_tool(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        f"--file={script}",
        str(source),
        connect=False,
    )
    start = source.with_name("empty.sql")
    # Waits for running requests, but not for ever.
    start.write_text(
        f"SET lock_timeout = '{PATIENCE_S}s';\n"
        "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n",
        encoding="utf-8",
    )
    run_tool(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        f"--file={start}",
        f"--file={script}",
    )
