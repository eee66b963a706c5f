"""The region with the places of events, as a drawing that needs no script.

Longitude is shortened by the cosine of the middle latitude, as in the other drawings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from steiger.regions import load_region
from steiger.web.events.models import Event

WIDTH = 1000
TOLERANCE_DEG = 0.008


@dataclass(frozen=True, slots=True)
class Spot:
    """One town with its events; ``x`` and ``y`` on the canvas, ``numbers`` those of the list."""

    x: int
    y: int
    radius: int
    town: str
    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paths of the districts, and spots above them."""

    width: int
    height: int
    districts: tuple[str, ...]
    spots: tuple[Spot, ...]


def drawing_of(events: Iterable[Event]) -> Drawing:
    """Draw events where they take place; those that are online only are not on it."""
    ground = _ground(settings.REGION)
    towns: dict[tuple[str, int, int], list[Event]] = {}
    for event in events:
        if event.is_onsite and event.latitude is not None and event.longitude is not None:
            x, y = ground.point(event.longitude, event.latitude)
            towns.setdefault((event.town, round(x / 12), round(y / 12)), []).append(event)
    spots = []
    for (town, _x, _y), found in towns.items():
        x, y = ground.point(found[0].longitude or 0.0, found[0].latitude or 0.0)
        size = round(24 + 6 * math.sqrt(len(found) - 1))
        spots.append(Spot(round(x), round(y), size, town, len(found), f"e{found[0].pk}"))
    spots.sort(key=lambda spot: -spot.radius)
    return Drawing(WIDTH, ground.height, ground.districts, tuple(spots))


class _Ground:
    """The region's districts on the canvas; never changes while the process lives."""

    def __init__(self, key: str) -> None:
        region = load_region(key)
        shapes = [region.shape(ags) for ags in region.districts]
        boxes = [shape.bounds for shape in shapes]
        self.west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        east, self.north = max(b[2] for b in boxes), max(b[3] for b in boxes)
        self.x = WIDTH / (east - self.west)
        self.y = self.x / math.cos(math.radians((south + self.north) / 2))
        self.height = round((self.north - south) * self.y)
        self.districts = tuple(
            "".join(self._path(part) for part in _polygons(shape.simplify(TOLERANCE_DEG)))
            for shape in shapes
        )

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.x, (self.north - lat) * self.y

    def _path(self, polygon: Any) -> str:
        placed = [self.point(p[0], p[1]) for p in polygon.exterior.coords]
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in placed) + "Z"


def _polygons(geometry: Any) -> list[Any]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if getattr(part, "geom_type", "") == "Polygon"]


@lru_cache(maxsize=2)
def _ground(key: str) -> _Ground:
    return _Ground(key)
