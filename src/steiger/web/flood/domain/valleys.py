"""The region's simulated valley: the simulator's rivers at the places that the region gives them.

Loads the simulator, so only the worker and the first start import this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings

from steiger.engines.flood.simulation import Storm as Rain
from steiger.engines.flood.simulation import Valley, ValleyState, advance, beispieltal, inject
from steiger.regions import Valley as Placed
from steiger.regions import load_flood_words
from steiger.web.flood.domain.storms import SHAPES
from steiger.web.flood.models import Storm

#: Amounts of rain that are tried for a storm, in mm: the least that brings the wished level falls.
AMOUNTS_MM = (40.0, 50.0, 60.0, 70.0, 80.0, 95.0, 110.0, 130.0)
EXTREME_MM = 170.0
RADIUS_KM = 25.0
LOOK_AHEAD_H = 48


def placed_valley() -> Placed:
    """What the region says about its valley.

    Raises:
        LookupError: the region has none.
    """
    valley = load_flood_words(settings.REGION).valley
    if valley is None:
        raise LookupError(f"The region {settings.REGION!r} has no valley to show.")
    return valley


@lru_cache(maxsize=2)
def simulated_valley() -> Valley:
    """The simulator's valley, moved to where the region shows it."""
    places = {sensor.id: (sensor.lat, sensor.lon) for sensor in placed_valley().sensors}
    valley = beispieltal()
    return replace(
        valley,
        nodes=tuple(_moved_node(node, places) for node in valley.nodes),
        rain=tuple(_moved(gauge, gauge.id, places) for gauge in valley.rain),
    )


def _moved_node(node: Any, places: Mapping[str, tuple[float, float]]) -> Any:
    moved = _moved(node, node.id, places)
    if node.reservoir is None:
        return moved
    dam = _moved(node.reservoir, node.reservoir.release_id, places)
    return replace(moved, reservoir=dam)


def _moved(thing: Any, key: str, places: Mapping[str, tuple[float, float]]) -> Any:
    lat, lon = places.get(key, (thing.lat, thing.lon))
    return replace(thing, lat=lat, lon=lon)


def with_storm(valley: Valley, state: ValleyState, storm: Storm) -> ValleyState:
    """The state with a visitor's storm to come.

    Heavy rain is dosed so that it brings a medium flood however wet the ground is; the extreme one
    is what it is.
    """
    hours = SHAPES[Storm.Strength(storm.strength)].rain
    lat = float(np.mean([gauge.lat for gauge in valley.rain]))
    lon = float(np.mean([gauge.lon for gauge in valley.rain]))

    def rain(amount: float) -> Rain:
        return Rain(storm.begins, hours, amount, round(lat, 4), round(lon, 4), RADIUS_KM)

    if storm.strength == Storm.Strength.EXTREME:
        return inject(state, rain(EXTREME_MM))
    amount = next((mm for mm in AMOUNTS_MM if _floods(valley, state, rain(mm))), AMOUNTS_MM[-1])
    return inject(state, rain(amount))


def _floods(valley: Valley, state: ValleyState, rain: Rain, level: int = 2) -> bool:
    """Whether most gauges reach a level."""
    _after, seen = advance(valley, inject(replace(state, faults=False), rain), LOOK_AHEAD_H)
    reached = [
        bool(np.nanmax(seen.column(node.id)) >= node.warning_levels[level - 1])
        for node in valley.nodes
        if len(node.warning_levels) >= level
    ]
    return sum(reached) * 2 > len(reached)
