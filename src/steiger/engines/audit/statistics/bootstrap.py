"""Bootstrap intervals: bias-corrected and accelerated, in blocks where time is involved."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.statistics.estimate import Estimate, inverted, quantile, unknown

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
REPEATS = 2000
#: Below this many independent observations a resampled interval is too short to be honest.
FEWEST = 20
#: At most so many groups of rows are left out, one after the other, for the acceleration.
JACKKNIFE_GROUPS = 200
#: Resampled rows held in memory at once.
CHUNK = 4_000_000


def bootstrap_statistic(
    statistic: Callable[[Rows], float],
    count: int,
    *,
    level: float,
    rng: np.random.Generator,
    block: int = 1,
    repeats: int = REPEATS,
    possible: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """BCa interval of a statistic of rows (Efron 1987, doi:10.1080/01621459.1987.10478410).

    Args:
        statistic: of the rows with these numbers.
        count: number of rows.
        level: coverage.
        rng: source of chance.
        block: length of the circular blocks drawn, for rows that depend on their neighbours
            (Politis and Romano 1992); the estimate then counts blocks.
        repeats: resamples.
        possible: the range of the statistic; with too few rows it is the interval.
    """
    everything = np.arange(count)
    value = float(statistic(everything)) if count else 0.0
    independent = count // max(block, 1)
    if independent < FEWEST:
        low, high = min(possible[0], value), max(possible[1], value)
        return unknown(value, low, high, level=level, count=independent)
    draws = np.array([statistic(_resample(count, block, rng)) for _ in range(repeats)])
    groups = np.array_split(everything, min(independent, JACKKNIFE_GROUPS))
    left_out = np.array([statistic(np.delete(everything, group)) for group in groups])
    return _bca(value, draws, left_out, level=level, count=independent, possible=possible)


def bootstrap_mean(
    values: Floats,
    *,
    level: float,
    rng: np.random.Generator,
    block: int = 1,
    repeats: int = REPEATS,
    possible: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """BCa interval of a mean, (N,); quicker than `bootstrap_statistic` for the same."""
    count = len(values)
    independent = count // max(block, 1)
    value = float(values.mean()) if count else 0.0
    if independent < FEWEST:
        low, high = min(possible[0], value), max(possible[1], value)
        return unknown(value, low, high, level=level, count=independent)
    if block > 1:
        return bootstrap_statistic(
            lambda rows: float(values[rows].mean()),
            count,
            level=level,
            rng=rng,
            block=block,
            repeats=repeats,
            possible=possible,
        )
    draws = np.empty(repeats)
    step = max(1, CHUNK // count)
    for start in range(0, repeats, step):
        rows = rng.integers(0, count, (min(step, repeats - start), count))
        draws[start : start + len(rows)] = values[rows].mean(axis=1)
    groups = np.array_split(values, min(count, JACKKNIFE_GROUPS))
    total = values.sum()
    left_out = np.array([(total - group.sum()) / (count - len(group)) for group in groups])
    return _bca(value, draws, left_out, level=level, count=independent, possible=possible)


def _resample(count: int, block: int, rng: np.random.Generator) -> Rows:
    if block <= 1:
        return rng.integers(0, count, count)
    starts = rng.integers(0, count, math.ceil(count / block))
    rows: Rows = (starts[:, None] + np.arange(block)).ravel()[:count] % count
    return rows


def _bca(
    value: float,
    draws: Floats,
    left_out: Floats,
    *,
    level: float,
    count: int,
    possible: tuple[float, float],
) -> Estimate:
    """Interval and tests from one curve: a resampled share turns into a corrected tail.

    Resamples vary too little by the factor (n - 1)/n and by what Student's t knows of small n; both
    ends are moved out accordingly (Hesterberg 2015, doi:10.1080/00031305.2015.1089789).
    """
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    freedom = count - 1
    stretch = math.sqrt(count / freedom)

    draws = np.sort(draws)
    repeats = len(draws)
    if draws[0] == draws[-1]:
        # All resamples agree (no error at all, say): the rule of three bounds what was not seen.
        room = 3.0 / count
        low, high = max(possible[0], value - room), min(possible[1], value + room)
        return _flat(value, low, high, level=level, count=count)
    share = np.clip((np.sum(draws < value) + np.sum(draws <= value)) / (2 * repeats), 1e-4, 0.9999)
    bias = float(ndtri(share))
    apart = left_out.mean() - left_out
    spread = float(np.sum(apart**2))
    pull = float(np.sum(apart**3) / (6 * spread**1.5)) if spread > 0 else 0.0

    def end(t: float) -> float:
        z = t * stretch
        moved = bias + (bias + z) / max(1 - pull * (bias + z), 1e-6)
        return float(np.quantile(draws, ndtr(moved)))

    def tails(threshold: float) -> tuple[float, float]:
        """Which z puts an end of the interval on the threshold: BCa, solved backwards."""
        place = np.interp(threshold, draws, np.linspace(0, 1, repeats))
        # Between and beyond the resamples nothing is known but their number.
        edge = 0.5 / repeats
        seen = float(ndtri(np.clip(place, edge, 1 - edge)))
        apart_from = seen - bias
        t = (apart_from / max(1 + pull * apart_from, 1e-6) - bias) / stretch
        return float(stdtr(freedom, t)), float(stdtr(freedom, -t))

    t = float(stdtrit(freedom, (1 + level) / 2))
    return Estimate(value, end(-t), end(t), level, count, tails)


def _flat(value: float, low: float, high: float, *, level: float, count: int) -> Estimate:
    z0 = quantile(level)

    def interval(z: float) -> tuple[float, float]:
        return value - (value - low) * z / z0, value + (high - value) * z / z0

    return inverted(value, interval, level=level, count=count)
