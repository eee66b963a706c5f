"""The map's columns say exactly what the index knows."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.engines.directory.search.types import Points
from steiger.regions import load_region
from steiger.web.directory.domain import map_points

COORDINATE = st.tuples(st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False))


def points(rows: list[tuple[int, float, float, int]], categories: tuple[str, ...]) -> Points:
    """Rows of id, latitude, longitude, category."""
    ids, lat, lon, category = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Points(
        np.array(ids, dtype=np.int64),
        np.array(lat, dtype=np.float64),
        np.array(lon, dtype=np.float64),
        np.array(category, dtype=np.int64),
        categories,
    )


def read(data: dict[str, Any]) -> set[tuple[int, float, float, str]]:
    """What a browser makes of the columns."""
    xs, ys = (list(itertools.accumulate(data[axis])) for axis in "xy")
    ids = list(itertools.accumulate(data["ids"]))
    found, actor = set(), 0
    for x, y, number in zip(xs, ys, data["n"], strict=True):
        for _ in range(number):
            digit = data["category"][actor]
            name = "" if digit == map_points.NO_CATEGORY else data["categories"][int(digit)]
            found.add((ids[actor], round(y * 1e-5, 5), round(x * 1e-5, 5), name))
            actor += 1
    assert actor == len(ids)
    return found


def whole(degrees: float) -> float:
    """Degrees rounded to the unit of the data."""
    return round(round(degrees * 1e5) * 1e-5, 5)


def test_columns_group_actors_by_place() -> None:
    rows = [(3, 51.36, 7.47, 0), (5, 50.94, 6.96, 1), (9, 51.36, 7.47, -1)]
    data = map_points.columns(points(rows, ("economy", "research")))
    assert data == {
        "x": [696000, 51000],
        "y": [5094000, 42000],
        "n": [1, 2],
        "ids": [5, -2, 6],
        "categories": ["economy", "research"],
        "category": "10-",
    }


def test_columns_of_nothing_are_empty() -> None:
    data = map_points.columns(points([], ()))
    assert data == {"x": [], "y": [], "n": [], "ids": [], "categories": [], "category": ""}


@given(st.lists(st.tuples(COORDINATE, st.integers(-1, 2)), max_size=40))
def test_columns_lose_no_actor(rows: list[tuple[tuple[float, float], int]]) -> None:
    names = ("economy", "research", "qualification")
    given_rows = [(i, lat, lon, kind) for i, ((lat, lon), kind) in enumerate(rows, start=1)]
    data = json.loads(map_points.encode(map_points.columns(points(given_rows, names))))
    expected = {
        (
            i,
            round(round(lat * 1e5) * 1e-5, 5),
            round(round(lon * 1e5) * 1e-5, 5),
            "" if k < 0 else names[k],
        )
        for i, lat, lon, k in given_rows
    }
    assert read(data) == expected


def test_borders_come_back_within_half_a_unit() -> None:
    line = [[6.9235, 51.1407], [6.9, 51.1516], [6.90001, 51.15161], [6.8994, 51.1711]]
    steps = map_points._flat(line)
    x, y = (list(itertools.accumulate(steps[i::2])) for i in (0, 1))
    assert [(a * 1e-4, b * 1e-4) for a, b in zip(x, y, strict=True)] == [
        pytest.approx((6.9235, 51.1407)),
        pytest.approx((6.9, 51.1516)),
        pytest.approx((6.8994, 51.1711)),
    ]


def test_areas_hold_every_district_and_town() -> None:
    region = load_region("nrw")
    data = map_points.areas_payload("nrw")
    assert {d["ags"] for d in data["districts"]} == set(region.districts)
    assert len(data["towns"]) == len(region.municipalities)
    assert [people for *_, people in data["towns"]] == sorted(
        (people for *_, people in data["towns"]), reverse=True
    )
    assert {source["text"] for source in data["attribution"]["de"]} == {
        source.attribution_de for source in region.map_sources
    }
    dortmund = next(d for d in data["districts"] if d["ags"] == "05913")
    assert dortmund["url"] == "/landkarte/region/05913-dortmund/"
    assert len(map_points.municipalities_payload("nrw")["municipalities"]) == 396
