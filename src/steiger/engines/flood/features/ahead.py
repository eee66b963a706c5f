"""Features from the rain that is to fall."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.features.relations import Relations, strongest
from steiger.engines.flood.features.stores import CAPACITIES, areal, stores_ahead
from steiger.engines.flood.features.table import AHEAD, Table

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Bounds in hours of the windows over which water is summed, nearest first.
WINDOWS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 48, 72)
COUPLED = (0, 1, 3, 6, 12, 24, 48)
#: The same for the rain at single gauges.
COARSE = (0, 2, 4, 6, 9, 12, 18, 24, 48, 72)


@dataclass(frozen=True, slots=True, eq=False)
class RainAhead:
    """Rain of the L steps after each of N issue times, mm per step, without gaps.

    `near`, `wide`, `everywhere` (N, L) are areal rain; `effective` (N, L, 3) is what runs off;
    `single` (N, L, K) is the rain at the strongest gauges, `wetness` (N,) the part of it that runs
    off at issue time.
    """

    near: Array
    wide: Array
    everywhere: Array
    effective: Array
    single: Array
    wetness: Array


def rain_ahead(sensors: Array, relations: Relations, fill: Array, evaporation: Array) -> RainAhead:
    """Rain over the gauge's catchment from that at its rain gauges.

    `sensors` (N, L, R) in mm per step, NaN where nothing is known (then it counts as dry);
    `fill` (N, 3) of the stores at issue time; `evaporation` (N, L).
    """
    equal = (1.0 / max(len(relations.rain), 1),) * len(relations.rain)
    near, wide, everywhere = (
        np.nan_to_num(areal(sensors, weights))
        for weights in (relations.near, relations.wide, equal)
    )
    single = np.nan_to_num(sensors[:, :, strongest(relations)])
    effective = stores_ahead(fill, near, evaporation)
    return RainAhead(near, wide, everywhere, effective, single, fill[:, 1] ** 2)


def observed_ahead(
    inputs: Inputs, relations: Relations, rows: Ints, steps: int
) -> tuple[Array, Array]:
    """Measured rain (N, L, R) after each row, NaN beyond the last, and evaporation (N, L).

    Only rain may come from after the row: evaporation is that of the same hour of the last day
    known, as it is when a forecast is issued.
    """
    places = rows[:, None] + np.arange(1, steps + 1)
    inside = places < len(inputs)
    places = np.minimum(places, len(inputs) - 1)
    # The hours within a longer total are not known, not even afterwards.
    columns = [
        np.where(inside & (r not in inputs.totals), inputs.truth(r)[places], np.nan)
        for r in relations.rain
    ]
    shape = (len(rows), steps, 0)
    rain = np.stack(columns, axis=2) if columns else np.empty(shape)
    day = max(1, round(24 / inputs.step_hours))
    ahead = np.arange(1, steps + 1)
    before = rows[:, None] + ahead - day * -(-ahead // day)
    return rain, inputs.evaporation[np.maximum(before, 0)]


def ahead_features(inputs: Inputs, ahead: RainAhead, height: Array, steps: int) -> Table:
    """Features for a lead of `steps`; `height` (N,) is how high the river stands (`Scale`)."""
    table = Table()
    hours = steps * inputs.step_hours
    for name, first, last in _windows(inputs, WINDOWS, steps):
        table.add(f"ahead_{name}", AHEAD, _sum(ahead.near, first, last))
    for soil, capacity in enumerate(CAPACITIES):
        water = ahead.effective[:, :, soil]
        for name, first, last in _windows(inputs, WINDOWS, steps):
            sums = _sum(water, first, last)
            table.add(f"ahead{capacity:.0f}_{name}", AHEAD, sums, smooth=soil != 1)
        if soil == 1:
            for name, first, last in _windows(inputs, COUPLED, steps):
                sums = _sum(water, first, last) * height
                table.add(f"ahead_height_{name}", AHEAD, sums, smooth=True)
    table.add("ahead_sum", AHEAD, _sum(ahead.near, 0, steps))
    table.add("ahead_most", AHEAD, ahead.near[:, :steps].max(axis=1))
    table.add("ahead_wide", AHEAD, _sum(ahead.wide, 0, steps))
    table.add("ahead_all", AHEAD, _sum(ahead.everywhere, 0, steps))
    for place in range(ahead.single.shape[2]):
        water = ahead.single[:, :, place]
        for name, first, last in _windows(inputs, COARSE, steps):
            sums = _sum(water, first, last)
            table.add(f"ahead_at{place + 1}_{name}", AHEAD, sums * ahead.wetness, smooth=True)
        table.add(f"ahead_at{place + 1}", AHEAD, _sum(water, 0, steps))
    if hours >= 6:
        table.add("ahead_wide_first", AHEAD, _sum(ahead.wide, 0, steps // 2))
        table.add("ahead_all_first", AHEAD, _sum(ahead.everywhere, 0, steps // 2))
    return table


def _windows(inputs: Inputs, bounds: tuple[int, ...], steps: int) -> list[tuple[str, int, int]]:
    edges = sorted({min(round(hours / inputs.step_hours), steps) for hours in bounds} | {steps})
    return [(f"{a}_{b}", a, b) for a, b in pairwise(edges)]


def _sum(water: Array, first: int, last: int) -> Array:
    # Step by step, so that one row gives the same bits as a thousand.
    total = np.zeros(len(water))
    for step in range(first, last):
        total += water[:, step]
    return total
