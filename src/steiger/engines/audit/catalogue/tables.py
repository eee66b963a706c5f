"""Tables of TOML files, read strictly: messages name file, entry and field."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from steiger.engines.audit.catalogue.types import (
    CatalogueError,
    Condition,
    Level,
    Need,
    Reference,
)
from steiger.engines.audit.catalogue.words import Text

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_CONDITION = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=([a-z0-9_]+(?:\|[a-z0-9_]+)*)")
#: A catalogue is some hundred kilobytes; more is a mistake or an attack.
MAX_BYTES = 4_000_000


def read_table(path: Path) -> Table:
    """One TOML file.

    Raises:
        CatalogueError: it is missing, too large, or no TOML.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CatalogueError(
                f"{path.name}: larger than {MAX_BYTES:,} bytes; is it a catalogue?"
            )
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), file=path.name)
    except (FileNotFoundError, NotADirectoryError):
        raise CatalogueError(f"{path}: the file is missing.") from None
    except UnicodeDecodeError:
        raise CatalogueError(f"{path.name}: not UTF-8; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: no valid TOML: {error}.") from None


def is_id(text: object) -> bool:
    """Whether this can be an id in our files: letters, digits, “.”, “-”, “_”; at most 64."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def read_json(content: bytes, name: str) -> Any:
    """JSON from outside, as plain data.

    Raises:
        CatalogueError: it is no JSON, nested too deeply, or holds half characters, which no file
            could be written with.
    """
    try:
        tree = json.loads(content)
        json.dumps(tree, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{name}: no valid JSON: {error}.") from None
    return tree


def condition(text: str) -> Condition:
    """``FN-Q1=a|b``.

    Raises:
        ValueError: it is written otherwise.
    """
    found = _CONDITION.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no condition of the form QUESTION=answer|answer")
    return Condition(found[1], tuple(found[2].split("|")))


def reference(text: str) -> Reference:
    """``source:id``.

    Raises:
        ValueError: it is written otherwise.
    """
    source, _, place = text.partition(":")
    if not source or not place:
        raise ValueError(f"{text!r} is no reference of the form source:id")
    return Reference(source, place)


class Table:
    """One table. A field that nobody asked for is an error: see ``finish``."""

    def __init__(self, data: Mapping[str, Any], *, file: str, entry: str = "") -> None:
        self.data, self.file, self.entry = data, file, entry
        self._asked: set[str] = set()

    def error(self, message: str, field: str = "") -> CatalogueError:
        """An error that points here."""
        place = ", ".join(part for part in (self.file, self.entry, field) if part)
        return CatalogueError(f"{place}: {message}")

    def get(self, field: str, kind: type, default: Any = None) -> Any:
        """A value of a type; without a default it must be there."""
        self._asked.add(field)
        value = self.data.get(field)
        if value is None:
            if default is None:
                raise self.error("missing.", field)
            return default
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind):
            raise self.error(f"expected {kind.__name__}, found {value!r}.", field)
        return value

    def has(self, field: str) -> bool:
        """Whether a field is there."""
        return field in self.data

    def string(self, field: str, default: str | None = None) -> str:
        """A text without space around it."""
        value = str(self.get(field, str, default))
        if value != value.strip():
            raise self.error("remove the space at the beginning or end.", field)
        return value

    def id(self, field: str = "id") -> str:
        """An identifier; also names this table in messages from now on."""
        value = self.string(field)
        if not is_id(value):
            raise self.error(f"{value!r} is no id: letters, digits, “.”, “-”, “_”.", field)
        self.entry = value
        return value

    def choice(self, field: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of the known words."""
        value = self.string(field, default)
        if value not in known:
            raise self.error(f"{value!r} is unknown. Known: {', '.join(known)}.", field)
        return value

    def text(self, field: str) -> Text:
        """A text in German and, if there is one, English; empty ones are left to the lint."""
        inner = self.table(field)
        found = Text(inner.string("de", ""), inner.string("en", ""))
        inner.finish()
        return found

    def strings(self, field: str) -> tuple[str, ...]:
        """A list of texts; none if the field is missing."""
        values = self.get(field, list, [])
        if any(not isinstance(value, str) for value in values):
            raise self.error("expected a list of texts.", field)
        return tuple(values)

    def conditions(self, field: str) -> tuple[Condition, ...]:
        """A list of conditions."""
        try:
            return tuple(condition(text) for text in self.strings(field))
        except ValueError as problem:
            raise self.error(f"{problem}.", field) from None

    def reference(self, field: str) -> Reference:
        """A place in a source."""
        try:
            return reference(self.string(field))
        except ValueError as problem:
            raise self.error(f"{problem}.", field) from None

    def references(self, field: str) -> tuple[Reference, ...]:
        """Places in sources."""
        try:
            return tuple(reference(text) for text in self.strings(field))
        except ValueError as problem:
            raise self.error(f"{problem}.", field) from None

    def need(self, field: str, *, required: bool = False) -> Need | None:
        """A protection need."""
        known = tuple(need.key for need in Need)
        value = self.choice(field, ("", *known), None if required else "")
        return Need[value.upper()] if value else None

    def level(self, field: str) -> Level:
        """A level."""
        return Level[self.choice(field, tuple(level.name for level in Level))]

    def day(self, field: str) -> date:
        """A day, written 2026-08-02."""
        value: date = self.get(field, date)
        return value

    def table(self, field: str) -> Table:
        """A table inside."""
        data = self.get(field, dict)
        return Table(data, file=self.file, entry=f"{self.entry}, {field}" if self.entry else field)

    def tables(self, field: str) -> Iterator[Table]:
        """Tables inside."""
        for number, data in enumerate(self.get(field, list, []), start=1):
            if not isinstance(data, dict):
                raise self.error("expected tables.", field)
            place = f"{field} {data.get('id') or data.get('check') or data.get('name') or number}"
            yield Table(data, file=self.file, entry=place)

    def finish(self) -> None:
        """Every field has been read; anything else is a slip of the pen."""
        for field in self.data:
            if field not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise self.error(f"no such field. Known: {known}.", str(field))
