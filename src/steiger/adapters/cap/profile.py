"""A national profile as data: who speaks, which codes, which words for which warning level."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from steiger.adapters.cap.types import (
    CATEGORIES,
    FORBIDDEN,
    RESPONSE_TYPES,
    SCOPES,
    SEVERITIES,
    CapError,
    NamedValue,
    Polygon,
)
from steiger.engines.flood.warning import Text, WarningError
from steiger.engines.flood.warning.policy import zone

KNOWN = frozenset(
    [
        "checked",
        "sender",
        "scope",
        "source",
        "categories",
        "time_zone",
        "radius_km",
        "event",
        "sender_name",
        "languages",
        "event_codes",
        "parameters",
        "level",
        "all_clear",
        "area",
    ]
)
AREA_KEYS = frozenset({"description", "polygons", "geocodes", "parameters"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Wording:
    """How a warning level is announced; `{gauge}` and `{level}` are filled in."""

    severity: str
    response_types: tuple[str, ...]
    headline: Text
    instruction: Text


@dataclass(frozen=True, slots=True)
class Place:
    """The area of one gauge."""

    description: str
    polygons: tuple[Polygon, ...]
    geocodes: tuple[NamedValue, ...]
    parameters: tuple[NamedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that a message needs beside the event itself."""

    checked: bool
    sender: str
    scope: str
    source: str
    categories: tuple[str, ...]
    time_zone: str
    radius_km: float
    event: Text
    sender_name: Text
    languages: Text
    event_codes: tuple[NamedValue, ...]
    parameters: tuple[NamedValue, ...]
    levels: tuple[Wording, ...]
    all_clear: Wording
    places: Mapping[str, Place]

    def wording(self, level: int) -> Wording:
        """The words for level 1, 2, …; the last entry also holds for every higher level."""
        return self.levels[min(level, len(self.levels)) - 1]


def german_profile() -> Profile:
    """The profile for Germany that comes with the product, an example for operators."""
    text = files("steiger.adapters.cap").joinpath("germany.toml").read_text(encoding="utf-8")
    return _profile(tomllib.loads(text))


def read_profile(path: Path) -> Profile:
    """A profile from a TOML file; `germany.toml` beside this module shows every key.

    Raises:
        CapError: naming file and key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CapError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CapError(f"{path}: is no valid TOML: {error}") from None
    try:
        return _profile(data)
    except (CapError, WarningError) as error:
        raise CapError(f"{path}: {error}") from None


def _profile(data: Mapping[str, Any]) -> Profile:
    unknown = sorted(set(data) - KNOWN)
    if unknown:
        raise CapError(f"{unknown[0]!r} is unknown; known are {', '.join(sorted(KNOWN))}")
    levels = data.get("level")
    if not isinstance(levels, list) or not levels:
        raise CapError("[[level]] is missing: at least one warning level needs words")
    time_zone = _text(data, "time_zone")
    zone(time_zone)
    profile = Profile(
        checked=_boolean(data, "checked"),
        sender=_sender(data),
        scope=_word(data, "scope", SCOPES),
        source=_text(data, "source"),
        categories=_words(data, "categories", CATEGORIES),
        time_zone=time_zone,
        radius_km=_radius(data),
        event=_both(data, "event"),
        sender_name=_both(data, "sender_name"),
        languages=_both(data, "languages"),
        event_codes=_named(data, "event_codes"),
        parameters=_named(data, "parameters"),
        levels=tuple(_wording(entry, f"level {n}") for n, entry in enumerate(levels, 1)),
        all_clear=_wording(
            {"severity": "Minor", "response_types": ["AllClear"], **_table(data, "all_clear")},
            "all_clear",
        ),
        places={name: _place(name, entry) for name, entry in _table(data, "area").items()},
    )
    for language in (profile.languages.de, profile.languages.en):
        if not _LANGUAGE.fullmatch(language):
            raise CapError(f"languages: {language!r} is no language such as “de-DE”")
    if profile.scope != "Public":
        raise CapError(f"scope {profile.scope!r}: warnings of this product are public")
    return profile


def _wording(entry: object, where: str) -> Wording:
    if not isinstance(entry, Mapping):
        raise CapError(f"{where} is no table")
    try:
        return Wording(
            severity=_word(entry, "severity", SEVERITIES),
            response_types=_words(entry, "response_types", RESPONSE_TYPES),
            headline=_both(entry, "headline"),
            instruction=_both(entry, "instruction"),
        )
    except CapError as error:
        raise CapError(f"{where}: {error}") from None


def _place(name: str, entry: object) -> Place:
    if not isinstance(entry, Mapping):
        raise CapError(f"area of {name!r} is no table")
    unknown = sorted(set(entry) - AREA_KEYS)
    if unknown:
        raise CapError(f"area of {name!r}: {unknown[0]!r} is unknown")
    try:
        rings = entry.get("polygons", [])
        polygons = tuple(
            Polygon(tuple((float(lat), float(lon)) for lat, lon in ring)) for ring in rings
        )
        return Place(
            description=_text(entry, "description"),
            polygons=polygons,
            geocodes=_named(entry, "geocodes"),
            parameters=_named(entry, "parameters"),
        )
    except (CapError, TypeError, ValueError) as error:
        raise CapError(f"area of {name!r}: {error}") from None


def _sender(data: Mapping[str, Any]) -> str:
    sender = _text(data, "sender")
    if FORBIDDEN.search(sender):
        raise CapError(f"sender {sender!r} holds a space, comma, “<” or “&”, which CAP forbids")
    return sender


def _radius(data: Mapping[str, Any]) -> float:
    value = data.get("radius_km")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(float(value or 0)) or not 0 < float(value or 0) <= 500:
        raise CapError(f"radius_km is {value!r}, not a distance up to 500 km")
    return float(value or 0)


def _boolean(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise CapError(f"{key} is {value!r}, neither true nor false")
    return value


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise CapError(f"{key} is missing or no text")
    return value.strip()


def _word(data: Mapping[str, Any], key: str, allowed: frozenset[str]) -> str:
    word = _text(data, key)
    if word not in allowed:
        raise CapError(f"{key} {word!r} is unknown; known are {', '.join(sorted(allowed))}")
    return word


def _words(data: Mapping[str, Any], key: str, allowed: frozenset[str]) -> tuple[str, ...]:
    value = data.get(key)
    if not isinstance(value, list) or not value:
        raise CapError(f"{key} is missing or no list")
    return tuple(_word({key: word}, key, allowed) for word in value)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise CapError(f"{key} is no table")
    return value


def _both(data: Mapping[str, Any], key: str) -> Text:
    table = _table(data, key)
    try:
        return Text(_text(table, "de"), _text(table, "en"))
    except CapError as error:
        raise CapError(f"{key}: {error}") from None


def _named(data: Mapping[str, Any], key: str) -> tuple[NamedValue, ...]:
    table = _table(data, key)
    for name, value in table.items():
        if not isinstance(value, str) or not value.strip():
            raise CapError(f"{key}: {name!r} is {value!r}, not a text")
    return tuple(NamedValue(name, value) for name, value in table.items())
