"""What the map draws: all places of an answer as columns, and the areas under them.

Coordinates are whole numbers: 1e-5 degrees for actors, 1e-4 for borders. Columns are written as
differences, which compress to a few bits per entry. Names stay out: the list beside the map and the
cards have them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from steiger.engines.directory.search import Query
from steiger.engines.directory.search.types import Points
from steiger.regions import Region, load_region
from steiger.web.directory.domain.areas import area_url
from steiger.web.directory.domain.index import search_index

#: Degrees per unit in the data for actors and for borders.
POINT_UNIT = 1e-5
BORDER_UNIT = 1e-4
NO_CATEGORY = "-"
#: Rises when the form of the data changes, so that no browser keeps the old form.
FORMAT = 2

Rings = list[list[int]]


def points_payload(query: Query, *, near: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All actors that match and have a place, with counts by district.

    Args:
        near: the circle to draw: lon, lat in degrees, km, label.
    """
    index = search_index()
    counts = index.search(query, relax=False)
    return {
        **columns(index.points(query)),
        "total": counts.total,
        "districts": dict(counts.facet_counts.get("district", {})),
        "near": near,
    }


def columns(points: Points) -> dict[str, Any]:
    """Points as columns, grouped by place.

    Returns:
        ``x`` and ``y``: differences of longitude and latitude from place to place; ``n``: actors at
        each place; ``ids``: differences from actor to actor in the order of the places;
        ``categories`` and ``category``: one digit per actor into ``categories``.
    """
    x = np.rint(points.lon / POINT_UNIT).astype(np.int64)
    y = np.rint(points.lat / POINT_UNIT).astype(np.int64)
    order = np.lexsort((points.ids, y, x))
    x, y, ids = x[order], y[order], points.ids[order]
    first = np.ones(len(ids), dtype=bool)
    first[1:] = (np.diff(x) != 0) | (np.diff(y) != 0)
    starts = np.flatnonzero(first)
    digits = np.array([*"0123456789"[: len(points.categories)], NO_CATEGORY])
    return {
        "x": _differences(x[starts]),
        "y": _differences(y[starts]),
        "n": np.diff(np.append(starts, len(ids))).tolist(),
        "ids": _differences(ids),
        "categories": list(points.categories),
        "category": "".join(digits[points.category[order]]) if len(ids) else "",
    }


def _differences(values: NDArray[np.int64]) -> list[int]:
    return [int(number) for number in np.diff(values, prepend=np.int64(0))]


def areas_payload(key: str) -> dict[str, Any]:
    """What lies under the points: state, districts, rivers, names of towns, attribution.

    Districts lead to their pages in the reader's language.
    """
    region = load_region(key)
    districts = []
    for feature in _features(region.geo.districts):
        ags = feature["properties"]["ags"]
        area = region.districts[ags]
        districts.append(
            {
                "ags": ags,
                "name": area.display_name,
                "people": area.population,
                "url": area_url(ags),
                "x": area.lon,
                "y": area.lat,
                "rings": _polygons(feature["geometry"]),
            }
        )
    towns = sorted(region.municipalities.values(), key=lambda town: -(town.population or 0))
    return {
        "bounds": list(region.bounds),
        "attribution": _attribution(region),
        "state": [_polygons(feature["geometry"]) for feature in _features(region.geo.state)],
        "districts": districts,
        "rivers": [
            {"name": feature["properties"]["name"], "lines": _lines(feature["geometry"])}
            for feature in _features(region.geo.rivers)
        ],
        "towns": [
            [town.name, round(town.lon, 4), round(town.lat, 4), (town.population or 0) // 1000]
            for town in towns
        ],
    }


def municipalities_payload(key: str) -> dict[str, Any]:
    """Borders of the municipalities, which the map draws only when it is close."""
    region = load_region(key)
    return {
        "municipalities": [
            {"ags": feature["properties"]["ags"], "rings": _polygons(feature["geometry"])}
            for feature in _features(region.geo.municipalities)
        ]
    }


def encode(payload: Mapping[str, Any]) -> bytes:
    """Compact JSON."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def region_key() -> str:
    """The region that this installation serves."""
    return settings.REGION


def _attribution(region: Region) -> dict[str, list[dict[str, str]]]:
    return {
        language: [
            {
                "text": source.attribution_en if language == "en" else source.attribution_de,
                "url": source.licence_url or source.url,
            }
            for source in region.map_sources
        ]
        for language in ("de", "en")
    }


def _features(path: Path) -> list[dict[str, Any]]:
    """Features of a GeoJSON file, which may also be one feature or a bare geometry."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if content["type"] == "FeatureCollection":
        found: list[dict[str, Any]] = content["features"]
        return found
    if content["type"] == "Feature":
        return [content]
    return [{"type": "Feature", "properties": {}, "geometry": content}]


def _polygons(geometry: Mapping[str, Any]) -> list[Rings]:
    """Polygons → rings → x, y, then differences."""
    parts = geometry["coordinates"]
    polygons = parts if geometry["type"] == "MultiPolygon" else [parts]
    return [[_flat(ring) for ring in polygon] for polygon in polygons]


def _lines(geometry: Mapping[str, Any]) -> Rings:
    parts = geometry["coordinates"]
    lines = parts if geometry["type"] == "MultiLineString" else [parts]
    return [_flat(line) for line in lines]


def _flat(line: Sequence[Sequence[float]]) -> list[int]:
    whole = np.rint(np.array([point[:2] for point in line]) / BORDER_UNIT).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    # Neighbouring vertices that fall together say nothing.
    keep = np.ones(len(steps), dtype=bool)
    keep[1:] = np.any(steps[1:] != 0, axis=1)
    return [int(number) for number in steps[keep].ravel()]
