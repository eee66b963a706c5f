"""The valley as a drawing that needs no script: borders, water, gauges.

Longitude is shortened by the cosine of the middle latitude, as in the other drawings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from steiger.regions import load_region
from steiger.web.flood.interfaces.gauges import GaugeCard
from steiger.web.flood.models import Network

WIDTH = 1000
#: Part of the valley's extent that is shown around it.
EDGE = 0.08
TOLERANCE_DEG = 0.0015

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A gauge on the drawing; ``x`` and ``y`` in percent of its sides."""

    card: GaugeCard
    x: str
    y: str
    left: bool


@dataclass(frozen=True, slots=True)
class ValleyDrawing:
    """Paths on one canvas. ``bounds``: west, south, east, north in degrees."""

    width: int
    height: int
    land: str
    borders: tuple[str, ...]
    course: tuple[str, ...]
    names: tuple[tuple[str, int, int], ...]
    spots: tuple[Spot, ...]
    bounds: Box


def drawing_of(network: Network, cards: Sequence[GaugeCard]) -> ValleyDrawing | None:
    """Draw a network with its gauges; None if nobody knows where they are."""
    placed = [card for card in cards if card.lat is not None and card.lon is not None]
    points = [(card.lon or 0.0, card.lat or 0.0) for card in placed]
    points += [(point[0], point[1]) for line in network.course for point in line]
    if not points:
        return None
    canvas = _canvas(settings.REGION, _box(points))
    course = tuple(canvas.path([(p[0], p[1]) for p in line]) for line in network.course)
    spots = []
    places = [canvas.point(card.lon or 0.0, card.lat or 0.0) for card in placed]
    for card in placed:
        x, y = canvas.point(card.lon or 0.0, card.lat or 0.0)
        spots.append(
            Spot(card, f"{100 * x / WIDTH:.2f}", f"{100 * y / canvas.height:.2f}", x > WIDTH * 0.62)
        )
    return ValleyDrawing(
        WIDTH,
        canvas.height,
        canvas.land,
        canvas.borders,
        course,
        _clear_of(canvas.names, places),
        tuple(spots),
        canvas.box,
    )


def _clear_of(
    names: Sequence[tuple[str, int, int]], places: Sequence[tuple[float, float]]
) -> tuple[tuple[str, int, int], ...]:
    """Names of towns that no gauge and its label cover."""
    return tuple(
        name
        for name in names
        if all(abs(name[1] - x) > 240 or abs(name[2] - y) > 55 for x, y in places)
    )


def _box(points: Sequence[tuple[float, float]]) -> Box:
    """The extent of all points with an edge, at least as wide as high."""
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    stretch = math.cos(math.radians((south + north) / 2))
    edge = max((east - west) * EDGE, (north - south) * EDGE / stretch, 0.02)
    west, east = west - edge, east + edge
    south, north = south - edge * stretch, north + edge * stretch
    return (round(west, 4), round(south, 4), round(east, 4), round(north, 4))


class _Canvas:
    """The ground under a box, which never changes while the process lives."""

    def __init__(self, region_key: str, box: Box) -> None:
        from shapely.geometry import box as rectangle

        self.box = box
        west, south, east, self.north = box
        self.west = west
        self.x = WIDTH / (east - west)
        self.y = self.x / math.cos(math.radians((south + self.north) / 2))
        self.height = round((self.north - south) * self.y)
        region = load_region(region_key)
        window = rectangle(west, south, east, self.north)
        land, borders, names = [], [], []
        for ags, town in region.municipalities.items():
            shape = region.shape(ags)
            if not shape.intersects(window):
                continue
            clipped = shape.simplify(TOLERANCE_DEG).intersection(window)
            paths = [self.path(list(p.exterior.coords)) for p in _polygons(clipped)]
            land += paths
            borders += paths
            x, y = self.point(town.lon, town.lat)
            if 60 < x < WIDTH - 60 and 24 < y < self.height - 24:
                names.append((town.name, round(x), round(y)))
        self.land = "".join(land)
        self.borders = tuple(borders)
        self.names = tuple(names)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.x, (self.north - lat) * self.y

    def path(self, points: Sequence[tuple[float, ...]]) -> str:
        placed = [self.point(p[0], p[1]) for p in points]
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in placed)


def _polygons(geometry: Any) -> list[Any]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if getattr(part, "geom_type", "") == "Polygon"]


@lru_cache(maxsize=16)
def _canvas(region_key: str, box: Box) -> _Canvas:
    return _Canvas(region_key, box)
