"""How wrong a forecast may be: quantiles of its error by lead, regime and situation.

The size of the error is learned first: a straight line in logarithms, so that a flood larger than
any before gets a band that is wider than any before. What remains is conformal
(`steiger.lib.forecasting.conformal`), on held-out forecasts only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models.ridge import Ridge, RidgePath
from steiger.lib.forecasting.conformal import conformal_quantiles

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
NAMES = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
#: Coverage of q10 … q90 that held-out forecasts near floods shall have at least. More than 80 %,
#: because the next flood is rarely like the last.
FLOOD_COVERAGE = 0.87
MOST_WIDENED = 2.5
#: Where the widest band holds fewer of them than this, nothing announces what makes the floods:
#: then its upper end alone is raised, so much at most.
TOLERATED_COVERAGE = 0.75
MOST_RAISED = 6.0
LOWER, UPPER = LEVELS.index(0.10), LEVELS.index(0.90)
#: Groups: low calm, low active, mean calm, mean active, flood.
GROUPS = 5
FLOOD_GROUP = 4
LEAST_ROWS = 150
LEAST_FLOOD_ROWS = 48
#: An error is taken to be at least this part of the gauge's spread: gauges report centimetres.
LEAST_ERROR = 0.01
PENALTY = 0.003


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Quantiles (GROUPS, 7) of error / size, where size = exp(`size` of the signs).

    `active_from` is the size, in the gauge's unit, that parts calm from active situations.
    """

    size: Ridge
    active_from: float
    quantiles: Array

    def sizes(self, signs: Array) -> Array:
        """Expected size of the error (N,) from its signs (N, S), in the gauge's unit."""
        size: Array = np.exp(np.clip(self.size.predict(signs), -20.0, 20.0))
        return size

    def spread(self, point: Array, signs: Array, regime: Ints, widen: Array) -> Array:
        """Quantiles (N, 7) around point forecasts (N,), in the gauge's unit.

        `widen` (N,) is at least 1: what missing sensors cost.
        """
        size = self.sizes(signs)
        errors = self.quantiles[group_of(regime, size >= self.active_from)]
        found = point[:, None] + errors * (size * widen)[:, None]
        return np.sort(found, axis=1)


def group_of(regime: Ints, active: Mask) -> Ints:
    """The group of quantiles of each row."""
    return np.minimum(regime * 2 + active, FLOOD_GROUP)


def signs_of(
    origin: Array,
    points: Array,
    blend: Array,
    *,
    height: Array,
    activity: Array,
    spread: float,
) -> Array:
    """What tells how wrong a forecast may be, (N, S).

    The forecast change, the disagreement of the experts, how high the river stands, and
    `activity` (N, A) ≥ 0: recent changes and rain.
    """
    least = 0.02
    change = np.abs(blend - origin) / spread
    deviation = np.where(np.isnan(points), 0.0, np.abs(points - blend[:, None])) / spread
    count = np.maximum((~np.isnan(points)).sum(axis=1), 1)
    total = np.zeros(len(origin))
    for place in range(points.shape[1]):
        total += deviation[:, place]
    columns = [
        np.log(change + least),
        np.log(total / count + least),
        np.log(np.nan_to_num(np.abs(height)) + 0.2),
        np.maximum(np.nan_to_num(height), 0.0),
    ]
    columns += [np.log(np.nan_to_num(column) + least * 5) for column in activity.T]
    return np.column_stack(columns)


def fit_bands(
    error: Array,
    signs: Array,
    regime: Ints,
    *,
    weights: Array,
    near_flood: Mask,
    spread: float,
) -> Bands:
    """Learn from held-out errors (truth − blend), all (N,); `near_flood` marks flood windows."""
    logarithm = np.log(np.abs(error) + LEAST_ERROR * spread)
    size = RidgePath(signs, logarithm, weights).solve(PENALTY)
    bands = Bands(size, 0.0, np.zeros((GROUPS, len(LEVELS))))
    sizes = bands.sizes(signs)
    order = np.argsort(sizes, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    active_from = float(sizes[order][min(int(np.searchsorted(share, 0.85)), len(order) - 1)])
    group = group_of(regime, sizes >= active_from)
    quantiles = _group_quantiles(error / sizes, group, weights)
    quantiles = _enough_near_floods(error / sizes, group, weights, near_flood, quantiles)
    return Bands(size, active_from, quantiles)


def _group_quantiles(scaled: Array, group: Ints, weights: Array) -> Array:
    everywhere = conformal_quantiles(scaled, weights, LEVELS)
    rows = []
    for number in range(GROUPS):
        here = group == number
        if here.sum() < LEAST_ROWS:
            rows.append(everywhere)
        else:
            rows.append(conformal_quantiles(scaled[here], weights[here], LEVELS))
    quantiles = np.array(rows)
    # The point forecast stays the middle: it is the mean-type forecast that floods are judged by.
    quantiles[:, LEVELS.index(0.5)] = 0.0
    low = np.minimum(quantiles[:, : LEVELS.index(0.5)], 0.0)
    high = np.maximum(quantiles[:, LEVELS.index(0.5) + 1 :], 0.0)
    return np.concatenate([low, np.zeros((GROUPS, 1)), high], axis=1)


def _enough_near_floods(
    scaled: Array, group: Ints, weights: Array, near_flood: Mask, quantiles: Array
) -> Array:
    """Widen the active groups until the band holds near floods as well.

    Floods are picked by what happened, not by what was known before; an error that is normal for
    all wet hours is too small for those among them that became floods. Where no tolerable widening
    is enough (a day ahead, while nobody knows of the rain), what is missed lies above: then the
    upper end alone is raised, and the lower one as far as it has to be.
    """
    if near_flood.sum() < LEAST_FLOOD_ROWS:
        return quantiles
    active = (np.arange(GROUPS) % 2 == 1) | (np.arange(GROUPS) == FLOOD_GROUP)
    x, g, w = scaled[near_flood], group[near_flood], weights[near_flood]

    def missed(table: Array) -> tuple[float, float]:
        """Parts of the hours near floods that lie below and above the band."""
        below, above = x < table[g, LOWER], x > table[g, UPPER]
        return float((w * below).sum() / w.sum()), float((w * above).sum() / w.sum())

    allowed = 1.0 - FLOOD_COVERAGE
    for factor in _factors(MOST_WIDENED):
        table = _times(quantiles, active, slice(None), factor)
        if sum(missed(table)) <= allowed:
            return table
    if sum(missed(table)) <= 1.0 - TOLERATED_COVERAGE:
        return table
    upper, lower = slice(UPPER, None), slice(LOWER + 1)
    for factor in _factors(MOST_RAISED):
        table = _times(quantiles, active, upper, factor)
        if missed(table)[1] <= allowed / 2:
            break
    raised = table
    for factor in _factors(MOST_WIDENED):
        table = _times(raised, active, lower, factor)
        if missed(table)[0] <= allowed / 2:
            break
    return np.sort(table, axis=1)


def _factors(most: float) -> Array:
    """From 1 to the largest in steps of 0.05."""
    steps: Array = np.round(np.arange(1.0, most + 0.025, 0.05), 2)
    return steps


def _times(quantiles: Array, active: Mask, columns: slice, factor: float) -> Array:
    """Quantiles (GROUPS, 7) with some columns of the active groups made larger."""
    table = quantiles.copy()
    table[active, columns] *= factor
    return table
