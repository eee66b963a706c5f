"""Laws of the drawing on the home page."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from steiger.web.portal.domain.overview import (
    CLASSES,
    MOST_LABELS,
    class_limits,
    outlines,
    overview,
    step_of,
    svg_path,
)

COUNTS = st.lists(st.integers(0, 5000), min_size=1, max_size=60)
POINTS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=40)


@given(COUNTS)
def test_more_actors_never_give_a_darker_district(counts: list[int]) -> None:
    limits = class_limits(counts)
    steps = [step_of(count, limits) for count in sorted(counts)]
    assert steps == sorted(steps)
    assert all(0 <= step <= CLASSES for step in steps)


@given(COUNTS)
def test_only_empty_districts_are_class_zero(counts: list[int]) -> None:
    limits = class_limits(counts)
    assert all((step_of(count, limits) == 0) == (count == 0) for count in counts)
    if any(counts):
        assert step_of(max(counts), limits) == CLASSES


@given(POINTS)
def test_path_visits_every_point(points: list[tuple[int, int]]) -> None:
    path = svg_path(points, closed=False)
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    visited = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        visited.append((x, y))
    without_repeats = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    assert visited == without_repeats


def test_region_is_drawn_whole() -> None:
    drawing = overview({"05315": 10, "05914": 1}, {"05315000": 10, "05914000": 1})
    assert len(drawing.districts) == 53
    assert all(mark.shape.path.startswith("M") for mark in drawing.districts)
    assert {mark.shape.name for mark in drawing.districts if mark.labelled} == {"Köln", "Hagen"}
    biggest, smallest = drawing.lights
    assert biggest.radius > smallest.radius


def test_labels_are_few_and_apart() -> None:
    everywhere = {ring.shape.ags: 5 for ring in overview({}, {}).districts}
    marks = [mark for mark in overview(everywhere, {}).districts if mark.labelled]
    assert 5 < len(marks) <= MOST_LABELS


def test_rate_is_per_100_000_inhabitants() -> None:
    cologne = next(m for m in overview({"05315": 11}, {}).districts if m.shape.ags == "05315")
    assert cologne.shape.population
    assert cologne.per_100k == 11 * 100_000 / cologne.shape.population


def test_neighbours_share_their_border() -> None:
    seen: dict[tuple[int, int], int] = {}
    for ring in outlines("nrw"):
        for point in set(ring):
            seen[point] = seen.get(point, 0) + 1
    # Inner borders are drawn twice with the very same points, so no gap opens between districts.
    assert sum(number > 1 for number in seen.values()) > len(seen) / 2
