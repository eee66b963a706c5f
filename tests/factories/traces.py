"""Marked words of invented people, and where they are found: tables, files, what was logged."""

from __future__ import annotations

import logging
import logging.config
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

STEM, END = "quarkkeulchen", "zz"
_MARK = re.compile(rf"{STEM}[a-z]+?{END}", re.IGNORECASE)
_CODED = re.compile(r"[A-Za-z0-9+/\r\n]{40,}={0,2}")


class Marks:
    """Words that stand nowhere else; each says by its own name what it was."""

    def __init__(self) -> None:
        self.made: set[str] = set()

    def word(self, key: str, *, kept: bool = True) -> str:
        """A marked word, e.g. ``QuarkkeulchenEventsNamezz``; not counted if it is never kept."""
        made = mark_of(key)
        if kept:
            self.made.add(made)
        return made.capitalize()

    def name(self, key: str) -> str:
        """An invented person's name."""
        return f"Adelheid {self.word(key)}"

    def email(self, key: str) -> str:
        """An invented person's address."""
        return f"{self.word(key).lower()}@example.org"


def mark_of(key: str) -> str:
    """The mark for a key."""
    return f"{STEM}{re.sub('[^a-z]', '', key.lower())}{END}"


def in_text(text: str) -> set[str]:
    """Marks in a text, also in what is coded in it as base64 (attachments)."""
    found = {match.lower() for match in _MARK.findall(text)}
    for coded in _CODED.findall(text):
        plain = re.sub(r"\s", "", coded)
        try:
            data = b64decode(plain[: len(plain) // 4 * 4])
        except Error:
            continue
        found |= {match.lower() for match in _MARK.findall(data.decode("latin-1"))}
    return found


def in_tables() -> dict[str, set[str]]:
    """Marks in every column of every table of the database, and in sessions, decoded."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = "\n".join(_shown(value) for row in cursor.fetchall() for value in row)
            if marks := in_text(rows):
                found[table] = marks
    sessions = "\n".join(str(one.get_decoded()) for one in Session.objects.all())
    if marks := in_text(sessions):
        found["sessions, decoded"] = marks
    return found


def _shown(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)


def in_files(*folders: Path) -> dict[str, set[str]]:
    """Marks in every byte of every file below folders: database, journal, index, uploads."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            # Coded parts are looked at in tables; a whole database is no text.
            marks = {m.lower() for m in _MARK.findall(path.read_bytes().decode("latin-1"))}
            if marks or _MARK.search(path.name):
                found[str(path.relative_to(folder))] = marks
    return found


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        # The product's own form, so that what it leaves out of its lines is left out here, too.
        build = logging.config.DictConfigurator(settings.LOGGING).configure_formatter
        self.setFormatter(build(dict(settings.LOGGING["formatters"]["structured"])))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, from INFO on, as the product logs by default."""
    root, keeper = logging.getLogger(), _Keeper()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.INFO)
    try:
        yield keeper.lines
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)
