"""Forecasts that any better method has to beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def persistence(values: ArrayLike, leads: int) -> Array:
    """The last known value of each row for all `leads` steps ahead, (T, leads).

    Missing values (NaN) are replaced by the last one before; leading ones stay missing.
    """
    series = np.asarray(values, dtype=np.float64)
    index = np.where(np.isnan(series), -1, np.arange(len(series)))
    last = np.maximum.accumulate(index) if len(series) else index
    known = np.where(last >= 0, series[np.maximum(last, 0)], np.nan)
    return np.repeat(known[:, None], leads, axis=1)


def damped_trend(values: ArrayLike, leads: int, damping: float = 0.8) -> Array:
    """The last change, weaker by `damping` with each step, (T, leads).

    Gardner, McKenzie (1985), doi:10.1287/mnsc.31.10.1237, without smoothing.

    Raises:
        ValueError: damping is not between 0 and 1.
    """
    if not 0.0 <= damping < 1.0:
        raise ValueError(f"damping is {damping}, not from 0 to below 1")
    series = np.asarray(values, dtype=np.float64)
    change = np.diff(series, prepend=np.nan)
    change = np.where(np.isnan(change), 0.0, change)
    grown = np.cumsum(damping ** np.arange(1, leads + 1))
    return series[:, None] + change[:, None] * grown


def climatology(values: ArrayLike, levels: ArrayLike) -> Array:
    """Quantiles of everything that was measured, one for each level."""
    series = np.asarray(values, dtype=np.float64)
    known = series[np.isfinite(series)]
    if not known.size:
        return np.full(len(np.atleast_1d(np.asarray(levels))), np.nan)
    found: Array = np.quantile(known, np.asarray(levels, dtype=np.float64))
    return np.atleast_1d(found)
