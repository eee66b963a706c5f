"""One forecast from several experts: weights that are never negative, by lead and flow regime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
REGIMES = ("low", "mean", "flood")
#: Quantiles of the past that part the regimes.
REGIME_LEVELS = (0.80, 0.975)
#: Weights from which only a gauge's own record may lead away, without and with rain ahead. Left
#: free, weights follow the few floods of the record and fail at the next (docs/decisions/0040).
USUAL_DRY = {"ridge": 0.5, "trees": 0.3, "model_trees": 0.2}
USUAL_WET = {"ridge": 0.2, "trees": 0.5, "model_trees": 0.3}
#: The same, with and without rain, where the forest over all gauges has something to say (0042).
USUAL_POOLED = {"trees": 0.35, "model_trees": 0.25, "pooled_trees": 0.4}
#: How strongly the weights over all hours are drawn to the usual ones, and those of a regime to
#: those over all: at 1 as strongly as an average expert's own forecasts hold them.
PULL = 3.0
#: Part of its weight that an expert keeps far beyond of what was learned.
KEPT = {"trees": 0.5, "model_trees": 0.25, "gr4h": 0.25}
#: By how much a rise that is due to rain ahead is made larger, at `RAISED_HOURS` and beyond.
#: Held-out blocks lie between learned ones and do not show it: forecasts into later years, with
#: floods larger than those learned, fall short of the rise (docs/decisions/0012).
RAISED, RAISED_HOURS = 0.12, 3.0
#: Rows (effective) below which a regime takes the weights over all.
LEAST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Regimes:
    """Bounds between low, mean and flood flow, in the gauge's unit, and the highest value known."""

    mean_from: float
    flood_from: float
    highest: float

    def of(self, values: Array) -> Ints:
        """0 low, 1 mean, 2 flood."""
        return (values >= self.mean_from).astype(np.int64) + (values >= self.flood_from)


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """Forecast = origin + Σ weight × (expert − origin).

    `weights` (3, E) by regime. What is missing from a sum of 1 is left to persistence. A rise is
    made larger by the factor 1 + `raised`.
    """

    experts: tuple[str, ...]
    weights: Array
    raised: float = 0.0

    def combine(self, origin: Array, points: Array, regime: Ints, beyond: Array) -> Array:
        """The blend (N,) of experts (N, E), NaN where an expert has nothing to say.

        `beyond` (N,) from 0 to 1 says how far the situation lies outside of what was learned: so
        much of the trees' weight goes to the experts that extrapolate.
        """
        weights = self.weights[regime]
        weights = handed_over(weights, self.experts, beyond)
        weights = without_silent(weights, points)
        change = np.where(np.isnan(points), 0.0, points - origin[:, None])
        total = np.zeros(len(origin))
        for place in range(points.shape[1]):
            total += weights[:, place] * change[:, place]
        rise = np.where(total > 0, total * (1.0 + self.raised), total)
        blended: Array = origin + rise
        return blended


def handed_over(weights: Array, experts: tuple[str, ...], beyond: Array) -> Array:
    """Move weight (N, E) to the ridge where the past is no guide.

    The trees are corrections of the ridge: they keep half of their weight, because the signs of
    these corrections still hold. GR4H's rating and the lines of model trees end where the record
    ended: they keep a quarter. Trees over all gauges have seen higher floods elsewhere: they keep
    theirs.
    """
    if "ridge" not in experts:
        return weights
    weights = weights.copy()
    for name, part in KEPT.items():
        if name in experts:
            place = experts.index(name)
            moved = weights[:, place] * beyond * (1.0 - part)
            weights[:, place] -= moved
            weights[:, experts.index("ridge")] += moved
    return weights


def without_silent(weights: Array, points: Array) -> Array:
    """Give the weight of experts without a forecast to the others, in proportion."""
    silent = np.isnan(points)
    if not silent.any():
        return weights
    spoken = np.where(silent, 0.0, weights)
    left = spoken.sum(axis=1)
    wanted = weights.sum(axis=1)
    factor = np.where(left > 0, wanted / np.where(left > 0, left, 1.0), 0.0)
    scaled: Array = spoken * np.minimum(factor, 3.0)[:, None]
    return scaled


def fit_blend(
    experts: tuple[str, ...],
    origin: Array,
    points: Array,
    *,
    truth: Array,
    regime: Ints,
    weights: Array,
    raised: float = 0.0,
    usual: Mapping[str, float] = USUAL_WET,
) -> Blend:
    """Least squares on held-out forecasts: origin, truth, weights (N,), points (N, E).

    The weights found are drawn to the `usual` ones.
    """
    change = np.nan_to_num(points - origin[:, None])
    target = truth - origin
    everywhere = _weights(change, target, weights, shares(experts, usual))
    rows = []
    for number in range(len(REGIMES)):
        here = regime == number
        if here.sum() < LEAST_ROWS:
            rows.append(everywhere)
        else:
            rows.append(_weights(change[here], target[here], weights[here], everywhere))
    return Blend(experts, np.array(rows), raised)


def shares(experts: tuple[str, ...], usual: Mapping[str, float]) -> Array:
    """The usual weights (E,) with sum 1; equal ones where none of the usual experts is there."""
    weights = np.array([usual.get(name, 0.0) for name in experts])
    if not weights.any():
        weights = np.ones(len(experts))
    share: Array = weights / weights.sum()
    return share


def _weights(change: Array, target: Array, weights: Array, aim: Array) -> Array:
    """Least squares of the change, drawn to the weights `aim` (E,).

    Experts that never differ from the origin (persistence, and those that are silent) get nothing.
    """
    found = np.zeros(change.shape[1])
    speaks = np.flatnonzero((change * change).sum(axis=0) > 0)
    if not len(speaks):
        return found
    root = np.sqrt(weights)
    a, y = change[:, speaks] * root[:, None], target * root
    pull = np.sqrt(PULL * (a * a).sum() / len(speaks))
    a = np.vstack([a, pull * np.eye(len(speaks))])
    y = np.concatenate([y, pull * aim[speaks]])
    # Normal equations: N is large, E is small, and nnls then takes no time.
    gram, shadow = a.T @ a, a.T @ y
    lower = np.linalg.cholesky(gram + 1e-12 * np.trace(gram) * np.eye(len(gram)))
    found[speaks] = nnls(lower.T, np.linalg.solve(lower, shadow))[0]
    return np.round(found, 6)
