"""Two shares compared exactly: their difference, their ratio, and a difference of the same cases.

Approximations (Newcombe, Katz, and score tests) err where groups are small or unequal or cases are
rare: a nominal .025 becomes .06 to .11 at its worst. Here the tail is summed over all tables that
are at least as extreme, by the score statistic, and the worst of all shares that the second group
may have counts (Chan and Zhang 1999, doi:10.1111/j.0006-341X.1999.01202.x). Of those shares only
such are looked at that the second group's own count leaves possible, and the little probability of
the others is added (Berger and Boos 1994, doi:10.1080/01621459.1994.10476836). So a test never errs
more often than it says, and the interval is its inversion.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.statistics.estimate import Estimate

Floats = NDArray[np.float64]
#: (first hits, second hits, threshold) → score statistic, growing with the first hits.
Score = Callable[[Floats, Floats, float], Floats]
#: What is added for shares of the second group that were not looked at; no p-value is smaller.
GAMMA = 1e-6
#: Shares of the second group that are looked at, less than half a standard error apart.
SHARES = 24
#: Beyond so many standard errors nothing is summed: less than 1e-11.
REACH = 7.0
#: Ends of intervals are this exact.
FINE = 1e-9
ROUNDING = 1e-9
#: Up to so many cases the tail is read from a table of all hits.
TABLE = 20_000


@dataclass(frozen=True, slots=True)
class Model:
    """How the two counts arise.

    Attributes:
        count: cases behind the second hits.
        fixed: cases behind the first hits; 0 where they hang on the second hits.
        trials: second hits → cases behind the first hits.
        score: orders the tables.
        possible: threshold → lowest and highest share of the second group.
        first: (second share, threshold) → probability of a first hit.
    """

    count: int
    fixed: int
    trials: Callable[[Floats], Floats]
    score: Score
    possible: Callable[[float], tuple[float, float]]
    first: Callable[[Floats, float], Floats]


def difference(count: int, other: int) -> Model:
    """Of independent groups; score of Farrington and Manning (1990, doi:10.1002/sim.4780091208)."""

    def score(x: Floats, y: Floats, t: float) -> Floats:
        p, q, ratio = x / count, y / other, other / count
        a = 1 + ratio
        b = -(1 + ratio + p + ratio * q + t * (ratio + 2))
        c = t * t + t * (2 * p + ratio + 1) + p + ratio * q
        d = -p * t * (1 + t)
        v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
        u = np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0))
        u = np.where(v < 0, -u, u)
        cube = u**3
        turn = np.divide(v, cube, out=np.zeros_like(v), where=np.abs(cube) > 1e-300)
        w = (math.pi + np.arccos(np.clip(turn, -1, 1))) / 3
        likely = np.clip(2 * u * np.cos(w) - b / (3 * a), max(0.0, t), min(1.0, 1 + t))
        rest = np.clip(likely - t, 0, 1)
        return _standard(p - q - t, likely * (1 - likely) / count + rest * (1 - rest) / other)

    return Model(
        count=other,
        fixed=count,
        trials=lambda y: np.full_like(y, count),
        score=score,
        possible=lambda t: (max(0.0, -t), min(1.0, 1 - t)),
        first=lambda q, t: q + t,
    )


def ratio(count: int, other: int) -> Model:
    """Of independent groups; score of Farrington and Manning, as above."""

    def score(x: Floats, y: Floats, t: float) -> Floats:
        a, b, c = t * (count + other), -(x + y * t + t * count + other), x + y
        likely = (-b - np.sqrt(np.maximum(b * b - 4 * a * c, 0))) / (2 * a)
        first = np.clip(t * likely, 0, 1)
        spread = first * (1 - first) / count + t * t * likely * (1 - likely) / other
        return _standard(x / count - t * y / other, spread)

    return Model(
        count=other,
        fixed=count,
        trials=lambda y: np.full_like(y, count),
        score=score,
        possible=lambda t: (0.0, min(1.0, 1 / t)),
        first=lambda q, t: q * t,
    )


def paired(count: int) -> Model:
    """Of the same cases, by those that only the first and only the second has; Tango's score (1998,
    Statistics in Medicine 17, 891-908)."""

    def score(x: Floats, y: Floats, t: float) -> Floats:
        a, b, c = 2 * count, -x - y + (2 * count - x + y) * t, -y * t * (1 - t)
        likely = (np.sqrt(np.maximum(b * b - 4 * a * c, 0)) - b) / (2 * a)
        return _standard(x - y - count * t, count * (2 * likely + t * (1 - t)))

    return Model(
        count=count,
        fixed=0,
        trials=lambda y: count - y,
        score=score,
        possible=lambda t: (max(0.0, -t), (1 - t) / 2),
        first=lambda q, t: (q + t) / np.maximum(1 - q, 1e-12),
    )


def _standard(distance: Floats, variance: Floats) -> Floats:
    """Distance in standard errors; without any, it is nothing or infinitely far."""
    some = variance > 1e-15
    z = np.divide(distance, np.sqrt(np.maximum(variance, 1e-300)), where=some, out=distance * 0)
    far = np.where(distance > 0, np.inf, -np.inf)
    return np.where(some | (np.abs(distance) < ROUNDING), z, far)


def compared(
    model: Model,
    hits: int,
    other: int,
    value: float,
    *,
    level: float,
    count: int,
    ends: tuple[float, float],
) -> Estimate:
    """The estimate of a difference or ratio with its exact tests.

    Args:
        hits: first hits.
        other: second hits.
        value: the figure.
        level: coverage of the interval.
        count: what the estimate calls its count.
        ends: the lowest and the highest figure there can be.
    """

    def tail(threshold: float, *, above: bool) -> float:
        if threshold <= ends[0] or threshold >= ends[1]:
            beyond = value > threshold if above else value < threshold
            return GAMMA if beyond else 1.0
        return worst_tail(model, hits, other, threshold, above=above)

    alpha = (1 - level) / 2
    top = ends[1] if math.isfinite(ends[1]) else _largest(model, other)
    low = _end(lambda t: tail(t, above=True), ends[0], value, alpha)
    high = _end(lambda t: tail(t, above=False), top, value, alpha)
    return Estimate(
        value, low, high, level, count, lambda t: (tail(t, above=True), tail(t, above=False))
    )


def _largest(model: Model, other: int) -> float:
    """A ratio that cannot be, for the second share is larger than nothing."""
    return 2 / max(_shares(model.count, other)[0], 1e-12)


def _end(tail: Callable[[float], float], outside: float, value: float, alpha: float) -> float:
    """Where the tail reaches `alpha`, between what cannot be and the figure."""
    from scipy.optimize import brentq

    def above(t: float) -> float:
        return math.log(tail(t) / alpha)

    if outside == value or above(outside) >= 0:
        return outside
    return float(brentq(above, outside, value, xtol=FINE)) if above(value) > 0 else value


def _shares(count: int, hits: int) -> tuple[float, float]:
    """Exact bounds (Clopper and Pearson) of the second share that fail with `GAMMA` together."""
    from scipy.special import betaincinv

    low = 0.0 if hits == 0 else float(betaincinv(hits, count - hits + 1, GAMMA / 2))
    high = 1.0 if hits == count else float(betaincinv(hits + 1, count - hits, 1 - GAMMA / 2))
    return low, high


def worst_tail(model: Model, hits: int, other: int, threshold: float, *, above: bool) -> float:
    """The largest probability of a table at least as extreme: p of "at most the threshold" (above)
    or of "at least the threshold"."""
    low, high = _shares(model.count, other)
    least, most = model.possible(threshold)
    low, high = max(low, least), min(high, most)
    observed = float(model.score(np.array([float(hits)]), np.array([float(other)]), threshold)[0])
    if low > high:
        # Such a figure cannot be: whoever says "at most" is right about a larger one.
        return GAMMA if (observed > 0) == above else 1.0
    angles = np.linspace(math.asin(math.sqrt(low)), math.asin(math.sqrt(high)), SHARES)
    share = np.clip(np.sin(angles) ** 2, least, most)[:, None]
    # Per share a window of second hits, all of one width, in one list that bounds are found for.
    spread = REACH * np.sqrt(model.count * share * (1 - share)) + 2 * REACH
    start = np.clip(np.floor(model.count * share - spread), 0, None)
    width = min(2 * float(spread.max()) + 1, model.count)
    start = np.minimum(start, max(model.count - math.ceil(width), 0))
    window = start + np.arange(math.ceil(width) + 1)
    window = window[:, window.min(axis=0) <= model.count]
    window = np.minimum(window, model.count)
    seconds = np.arange(window.min(), window.max() + 1)
    trials = model.trials(seconds)
    # The statistic grows with the first hits, so that per second hits one number bounds them.
    found = _bound(model, seconds, trials, observed, threshold, above=above)
    place = (window - window.min()).astype(np.intp)
    chance = np.clip(model.first(share, threshold), 0, 1)
    beyond = _beyond(model, found[place], trials[place], chance, above=above)
    weight = _binomial(window, model.count, share)
    return min(1.0, float((weight * beyond).sum(axis=1).max()) + GAMMA)


def _bound(
    model: Model,
    seconds: Floats,
    trials: Floats,
    observed: float,
    threshold: float,
    *,
    above: bool,
) -> Floats:
    """Per second hits: the fewest first hits that are as far above, or the most as far below."""
    low, high = np.full_like(seconds, -1), trials + 1
    near = ROUNDING * max(1.0, abs(observed)) if math.isfinite(observed) else 0.0
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        score = model.score(np.clip(middle, 0, trials), seconds, threshold)
        reached = score >= observed - near if above else score > observed + near
        open_ = high - low > 1
        high = np.where(open_ & reached, middle, high)
        low = np.where(open_ & ~reached, middle, low)
    return high if above else low


def _beyond(model: Model, bound: Floats, trials: Floats, chance: Floats, *, above: bool) -> Floats:
    """Probability of as many first hits as the bound or more (above), or as many or fewer.

    Args:
        bound: (shares, second hits), from -1 to `trials` + 1.
        chance: of a first hit, (shares, 1).
    """
    from scipy.special import betainc

    if model.fixed and model.fixed <= TABLE:
        of_each = _binomial(np.arange(model.fixed + 1.0), model.fixed, chance)
        none = np.zeros((len(of_each), 1))
        if above:
            tail = np.hstack([np.cumsum(of_each[:, ::-1], axis=1)[:, ::-1], none])
        else:
            tail = np.hstack([none, np.cumsum(of_each, axis=1)])
        return np.take_along_axis(tail, bound.astype(np.intp) + (not above), axis=1)
    if above:
        tail = betainc(np.clip(bound, 1, None), np.clip(trials - bound + 1, 1, None), chance)
        return np.where(bound <= 0, 1.0, np.where(bound > trials, 0.0, tail))
    tail = betainc(np.clip(trials - bound, 1, None), np.clip(bound + 1, 1, None), 1 - chance)
    return np.where(bound < 0, 0.0, np.where(bound >= trials, 1.0, tail))


def _binomial(hits: Floats, count: int, share: Floats) -> Floats:
    """Probabilities, (shares, hits)."""
    from scipy.special import gammaln, xlog1py, xlogy

    ways = gammaln(count + 1) - gammaln(hits + 1) - gammaln(count - hits + 1)
    found: Floats = np.exp(ways + xlogy(hits, share) + xlog1py(count - hits, -share))
    return found
