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

POSTGRES = os.environ.get("DATABASE_URL", "")
POSTGRES = POSTGRES if POSTGRES.startswith("postgres") else ""


def _database(name: str) -> str:
    parts = urlsplit(POSTGRES)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextlib.contextmanager
def _fresh_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database, or "" for SQLite."""
    if not POSTGRES:
        yield ""
        return
    import psycopg

    name = f"steiger_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
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
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small SQLite installation, made once and copied by each test."""
    folder = tmp_path_factory.mktemp("prepared")
    if not POSTGRES:
        Installation(folder).steiger("demo")
    return folder


@pytest.fixture
def installation(new_installation: Callable[[], Installation], _prepared: Path) -> Installation:
    """An installation with the region's actors."""
    made = new_installation()
    if made.url:
        made.steiger("demo")
    else:
        shutil.copytree(_prepared, made.folder, dirs_exist_ok=True)
    return made
