"""Uncertainty from past errors: quantiles with a guarantee for exchangeable errors.

Split conformal prediction (Vovk, Gammerman, Shafer 2005; Lei et al. 2018,
doi:10.1080/01621459.2017.1307116) with weights (Tibshirani et al. 2019, arXiv:1904.06019), used
one-sided for each level so that bands may be skewed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def weighted_quantiles(values: ArrayLike, weights: ArrayLike, levels: Sequence[float]) -> Array:
    """Quantiles of a weighted sample, one for each level (0 to 1).

    Each value stands for its weight; between the middles of neighbouring weights it is
    interpolated. Pairs that are not finite, or have no weight, are left out.

    Raises:
        ValueError: nothing is left, or a level is no probability.
    """
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    wanted = np.asarray(levels, dtype=np.float64)
    if ((wanted < 0) | (wanted > 1)).any():
        raise ValueError(f"levels are probabilities, not {list(levels)}")
    keep = np.isfinite(x) & np.isfinite(w) & (w > 0)
    if not keep.any():
        raise ValueError("no value has a weight: quantiles need at least one")
    order = np.argsort(x[keep], kind="stable")
    x, w = x[keep][order], w[keep][order]
    place = (np.cumsum(w) - 0.5 * w) / w.sum()
    quantiles: Array = np.interp(wanted, place, x)
    return quantiles


def conformal_quantiles(errors: ArrayLike, weights: ArrayLike, levels: Sequence[float]) -> Array:
    """Quantiles of past errors, each moved outwards for the finite number of errors.

    With n equal weights, level p above ½ becomes p (n + 1) / n and level p below ½ becomes
    1 − (1 − p) (n + 1) / n, at most the largest and smallest error; n is Kish's effective number
    for unequal weights.

    Raises:
        ValueError: there is no error, or a level is no probability.
    """
    w = np.asarray(weights, dtype=np.float64)
    n = effective_number(w)
    wanted = np.asarray(levels, dtype=np.float64)
    stretch = (n + 1.0) / n
    upper = np.minimum(wanted * stretch, 1.0)
    lower = np.maximum(1.0 - (1.0 - wanted) * stretch, 0.0)
    moved = np.where(wanted > 0.5, upper, np.where(wanted < 0.5, lower, wanted))
    return weighted_quantiles(errors, w, moved.tolist())


def effective_number(weights: ArrayLike) -> float:
    """How many equal weights say as much: (Σw)² / Σw² (Kish 1965); at least 1."""
    w = np.asarray(weights, dtype=np.float64)
    w = w[np.isfinite(w) & (w > 0)]
    squares = float((w * w).sum())
    return max(1.0, float(w.sum()) ** 2 / squares) if squares > 0 else 1.0


def probability_above(quantiles: Array, levels: Sequence[float], threshold: float) -> Array:
    """Probability of reaching a threshold from quantiles (N, Q) that do not fall; (N,).

    Between quantiles the distribution is straight; beyond the outer ones it falls off like an
    exponential whose rate follows from the outermost pair of quantiles.
    """
    p = np.asarray(levels, dtype=np.float64)
    rows = np.asarray(quantiles, dtype=np.float64)
    below = np.empty(len(rows))
    inside = (threshold >= rows[:, 0]) & (threshold < rows[:, -1])
    place = np.clip((rows <= threshold).sum(axis=1) - 1, 0, rows.shape[1] - 2)
    at = np.arange(len(rows))
    low, high = rows[at, place], rows[at, place + 1]
    width = high - low
    part = np.where(width > 0, (threshold - low) / np.where(width > 0, width, 1.0), 1.0)
    below = p[place] + np.clip(part, 0.0, 1.0) * (p[place + 1] - p[place])
    under = _tail(rows[:, 0] - threshold, rows[:, 1] - rows[:, 0], p[0], p[1])
    over = _tail(threshold - rows[:, -1], rows[:, -1] - rows[:, -2], 1 - p[-1], 1 - p[-2])
    below = np.where(threshold < rows[:, 0], under, np.where(inside, below, 1.0 - over))
    return np.where(np.isfinite(rows).all(axis=1), np.clip(1.0 - below, 0.0, 1.0), np.nan)


def _tail(distance: Array, width: Array, outer: float, inner: float) -> Array:
    """What lies beyond `distance` outside a quantile with `outer` probability beyond it."""
    rate = np.log(inner / outer) / np.maximum(width, 1e-9)
    tail: Array = outer * np.exp(-np.minimum(np.maximum(distance, 0.0) * rate, 50.0))
    return tail
