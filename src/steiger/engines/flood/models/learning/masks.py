"""Rows in which whole sensors are missing, so that models learn to do without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.table import AHEAD, CATCHMENT, OWN, RAIN, SEASON, STORE

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FIXED = frozenset({OWN, RAIN, STORE, AHEAD, SEASON, CATCHMENT})


def sensor_groups(groups: list[str]) -> list[str]:
    """Groups of columns that belong to single neighbouring sensors, most telling first."""
    return list(dict.fromkeys(group for group in groups if group not in FIXED))


def without(x: Array, groups: list[str], silent: set[str]) -> Array:
    """The rows (N, F) as they look when these groups of sensors are silent."""
    hidden = np.array([group in silent for group in groups])
    return np.where(hidden, np.nan, x)


def masked_copies(x: Array, groups: list[str], part: float, seed: int) -> tuple[Array, Ints]:
    """Copies of a part of the rows with 1, 3 or all neighbours or the rain missing.

    Gives the copies and the rows that they were made from.
    """
    draw = np.random.default_rng(seed)
    count = int(part * len(x))
    source = np.sort(draw.choice(len(x), size=count, replace=False)) if count else np.empty(0, int)
    copies = x[source].copy()
    names = sensor_groups(groups)
    places = {name: np.array([g == name for g in groups]) for name in names}
    rain = np.array([group in {RAIN, STORE, CATCHMENT} for group in groups])
    for row in range(count):
        kind = int(draw.integers(5))
        if kind == 4:
            copies[row, rain] = np.nan
            continue
        size = (1, 3, 1, len(names))[kind]
        for name in draw.permutation(names)[:size]:
            copies[row, places[str(name)]] = np.nan
    return copies, source
