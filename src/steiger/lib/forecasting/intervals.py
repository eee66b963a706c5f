"""Confidence intervals by resampling blocks of time.

Errors of neighbouring hours are alike, and a storm reaches all gauges of a region together. So
whole blocks of time are drawn, the same ones for all gauges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its confidence interval, in the unit of the score; NaN where undefined."""

    value: float
    low: float
    high: float


def block_bootstrap(
    sums: Array,
    statistic: Callable[[Array], Array],
    *,
    resamples: int = 500,
    confidence: float = 0.9,
    seed: int = 0,
) -> tuple[Array, Array, Array]:
    """A statistic of sums over time, with percentile intervals from resampled blocks.

    Args:
        sums: shape (blocks, …): what the statistic needs, summed within each block of time.
        statistic: takes sums of shape (m, …) without the block axis, gives shape (m, …).
        resamples: how often as many blocks as there are, are drawn with replacement.
        confidence: share that the interval holds.
        seed: of the random draws; the same seed gives the same bits.

    Returns:
        Value, lower and upper bound, each of the statistic's shape without its first axis.

    Sources: Künsch 1989, doi:10.1214/aos/1176347265; Efron and Tibshirani 1993 (percentiles),
    ISBN 978-0-412-04231-7

    Raises:
        ValueError: there is no block, or counts or confidence make no sense.
    """
    blocks = sums.shape[0]
    if not blocks:
        raise ValueError("there is no block of time to draw from")
    if resamples < 1 or not 0.0 < confidence < 1.0:
        raise ValueError("at least one resample and a confidence between 0 and 1 are needed")
    value = statistic(sums.sum(axis=0)[None])[0]
    draws = np.random.default_rng(seed).integers(0, blocks, size=(resamples, blocks))
    # How often each block was drawn, so that a resample is one matrix product instead of a copy.
    times = np.zeros((resamples, blocks))
    np.add.at(times, (np.arange(resamples)[:, None], draws), 1.0)
    drawn = np.tensordot(times, sums, axes=(1, 0))
    results = statistic(drawn)
    outside = (1.0 - confidence) / 2.0
    with np.errstate(invalid="ignore"):
        low, high = _percentiles(results, outside), _percentiles(results, 1.0 - outside)
    return value, low, high


def _percentiles(results: Array, level: float) -> Array:
    """Percentile along the first axis over finite values; NaN where more than half are missing."""
    finite = np.isfinite(results)
    enough = finite.sum(axis=0) * 2 >= results.shape[0]
    ordered = np.sort(np.where(finite, results, np.inf), axis=0)
    position = level * np.maximum(finite.sum(axis=0) - 1, 0)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(finite.sum(axis=0) - 1, 0))
    lower = np.take_along_axis(ordered, below[None], axis=0)[0]
    upper = np.take_along_axis(ordered, above[None], axis=0)[0]
    safe = np.isfinite(lower) & np.isfinite(upper)
    part = np.where(safe, lower, 0.0) + (position - below) * (
        np.where(safe, upper, 0.0) - np.where(safe, lower, 0.0)
    )
    return np.where(enough & safe, part, np.nan)


def median_estimate(
    sums: Array, statistic: Callable[[Array], Array], *, resamples: int = 500, seed: int = 0
) -> Estimate:
    """Median over gauges of a score, with its 90 % interval.

    Args:
        sums: shape (blocks, gauges, k).
        statistic: takes (m, gauges, k), gives the score of each gauge, shape (m, gauges).
        resamples: how many resamples of blocks are drawn.
        seed: of the random draws.

    Raises:
        ValueError: there is no block.
    """

    def median(drawn: Array) -> Array:
        return nan_median(statistic(drawn))[:, None]

    value, low, high = block_bootstrap(sums, median, resamples=resamples, seed=seed)
    return Estimate(float(value[0]), float(low[0]), float(high[0]))


def nan_median(values: Array) -> Array:
    """Median along the last axis over what is finite; NaN where nothing is, without a warning."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=-1)
    count = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    # NaN is sorted to the end, so the finite values stand in front.
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis=-1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, ordered.shape[-1] - 1), axis=-1)
    # Halves are added, not the sum halved: two huge values must not overflow.
    return np.asarray(np.where(count > 0, low / 2 + high / 2, np.nan)[..., 0])
