"""Features from what was known at issue time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.features.relations import Relations, strongest
from steiger.engines.flood.features.series import Counted, highest, lagged, lowest
from steiger.engines.flood.features.stores import CAPACITIES, Stores, rain_over
from steiger.engines.flood.features.table import OWN, RAIN, SEASON, STORE, Table

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Bounds in hours of the windows over which water is summed, newest first.
WINDOWS = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24, 48, 96, 240)
LONG_WINDOWS = (480, 720)
#: The same for the rain at single gauges.
COARSE = (0, 1, 2, 4, 6, 9, 12, 24)
#: Windows in which the effect of runoff may depend on how high the river stands.
COUPLED = (0, 1, 3, 6, 12, 24)
OWN_LAGS = (1, 2, 3, 6, 12, 24, 48)
OTHER_LAGS = (1, 3, 6, 12, 24)
#: The height of the river in these couplings, in spreads above the middle.
LOWEST_HEIGHT, HIGHEST_HEIGHT = -2.0, 8.0
#: How far back features look, hours.
LOOK_BACK = 722


@dataclass(frozen=True, slots=True)
class Scale:
    """A gauge's usual value and spread, in its unit."""

    middle: float
    spread: float

    def height(self, values: Array) -> Array:
        """How high the river stands, in spreads above the middle, within bounds."""
        height: Array = np.clip((values - self.middle) / self.spread, LOWEST_HEIGHT, HIGHEST_HEIGHT)
        return height


def past_features(
    inputs: Inputs,
    gauge: str,
    rows: Ints,
    *,
    relations: Relations,
    scale: Scale,
    stores: Stores,
) -> Table:
    """What was known at each of `rows`, about the gauge, its neighbours, and the rain."""
    table = Table()
    _own(table, inputs, inputs.column(gauge), scale, rows)
    for place, name in enumerate(relations.gauges, start=1):
        _neighbour(table, inputs, name, f"gauge{place}", rows)
    for place, name in enumerate(relations.releases, start=1):
        _release(table, inputs, name, f"release{place}", rows)
    for place, name in enumerate(relations.others, start=1):
        values = inputs.column(name)
        table.add(f"other{place}", name, values[rows])
        table.add(f"other{place}_d24", name, _change(inputs, values, 24, rows))
    _rain(table, inputs, relations, stores, rows)
    _single(table, inputs, relations, stores, rows)
    _runoff(table, inputs, stores, scale.height(inputs.column(gauge)), rows)
    _season(table, inputs, rows)
    return table


def _change(inputs: Inputs, values: Array, hours: float, rows: Ints) -> Array:
    change: Array = values[rows] - lagged(values, inputs.steps(hours))[rows]
    return change


def _own(table: Table, inputs: Inputs, values: Array, scale: Scale, rows: Ints) -> None:
    now = values[rows]
    table.add("own", OWN, now - scale.middle)
    for hours in OWN_LAGS:
        table.add(f"own_d{hours}", OWN, _change(inputs, values, hours, rows))
    earlier = lagged(values, inputs.steps(1))
    table.add("own_d1_before", OWN, _change(inputs, earlier, 1, rows))
    for hours in (24, 168):
        mean = _mean(inputs, values, hours, rows)
        table.add(f"own_above_mean{hours}", OWN, now - mean)
    for hours in (12, 48):
        width = inputs.steps(hours)
        table.add(f"own_above_low{hours}", OWN, now - lowest(values, width, rows))
        table.add(f"own_below_high{hours}", OWN, now - highest(values, width, rows))


def _mean(inputs: Inputs, values: Array, hours: float, rows: Ints) -> Array:
    width = inputs.steps(hours)
    return Counted(values).between(width, 0, rows) / width


def _neighbour(table: Table, inputs: Inputs, name: str, label: str, rows: Ints) -> None:
    values = inputs.column(name)
    table.add(label, name, values[rows])
    for hours in OTHER_LAGS:
        table.add(f"{label}_d{hours}", name, _change(inputs, values, hours, rows))


