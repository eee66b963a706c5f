"""The region as a drawing that needs no script: districts, rivers, a light for every town.

Projection: longitude times the cosine of the middle latitude (equirectangular), good to some
hundred metres over a state. Coordinates are rounded to whole units of a canvas ``WIDTH`` wide;
because neighbours share their vertices, no gaps open between them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from steiger.regions import Region, load_region

WIDTH = 1000
EDGE = 12
#: Classes of the fill, from few to many; class 0 has no actor at all.
CLASSES = 5
LABEL_HEIGHT = 44
LABEL_WIDTH_PER_LETTER = 13.5
MOST_LABELS = 16

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DistrictShape:
    """One district on the canvas. ``path`` is the value of an SVG ``d`` attribute."""

    ags: str
    name: str
    short_name: str
    path: str
    centre: Point
    population: int | None


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything that does not depend on the data. ``rings``: outlines of all districts."""

    width: int
    height: int
    districts: tuple[DistrictShape, ...]
    rivers: tuple[str, ...]
    towns: Mapping[str, Point]
    rings: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class DistrictMark:
    """A district with its figure. ``step``: class of the fill, 0 to ``CLASSES``."""

    shape: DistrictShape
    actors: int
    step: int
    labelled: bool

    @property
    def per_100k(self) -> float | None:
        """Actors per 100,000 inhabitants; None where the population is unknown."""
        people = self.shape.population
        return self.actors * 100_000 / people if people else None


@dataclass(frozen=True, slots=True)
class Light:
    """A town with actors. ``radius`` grows with the square root of their number."""

    x: int
    y: int
    radius: float


@dataclass(frozen=True, slots=True)
class Overview:
    """The drawing with its data. ``bounds``: lowest and highest count of each class."""

    canvas: Canvas
    districts: tuple[DistrictMark, ...]
    lights: tuple[Light, ...]
    bounds: tuple[tuple[int, int], ...]


def overview(districts: Mapping[str, int], municipalities: Mapping[str, int]) -> Overview:
    """Draw the region with actors by district and by municipality (official keys)."""
    canvas = _canvas(settings.REGION)
    limits = class_limits([districts.get(shape.ags, 0) for shape in canvas.districts])
    labelled = _labelled(canvas.districts, districts)
    marks = tuple(
        DistrictMark(
            shape,
            districts.get(shape.ags, 0),
            step_of(districts.get(shape.ags, 0), limits),
            shape.ags in labelled,
        )
        for shape in canvas.districts
    )
    most = max(municipalities.values(), default=1)
    lights = tuple(
        Light(*canvas.towns[ags], round(2.5 + 16 * math.sqrt(number / most), 1))
        for ags, number in sorted(municipalities.items(), key=lambda item: -item[1])
        if ags in canvas.towns and number
    )
    return Overview(canvas, marks, lights, _bounds(limits, [mark.actors for mark in marks]))


def outlines(region: str) -> tuple[tuple[Point, ...], ...]:
    """Outlines of a region's districts on the canvas, for pictures."""
    return _canvas(region).rings


def point_of(municipality: str) -> Point | None:
    """Where a municipality (official key) lies on the canvas."""
    return _canvas(settings.REGION).towns.get(municipality)


