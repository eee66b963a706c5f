"""Rating curves: from level to discharge and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import PchipInterpolator
from scipy.optimize import minimize_scalar

from steiger.engines.flood.hydrology.gr4h import HydrologyError

Array = NDArray[np.float64]
LEAST_POINTS = 20


@dataclass(frozen=True, slots=True)
class PowerRating:
    """Q = a (h − h₀)^b, the usual form (ISO 18320): h and h₀ in m, Q in any unit of flow."""

    a: float
    h0: float
    b: float

    def discharge(self, level: ArrayLike) -> Array:
        """Discharge of each level, 0 below the cease-to-flow level h₀."""
        above = np.maximum(np.asarray(level, dtype=np.float64) - self.h0, 0.0)
        flow: Array = self.a * above**self.b
        return flow

    def level(self, discharge: ArrayLike) -> Array:
        """Level of each discharge, m."""
        flow = np.maximum(np.asarray(discharge, dtype=np.float64), 0.0)
        level: Array = self.h0 + (flow / self.a) ** (1.0 / self.b)
        return level


def fit_power(level: Array, discharge: Array) -> PowerRating:
    """The power law through pairs of level (m) and discharge (NaN allowed), in the logarithm.

    h₀ is sought below the lowest level; a and b follow by least squares.

    Raises:
        HydrologyError: fewer than 20 pairs with flow, or none of them differ.
    """
    h, q = _pairs(level, discharge)
    span = float(h.max() - h.min())
    logarithm = np.log(q)

    def parts(h0: float) -> tuple[float, float, float]:
        x = np.log(h - h0)
        b, log_a = np.polyfit(x, logarithm, 1)
        return float(b), float(log_a), float(((log_a + b * x - logarithm) ** 2).sum())

    lowest = float(h.min())
    answer = minimize_scalar(
        lambda depth: parts(lowest - depth)[2], bounds=(1e-4, 2 * span + 0.1), method="bounded"
    )
    h0 = lowest - float(answer.x)
    b, log_a, _ = parts(h0)
    if b <= 0:
        raise HydrologyError(
            "discharge falls as the level rises: these series do not belong together"
        )
    return PowerRating(float(np.exp(log_a)), h0, b)


@dataclass(frozen=True, slots=True)
class MonotoneRating:
    """A curve through matching quantiles, straight beyond its ends.

    For a simulated discharge and an observed level, whose pairs scatter too much for a power law.
    """

    flows: tuple[float, ...]
    levels: tuple[float, ...]

    def level(self, discharge: ArrayLike) -> Array:
        """Level of each discharge, m."""
        return _through(np.array(self.flows), np.array(self.levels), discharge)

    def discharge(self, level: ArrayLike) -> Array:
        """Discharge of each level, never below 0."""
        return np.maximum(_through(np.array(self.levels), np.array(self.flows), level), 0.0)


def fit_monotone(level: Array, discharge: Array, points: int = 40) -> MonotoneRating:
    """A rating that gives the levels the distribution which was observed (quantile mapping).

    Quantiles are denser towards floods. NaN is allowed.

    Raises:
        HydrologyError: fewer than 20 pairs, or none of them differ.
    """
    h, q = _pairs(level, discharge)
    part = 1.0 - np.geomspace(1.0, max(1.0 / len(h), 1e-5), points)
    flows, levels = np.quantile(q, part), np.quantile(h, part)
    kept = [0]
    for k in range(1, points):
        last = kept[-1]
        if flows[k] > flows[last] * (1 + 1e-6) + 1e-12 and levels[k] > levels[last] + 1e-6:
            kept.append(k)
    if len(kept) < 2:
        raise HydrologyError("level and discharge hardly change: nothing to fit")
    return MonotoneRating(
        tuple(float(x) for x in flows[kept]), tuple(float(x) for x in levels[kept])
    )


def _pairs(level: Array, discharge: Array) -> tuple[Array, Array]:
    known = np.isfinite(level) & np.isfinite(discharge) & (np.nan_to_num(discharge) > 0)
    h, q = level[known], discharge[known]
    if len(h) < LEAST_POINTS:
        raise HydrologyError(
            f"{len(h)} pairs of level and discharge; a rating needs {LEAST_POINTS}"
        )
    if h.max() - h.min() < 1e-6 or q.max() - q.min() < 1e-12:
        raise HydrologyError("level and discharge hardly change: nothing to fit")
    return h, q


def _through(x: Array, y: Array, at: ArrayLike) -> Array:
    where = np.asarray(at, dtype=np.float64)
    inside: Array = np.asarray(PchipInterpolator(x, y)(np.clip(where, x[0], x[-1])))
    # The slope over the last tenth of the points, not of the very last two, carries the curve on.
    far = max(1, len(x) // 10)
    above = (y[-1] - y[-1 - far]) / (x[-1] - x[-1 - far])
    below = (y[far] - y[0]) / (x[far] - x[0])
    beyond = np.maximum(where - x[-1], 0) * above + np.minimum(where - x[0], 0) * below
    curve: Array = inside + beyond
    return curve