def _release(table: Table, inputs: Inputs, name: str, label: str, rows: Ints) -> None:
    flow = inputs.column(name)
    logarithm = np.log1p(np.maximum(flow, 0.0))
    table.add(f"{label}_log", name, logarithm[rows])
    table.add(label, name, flow[rows], smooth=True)
    for hours in (1, 3, 6, 24):
        table.add(f"{label}_log_d{hours}", name, _change(inputs, logarithm, hours, rows))
    for hours in (1, 3, 6):
        table.add(f"{label}_d{hours}", name, _change(inputs, flow, hours, rows), smooth=True)


def windows(inputs: Inputs, bounds: tuple[int, ...]) -> list[tuple[str, int, int]]:
    """Name and bounds in steps of the windows between `bounds` (hours); empty ones are left out."""
    found = []
    for newer, older in pairwise(bounds):
        first, last = round(older / inputs.step_hours), round(newer / inputs.step_hours)
        if first > last:
            found.append((f"{newer}_{older}", first, last))
    return found


def _rain(table: Table, inputs: Inputs, relations: Relations, stores: Stores, rows: Ints) -> None:
    counted = Counted(stores.rain)
    for name, older, newer in windows(inputs, WINDOWS):
        table.add(f"rain_{name}", RAIN, counted.between(older, newer, rows))
    for hours in (3, 6, 12, 24, 48, 96, 240, *LONG_WINDOWS):
        table.add(f"rain_{hours}h", RAIN, counted.between(inputs.steps(hours), 0, rows))
    for hours in (3, 6, 24):
        table.add(f"rain_most{hours}", RAIN, highest(stores.rain, inputs.steps(hours), rows))
    wide = Counted(rain_over(inputs, relations, relations.wide))
    equal = (1.0 / max(len(relations.rain), 1),) * len(relations.rain)
    everywhere = Counted(rain_over(inputs, relations, equal))
    for label, series in (("wide", wide), ("all", everywhere)):
        for hours in (1, 3, 6, 12, 24, 72):
            sums = series.between(inputs.steps(hours), 0, rows)
            table.add(f"rain_{label}_{hours}h", RAIN, sums)


def _single(table: Table, inputs: Inputs, relations: Relations, stores: Stores, rows: Ints) -> None:
    """Rain at single gauges: it takes different times from each of them."""
    wetness = stores.fill[rows, 1] ** 2
    for place, index in enumerate(strongest(relations), start=1):
        counted = Counted(inputs.column(relations.rain[index]))
        for name, older, newer in windows(inputs, COARSE):
            sums = counted.between(older, newer, rows)
            table.add(f"rain_at{place}_{name}", RAIN, sums * wetness, smooth=True)
        for hours in (3, 12):
            sums = counted.between(inputs.steps(hours), 0, rows)
            table.add(f"rain_at{place}_{hours}h", RAIN, sums)


def _runoff(table: Table, inputs: Inputs, stores: Stores, height: Array, rows: Ints) -> None:
    for soil, capacity in enumerate(CAPACITIES):
        counted = Counted(stores.effective[:, soil])
        fine = soil != 1
        for name, older, newer in windows(inputs, WINDOWS):
            sums = counted.between(older, newer, rows)
            table.add(f"runoff{capacity:.0f}_{name}", STORE, sums, smooth=fine)
        if soil == 1:
            for name, older, newer in windows(inputs, COUPLED):
                sums = counted.between(older, newer, rows) * height[rows]
                table.add(f"runoff_height_{name}", STORE, sums, smooth=True)
        table.add(f"fill{capacity:.0f}", STORE, stores.fill[rows, soil])


def _season(table: Table, inputs: Inputs, rows: Ints) -> None:
    times = inputs.times[rows]
    day = (times - times.astype("datetime64[Y]")).astype(np.float64) / 86_400
    hour = (times - times.astype("datetime64[D]")).astype(np.float64) / 3600
    for label, angle in (("year", day / 365.25), ("day", hour / 24)):
        table.add(f"{label}_sine", SEASON, np.sin(2 * np.pi * angle))
        table.add(f"{label}_cosine", SEASON, np.cos(2 * np.pi * angle))