def class_limits(counts: Iterable[int]) -> tuple[int, ...]:
    """Lowest count of each class, rising; classes hold about equally many districts.

    Fewer than ``CLASSES`` limits come back where there are fewer different counts.
    """
    present = sorted(count for count in counts if count > 0)
    if not present:
        return ()
    found = [present[len(present) * number // CLASSES] for number in range(CLASSES)]
    return tuple(sorted(set(found)))


def step_of(count: int, limits: Sequence[int]) -> int:
    """Class of a count: 0 for none, else 1 to ``CLASSES``; the highest is always reached."""
    if count <= 0:
        return 0
    below = sum(count >= limit for limit in limits)
    return below + CLASSES - len(limits)


def _bounds(limits: Sequence[int], counts: Iterable[int]) -> tuple[tuple[int, int], ...]:
    by_step: dict[int, list[int]] = {}
    for count in counts:
        if count > 0:
            by_step.setdefault(step_of(count, limits), []).append(count)
    return tuple((min(members), max(members)) for _step, members in sorted(by_step.items()))


def _labelled(shapes: Sequence[DistrictShape], counts: Mapping[str, int]) -> set[str]:
    """Districts whose name is written on the map: those with most actors that do not collide."""
    boxes: list[tuple[float, float, float, float]] = []
    chosen: set[str] = set()
    for shape in sorted(shapes, key=lambda s: (-counts.get(s.ags, 0), -(s.population or 0))):
        x, y = shape.centre
        half = len(shape.short_name) * LABEL_WIDTH_PER_LETTER / 2
        box = (x - half, y - LABEL_HEIGHT / 2, x + half, y + LABEL_HEIGHT / 2)
        inside = box[0] > 0 and box[2] < WIDTH
        free = all(box[2] < b[0] or b[2] < box[0] or box[3] < b[1] or b[3] < box[1] for b in boxes)
        if inside and free and counts.get(shape.ags, 0):
            boxes.append(box)
            chosen.add(shape.ags)
        if len(chosen) == MOST_LABELS:
            break
    return chosen


@lru_cache(maxsize=4)
def _canvas(key: str) -> Canvas:
    region: Region = load_region(key)
    features = _features(region.geo.districts)
    rings = {f["properties"]["ags"]: _rings(f["geometry"]) for f in features}
    longitudes = [point[0] for ring in rings.values() for line in ring for point in line]
    latitudes = [point[1] for ring in rings.values() for line in ring for point in line]
    west, north = min(longitudes), max(latitudes)
    scale = (WIDTH - 2 * EDGE) / (max(longitudes) - west)
    stretch = scale / math.cos(math.radians((min(latitudes) + north) / 2))

    def place(point: Sequence[float]) -> Point:
        return round((point[0] - west) * scale) + EDGE, round((north - point[1]) * stretch) + EDGE

    shapes = tuple(
        DistrictShape(
            ags,
            district.display_name,
            district.name,
            "".join(svg_path([place(point) for point in line], closed=True) for line in rings[ags]),
            place((district.lon, district.lat)),
            district.population,
        )
        for ags, district in region.districts.items()
    )
    rivers = tuple(
        svg_path([place(point) for point in line], closed=False)
        for feature in _features(region.geo.rivers)
        for line in _rings(feature["geometry"])
    )
    towns = {ags: place((town.lon, town.lat)) for ags, town in region.municipalities.items()}
    height = round((north - min(latitudes)) * stretch) + 2 * EDGE
    outline = tuple(
        tuple(place(point) for point in line) for lines in rings.values() for line in lines
    )
    return Canvas(WIDTH, height, shapes, rivers, towns, outline)


def _features(path: Any) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def _rings(geometry: Mapping[str, Any]) -> list[list[Sequence[float]]]:
    """All lines of a GeoJSON geometry, whatever its type."""
    parts = geometry["coordinates"]
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}
    levels = depth[geometry["type"]]
    if levels == 0:
        return [parts]
    return parts if levels == 1 else [line for polygon in parts for line in polygon]


def svg_path(points: Sequence[Point], *, closed: bool) -> str:
    """The shortest SVG path through whole-numbered points: relative steps, repeats left out."""
    steps: list[str] = []
    x, y = points[0]
    for next_x, next_y in points[1:]:
        if (next_x, next_y) != (x, y):
            steps.append(f"{next_x - x} {next_y - y}")
            x, y = next_x, next_y
    if closed and len(steps) < 3:
        return ""  # smaller than a unit of the canvas
    start = f"M{points[0][0]} {points[0][1]}"
    return (
        start
        + (f"l{' '.join(steps)}" if steps else "").replace(" -", "-")
        + ("z" if closed else "")
    )
