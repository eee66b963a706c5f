"""Reads a FeatureCollection of points; properties are named like the columns of a table.

Source: RFC 7946. Coordinates are longitude first, which many files get wrong: points that fit
only when exchanged are rejected with that hint.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

from steiger.engines.directory.records import (
    Bounds,
    IncomingRecord,
    LeftOut,
    RejectedRow,
    UnusableFileError,
)
from steiger.engines.directory.records.rows import COLUMNS, record_of, unread
from steiger.engines.directory.records.validation import Rejected
from steiger.lib.json_stream import TooDeepError, elements
from steiger.lib.limits import BrokenFileError, TooLargeError, open_capped


def read_geojson(
    path: Path, *, this_year: int, expected: Bounds | None = None
) -> Iterator[IncomingRecord | RejectedRow | LeftOut]:
    """Each point of a GeoJSON file, one at a time.

    Raises:
        UnusableFileError: the file is damaged, no GeoJSON FeatureCollection, or too large.
    """
    row = 0
    told: set[str] = set()
    try:
        with open_capped(path) as stream:
            for row, feature in enumerate(elements(stream, "features.item"), start=1):
                fields = _own_id(feature)
                try:
                    given = _given(feature)
                    yield from filter(None, (unread(n, row) for n in given.keys() - told))
                    told |= given.keys()
                    # The id comes first, so that a rejection knows it.
                    fields.update(_fields(given))
                    fields |= _position(feature)
                    yield record_of(row, fields, this_year, expected)
                except Rejected as problem:
                    yield problem.at(row, fields.get("id"))
            if row == 0:
                raise UnusableFileError(
                    f"{path.name} holds no features: a GeoJSON FeatureCollection is expected."
                )
    except (ijson.JSONError, UnicodeDecodeError, TooDeepError) as error:
        raise UnusableFileError(
            f"{path.name} is no valid JSON after feature {row}: {error}."
        ) from error
    except (BrokenFileError, TooLargeError, OSError) as error:
        raise UnusableFileError(str(error)) from error


def _given(feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise Rejected("properties", "is missing: every feature needs properties")
    return {str(k).strip().lower().replace(" ", "_"): v for k, v in feature["properties"].items()}


def _own_id(feature: Any) -> dict[str, str]:
    """The feature's id; a property of that name counts more."""
    found = feature.get("id") if isinstance(feature, dict) else None
    return {} if found is None else {"id": str(found)}


def _fields(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field, names in COLUMNS.items():
        for name in reversed(names):
            if given.get(name) not in (None, ""):
                yield field, _text(field, given[name])


def _text(field: str, value: Any) -> str:
    """A value as it stands in a table; those of a list with | between."""
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, dict | list) for part in parts):
        raise Rejected(field, "is neither a plain value nor a list of such", str(value))
    return "|".join(str(part) for part in parts if part is not None)


def _position(feature: dict[str, Any]) -> dict[str, str]:
    geometry = feature.get("geometry")
    if geometry is None:
        return {}
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        raise Rejected("geometry", "is not a Point")
    position = geometry.get("coordinates")
    if not isinstance(position, list) or len(position) not in {2, 3}:
        raise Rejected("coordinates", "are not [longitude, latitude]", str(position))
    return {"lon": str(position[0]), "lat": str(position[1])}
