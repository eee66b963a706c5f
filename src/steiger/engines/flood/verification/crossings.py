"""New crossings, hour by hour: is a level reached that was not yet reached when we forecast?

Only issue times at which the water was known to be below the level count. At the valid time,
forecast and observation are compared: at or above the level, or not. Somebody who always says that
nothing changes finds no new crossing at all, so persistence has POD 0 here by construction.
"""

from __future__ import annotations

import numpy as np

from steiger.engines.flood.verification.pairs import Mask, Pairs
from steiger.engines.flood.verification.tables import Array
from steiger.lib.forecasting import Contingency, contingency


def eligible(pairs: Pairs, level: int) -> Mask:
    """Pairs whose water was below the level at issue time, and whose valid time was observed."""
    height = pairs.record.levels[level - 1]
    return np.isfinite(pairs.observed) & np.isfinite(pairs.known) & (pairs.known < height)


def said_by_point(pairs: Pairs, method: str, level: int) -> Mask:
    """Whether the point forecast of a method reaches the level; NaN says nothing."""
    return np.asarray(pairs.points[method] >= pairs.record.levels[level - 1])


def said_by_probability(pairs: Pairs, level: int, threshold: float) -> Mask:
    """Whether the probability of the level reaches a threshold; NaN says nothing."""
    return np.asarray(pairs.forecasts.p_levels[:, level - 1] >= threshold)


def occurred(pairs: Pairs, level: int) -> Mask:
    """Whether the level was reached at the valid time."""
    return np.asarray(pairs.observed >= pairs.record.levels[level - 1])


def count(pairs: Pairs, said: Mask, given: Array, level: int) -> Contingency:
    """Hits, misses, false alarms and quiet hours among eligible pairs with a forecast.

    `given` is what `said` was made from: NaN means that there was no forecast.
    """
    keep = eligible(pairs, level) & np.isfinite(given)
    return contingency(said[keep], occurred(pairs, level)[keep])
