"""How wet a catchment is, and how much of the rain runs off: three soils beside each other.

Production stores of GR4H with small, medium and large capacity are filled by the rain over a
gauge's catchment. None needs a calibration: which of them says most about the gauge, and with
which delay, is learned by the models that use them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.features.relations import Relations
from steiger.engines.flood.hydrology.gr4h import produce

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Capacities of the stores, mm.
CAPACITIES = (80.0, 200.0, 500.0)
SOILS = len(CAPACITIES)
#: Filling at the very beginning of a record, as part of the capacity.
BEGIN = 0.5
#: Forecast rows that are run at once.
CHUNK = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Stores:
    """`effective` (T, 3): water that runs off in each step, mm; `fill` (T, 3): part of capacity.

    `rain` (T,) is the areal rain that was known, mm per step, NaN where no gauge reported.
    """

    rain: Array
    effective: Array
    fill: Array


def areal(values: Array, weights: tuple[float, ...]) -> Array:
    """Weighted mean of rain gauges (…, R) → (…), of those that report; NaN if none does."""
    if not weights:
        return np.full(values.shape[:-1], np.nan)
    share = np.array(weights)
    # Even a gauge without weight stands in when all others are silent.
    share = share + 1e-3 / len(share)
    # One gauge after another: the same order of additions for one row and for a thousand.
    total, weight = np.zeros(values.shape[:-1]), np.zeros(values.shape[:-1])
    for place in range(values.shape[-1]):
        column = values[..., place]
        known = ~np.isnan(column)
        total += np.where(known, column, 0.0) * share[place]
        weight += np.where(known, share[place], 0.0)
    mean = total / np.maximum(weight, 1e-12)
    return np.where(weight > 0, np.maximum(mean, 0.0), np.nan)


def rain_over(inputs: Inputs, relations: Relations, weights: tuple[float, ...]) -> Array:
    """Areal rain as known at each row (T,), mm per step."""
    if not relations.rain:
        return np.full(len(inputs), np.nan)
    return areal(np.column_stack([inputs.column(r) for r in relations.rain]), weights)


def run_stores(rain: Array, evaporation: Array, begin: Array | None = None) -> Stores:
    """Fill the stores by areal rain (T,); `begin` (3,) is their filling before the first row."""
    capacities = np.array(CAPACITIES)
    content = (np.full(SOILS, BEGIN) if begin is None else begin) * capacities
    water = np.repeat(np.nan_to_num(rain)[:, None], SOILS, axis=1)
    production, effective = produce(water, evaporation, capacities, content)
    return Stores(rain, effective, production / capacities)


def stores_ahead(fill: Array, rain: Array, evaporation: Array) -> Array:
    """Effective rain of the steps to come, (N, L, 3), from the filling at issue time (N, 3).

    `rain` (N, L) is areal and complete; `evaporation` (N, L); both mm per step.
    """
    count, steps = rain.shape
    result = np.empty((count, steps, SOILS))
    for first in range(0, count, CHUNK):
        rows = slice(first, first + CHUNK)
        size = len(rain[rows])
        capacities = np.tile(CAPACITIES, size)
        water, demand = (np.repeat(a[rows], SOILS, axis=0).T for a in (rain, evaporation))
        _, effective = produce(water, demand, capacities, fill[rows].ravel() * capacities)
        result[rows] = effective.T.reshape(size, SOILS, steps).transpose(0, 2, 1)
    return result
