"""One section of `audit.toml`: each key is taken once, by type; what is left over is unknown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.data import AuditError


@dataclass(slots=True)
class Section:
    """A section that is being read. Every method raises `AuditError` that names file and key."""

    path: Path
    name: str
    content: dict[str, Any]

    def wrong(self, key: str, text: str) -> AuditError:
        """An error about a key."""
        return AuditError(f"{self.path}: [{self.name}] {key}: {text}")

    def end(self) -> None:
        """Nothing is left."""
        if self.content:
            raise self.wrong(min(self.content), "unknown key; see `steiger audit init`")

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.content.pop(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, f"must be a text, not {value!r}")
        return value

    def choice(self, key: str, known: Sequence[str], *, needed: bool = False) -> str:
        """One of several texts."""
        value = self.text(key)
        if (value or needed) and value not in known:
            raise self.wrong(key, f"{value!r} is none of {', '.join(known)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts."""
        value = self.content.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(key, "must be a list of texts")
        if len(set(value)) != len(value):
            raise self.wrong(key, "names something twice")
        return tuple(value)

    def lists(self, key: str) -> dict[str, list[str]]:
        """A table of lists of texts."""
        value = self.content.pop(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a table of lists")
        inner = Section(self.path, f"{self.name}.{key}", dict(value))
        return {name: list(inner.texts(name)) for name in value}

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        """A finite number within bounds."""
        value = self.content.pop(key, default)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            raise self.wrong(key, f"must be a number, not {value!r}")
        if not least <= value <= most:
            raise self.wrong(key, f"{value:g} is not between {least:g} and {most:g}")
        return float(value)

    def whole(self, key: str, default: int, *, least: int = 0) -> int:
        """A whole number."""
        value = self.content.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, f"must be a whole number of at least {least}, not {value!r}")
        return value

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers above zero."""
        value = self.content.pop(key, [])
        if not isinstance(value, list) or not all(type(v) is int and v > 0 for v in value):
            raise self.wrong(key, "must be a list of whole numbers above zero")
        return tuple(value)

    def file(self, key: str) -> Path | None:
        """A file that exists, relative to the folder of `audit.toml`."""
        value = self.text(key)
        return self._existing(key, value) if value else None

    def place(self, key: str) -> Path | None:
        """A file or a folder that exists, relative to the folder of `audit.toml`."""
        value = self.text(key)
        found = (self.path.parent / value).resolve()
        if value and not found.exists():
            raise self.wrong(key, f"there is no {found}")
        return found if value else None

    def files(self, key: str) -> tuple[Path, ...]:
        """Several such files."""
        return tuple(self._existing(key, value) for value in self.texts(key))

    def _existing(self, key: str, value: str) -> Path:
        file = (self.path.parent / value).resolve()
        if not file.is_file():
            raise self.wrong(key, f"there is no file {file}")
        return file


def thresholds(path: Path, raw: Any) -> dict[str, dict[str, float]]:
    """`[thresholds.CHECK] NAME = number`.

    Raises:
        AuditError: an unknown check or name, no number, or one that the figure cannot reach.
    """
    found: dict[str, dict[str, float]] = {}
    if not isinstance(raw, dict):
        raise AuditError(f"{path}: thresholds must be sections [thresholds.CHECK]")
    for check, names in raw.items():
        if check not in all_checks():
            raise AuditError(f"{path}: [thresholds.{check}]: there is no check {check!r}")
        if not isinstance(names, dict):
            raise AuditError(f"{path}: thresholds.{check} must be a section [thresholds.{check}]")
        part = Section(path, f"thresholds.{check}", dict(names))
        known = {threshold.name: threshold.within for threshold in all_checks()[check].thresholds}
        for name in names:
            if name not in known:
                raise part.wrong(name, f"the check measures {', '.join(known)}")
        found[check] = {n: part.number(n, 0.0, least=known[n][0], most=known[n][1]) for n in names}
    return found
