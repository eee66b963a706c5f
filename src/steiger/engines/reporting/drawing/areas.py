"""Districts on a map, the darker the more; what is withheld is hatched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steiger.engines.reporting.drawing.svg import MUTED, PAPER, number, picture, tag, text

WIDTH = 640.0
SHADES = ("#d6e4f2", "#a3c4e3", "#6b9fd0", "#3576b4", "#0b4a86")
ZERO = "#f4f6f8"
_HATCH = tag(
    "defs",
    tag(
        "pattern",
        tag("rect", width=6, height=6, fill=PAPER, class_="st-draw-paper")
        + tag("line", x1=0, y1=0, x2=0, y2=6, stroke=MUTED, stroke_width=2, class_="st-draw-hatch"),
        id="st-hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    ),
)
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One district with its rings of longitude and latitude in degrees."""

    key: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


def shapes(collection: Mapping[str, Any], key: str = "ags") -> tuple[Shape, ...]:
    """The polygons of a GeoJSON collection (RFC 7946)."""
    found = []
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons: Iterable[Sequence[Ring]] = (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        )
        rings = tuple(
            tuple((float(p[0]), float(p[1])) for p in ring)
            for polygon in polygons
            for ring in polygon
        )
        found.append(Shape(str(feature["properties"][key]), rings))
    return tuple(found)


def classes(values: Iterable[int]) -> tuple[int, ...]:
    """Upper limits of at most five classes with about as many districts each."""
    known = sorted({value for value in values if value > 0})
    if not known:
        return ()
    count = min(len(SHADES), len(known))
    limits = {known[math.ceil(len(known) * (i + 1) / count) - 1] for i in range(count)}
    return tuple(sorted(limits))


def districts_map(
    drawn: Sequence[Shape],
    values: Mapping[str, int],
    withheld: frozenset[str],
    words: Mapping[str, str],
) -> tuple[str, float, float]:
    """The map with its key; returns it with its size.

    Args:
        words: what “zero” and “withheld” are called.
    """
    place, height = _projection(drawn)
    limits = classes(value for key, value in values.items() if key not in withheld)
    content = [_HATCH]
    for shape in drawn:
        value = values.get(shape.key, 0)
        fill, class_ = ZERO, "st-draw-zero"
        if shape.key in withheld:
            fill, class_ = "url(#st-hatch)", "st-draw-withheld"
        elif value > 0:
            shade = _shade(value, limits)
            fill, class_ = SHADES[shade], f"st-draw-shade{shade + 1}"
        content.append(
            tag(
                "path",
                d=_path(shape, place),
                fill=fill,
                stroke=PAPER,
                stroke_width=1,
                class_=f"st-draw-district {class_}",
            )
        )
    key, wide = _key(limits, bool(withheld), words)
    content.append(
        tag(
            "g",
            key,
            transform=f"translate({number(max(0, (WIDTH - wide) / 2))} {number(height + 18)})",
        )
    )
    return picture(WIDTH, height + 48, "".join(content), "map"), WIDTH, height + 48


def _shade(value: int, limits: tuple[int, ...]) -> int:
    step = next(i for i, limit in enumerate(limits) if value <= limit)
    # Few classes take the outer shades, so that they stay easy to tell apart.
    return round(step * (len(SHADES) - 1) / max(len(limits) - 1, 1)) if len(limits) > 1 else 2


def _projection(drawn: Sequence[Shape]) -> tuple[Any, float]:
    """Degrees to the drawing, true to scale at the middle latitude."""
    points = [point for shape in drawn for ring in shape.rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 4) / ((east - west) * squeeze)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return 2 + (point[0] - west) * squeeze * scale, 2 + (north - point[1]) * scale

    return place, (north - south) * scale + 4


def _path(shape: Shape, place: Any) -> str:
    parts = []
    for ring in shape.rings:
        steps: list[str] = []
        for point in ring:
            x, y = place(point)
            step = f"{number(x)} {number(y)}"
            if not steps or steps[-1] != step:
                steps.append(step)
        parts.append("M" + "L".join(steps) + "Z")
    return "".join(parts)


def _key(limits: tuple[int, ...], hatched: bool, words: Mapping[str, str]) -> tuple[str, float]:
    entries = [(ZERO, "st-draw-zero", words["zero"])]
    low = 1
    for limit in limits:
        shade = _shade(limit, limits)
        label = f"{low}–{limit}" if limit > low else f"{limit}"
        entries.append((SHADES[shade], f"st-draw-shade{shade + 1}", label))
        low = limit + 1
    if hatched:
        entries.append(("url(#st-hatch)", "st-draw-withheld", words["withheld"]))
    x, parts = 0.0, []
    for fill, class_, label in entries:
        parts.append(
            tag(
                "rect",
                x=x,
                y=2,
                width=20,
                height=14,
                fill=fill,
                stroke=MUTED,
                stroke_width=0.5,
                class_=class_,
            )
        )
        parts.append(text(x + 26, 14, label, size=13))
        x += 26 + 7.4 * len(label) + 18
    return "".join(parts), x
