"""The region as a drawing: districts as SVG paths that need no script.

Longitude is shortened by the cosine of the middle latitude, so that shapes look as on a map
(equirectangular projection); good to some hundred metres over a state.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from steiger.regions import Region, load_region

WIDTH = 1000
TOLERANCE_DEG = 0.006


@dataclass(frozen=True)
class Outline:
    """Paths of all districts on one canvas of ``width`` × ``height``."""

    width: int
    height: int
    districts: Mapping[str, str]
    _west: float
    _north: float
    _x: float
    _y: float

    def point(self, lat: float, lon: float) -> tuple[int, int]:
        """Where a point lies on the canvas."""
        return round((lon - self._west) * self._x), round((self._north - lat) * self._y)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies on the canvas."""
        x, y = self.point(lat, lon)
        return 0 <= x <= self.width and 0 <= y <= self.height


def outline() -> Outline:
    """The drawing of this installation's region."""
    return _outline(settings.REGION)


@lru_cache(maxsize=4)
def _outline(key: str) -> Outline:
    region: Region = load_region(key)
    west, south, east, north = _bounds(region)
    scale = WIDTH / (east - west)
    stretch = scale / math.cos(math.radians((south + north) / 2))
    empty = Outline(WIDTH, round((north - south) * stretch), {}, west, north, scale, stretch)
    paths = {
        ags: _path(empty, region.shape(ags).simplify(TOLERANCE_DEG)) for ags in region.districts
    }
    return Outline(empty.width, empty.height, paths, west, north, scale, stretch)


def _bounds(region: Region) -> tuple[float, float, float, float]:
    boxes = [region.shape(ags).bounds for ags in region.districts]
    edge = 0.02
    return (
        min(box[0] for box in boxes) - edge,
        min(box[1] for box in boxes) - edge,
        max(box[2] for box in boxes) + edge,
        max(box[3] for box in boxes) + edge,
    )


def _path(canvas: Outline, geometry: Any) -> str:
    return "".join(_ring(canvas, ring.coords) for ring in _rings(geometry))


def _rings(geometry: Any) -> Iterator[Any]:
    for polygon in getattr(geometry, "geoms", [geometry]):
        yield polygon.exterior
        yield from polygon.interiors


def _ring(canvas: Outline, coordinates: Iterable[tuple[float, float]]) -> str:
    points: list[tuple[int, int]] = []
    for lon, lat in coordinates:
        point = canvas.point(lat, lon)
        if not points or points[-1] != point:
            points.append(point)
    begin, *rest = points
    steps = []
    x, y = begin
    for px, py in rest:
        steps.append(f"{px - x},{py - y}")
        x, y = px, py
    return f"M{begin[0]},{begin[1]}l{' '.join(steps)}z"
