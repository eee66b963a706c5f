"""Installations on the database that the tests run on: SQLite, or PostgreSQL by DATABASE_URL."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from factories.installation import Installation
from factories.once import folder_made_once

POSTGRES = os.environ.get("DATABASE_URL", "")
POSTGRES = POSTGRES if POSTGRES.startswith("postgres") else ""


def _database(name: str) -> str:
    parts = urlsplit(POSTGRES)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextlib.contextmanager
def _fresh_database(like: str = "") -> Iterator[str]:
    """The address of an empty PostgreSQL database, or of a copy of one; "" for SQLite."""
    if not POSTGRES:
        yield ""
        return
    import psycopg

    name = f"steiger_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        template = urlsplit(like).path.strip("/") or "template1"
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _database(name)
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def new_installation(tmp_path: Path) -> Iterator[Callable[[], Installation]]:
    """Makes empty installations and removes them afterwards."""
    with contextlib.ExitStack() as stack:

        def make() -> Installation:
            folder = tmp_path / uuid.uuid4().hex[:8]
            folder.mkdir()
            installation = Installation(folder, stack.enter_context(_fresh_database()))
            stack.callback(installation.stop)
            return installation

        yield make


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A small installation, made once and copied by each test."""
    if not POSTGRES:
        folder = folder_made_once(
            tmp_path_factory, "made-demo", lambda path: Installation(path).steiger("demo")
        )
        yield Installation(folder)
        return
    # A database of a server cannot be left behind for other processes: nobody would remove it.
    with _fresh_database() as url:
        made = Installation(tmp_path_factory.mktemp("prepared"), url)
        made.steiger("demo")
        yield made


@pytest.fixture
def installation(tmp_path: Path, prepared: Installation) -> Iterator[Installation]:
    """An installation with the region's actors."""
    folder = tmp_path / uuid.uuid4().hex[:8]
    shutil.copytree(prepared.folder, folder)
    with _fresh_database(prepared.url) as url:
        made = Installation(folder, url)
        yield made
        made.stop()
