"""Which hours of the past are learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.features.series import Counted, highest, lagged, lowest

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: What makes an hour lively: rain in half a day (mm), movement in spreads of the gauge.
RAIN, MOVEMENT = 4.0, 0.15
#: One in so many steady hours is kept and stands for all of them.
STEADY = 10
#: Hours over which movement is looked at, back and ahead.
BACK, AHEAD = 12, 24


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Chosen rows (N,), ascending, with the number of rows that each stands for (N,)."""

    at: Ints
    weights: Array


def choose_rows(
    inputs: Inputs,
    values: Array,
    rain: Array,
    *,
    usable: NDArray[np.bool_],
    most: int,
    seed: int,
) -> Rows:
    """Mostly hours in which something happens; steady ones are thinned out and weighted.

    `values`, `rain`, `usable` (T,). Looking ahead is allowed here: it only decides what is
    learned from, and every hour that is left out is represented by another.
    """
    every = np.arange(len(values))
    spread = max(float(np.nanstd(values[usable])), 1e-9)
    back, ahead = inputs.steps(BACK), inputs.steps(AHEAD)
    swing = highest(values, back + ahead, every) - lowest(values, back + ahead, every)
    swing = np.nan_to_num(lagged(swing[::-1], ahead)[::-1])
    wet = np.nan_to_num(Counted(rain).between(back, 0, every))
    high = np.nan_to_num(values, nan=-np.inf) > np.nanquantile(values[usable], 0.98)
    lively = (swing > MOVEMENT * spread) | (wet > RAIN) | high
    draw = np.random.default_rng(seed).random(len(values))
    keep_lively = min(1.0, most * 0.8 / max(1, int((lively & usable).sum())))
    keep_steady = min(1.0 / STEADY, most * 0.2 / max(1, int((~lively & usable).sum())))
    # Floods are too few to be thinned at all.
    chance = np.where(high, 1.0, np.where(lively, keep_lively, keep_steady))
    kept = usable & (draw < chance)
    return Rows(np.flatnonzero(kept), 1.0 / chance[kept])
