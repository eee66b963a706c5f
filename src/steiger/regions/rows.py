"""Reads tables of TOML files with messages that name file, row and field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from steiger.regions.types import RegionError

_ADDRESS = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}(/[!-~]*)?")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def read_toml(path: Path) -> dict[str, Any]:
    """One TOML file, as plain data."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegionError("The file is missing.", file=path.name) from None
    except UnicodeDecodeError:
        raise RegionError("The file is not UTF-8; save it as UTF-8.", file=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise RegionError(f"This is not valid TOML: {error}.", file=path.name) from None


class Row:
    """One table of a TOML file. Fields that nobody asked for are an error: see ``finish``."""

    def __init__(self, data: Mapping[str, Any], *, file: str, row: str = "") -> None:
        self.data, self.file, self.row = data, file, row
        self._asked: set[str] = set()

    def error(self, message: str, field: str = "") -> RegionError:
        """An error that points to this row."""
        return RegionError(message, file=self.file, row=self.row, field=field)

    def get(self, field: str, kind: type, default: Any = None) -> Any:
        """A value of the given type; without a default the field must be there."""
        self._asked.add(field)
        value = self.data.get(field)
        if value is None:
            if default is None:
                raise self.error("The field is missing.", field)
            return default
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(f"Expected {kind.__name__}, found {value!r}.", field)
        return value

    def text(self, field: str, default: str | None = None) -> str:
        """A text without surrounding space; required ones are not empty."""
        value = str(self.get(field, str, default))
        if value != value.strip():
            raise self.error("Remove the space at the beginning or end.", field)
        if not value and default is None:
            raise self.error("The field is empty.", field)
        return value

    def key(self, field: str = "key") -> str:
        """A key: lower-case letters, digits, hyphens, underscores; at most 64."""
        value = self.text(field)
        if not _KEY.fullmatch(value):
            raise self.error(f"{value!r} is no key: a-z, 0-9, - and _, at most 64 signs.", field)
        return value

    def bilingual(self, field: str, *, required: bool = True) -> tuple[str, str]:
        """A text in German and English; both or neither."""
        table = self.get(field, dict, None if required else {})
        if not table and not required:
            return "", ""
        inner = Row(table, file=self.file, row=f"{self.row}, {field}" if self.row else field)
        texts = inner.text("de"), inner.text("en")
        inner.finish()
        return texts

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts without duplicates; empty if the field is missing."""
        values = self.get(field, list, [])
        if any(not isinstance(value, str) or not value.strip() for value in values):
            raise self.error("Expected a list of texts.", field)
        if len(set(values)) != len(values):
            raise self.error("A value appears twice.", field)
        return tuple(values)

    def address(self, field: str, default: str | None = None) -> str:
        """An address on the web; always https."""
        value = self.text(field, default)
        if value and not _ADDRESS.fullmatch(value):
            raise self.error(f"{value!r} is no address of the form https://host/path.", field)
        return value

    def day(self, field: str) -> date:
        """A day, written 2025-11-24."""
        value: date = self.get(field, date)
        return value

    def rows(self, field: str) -> Iterator[Row]:
        """Tables inside this one; each is named by its key or number."""
        for number, data in enumerate(self.get(field, list, []), start=1):
            if not isinstance(data, dict):
                raise self.error("Expected tables.", field)
            name = data.get("slug") or data.get("key") or number
            place = f"{field} {name}"
            yield Row(data, file=self.file, row=f"{self.row}, {place}" if self.row else place)

    def finish(self) -> None:
        """Every field has been read; anything else is a slip of the pen."""
        for field in self.data:
            if field not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise self.error(f"There is no such field. Known: {known}.", field)
