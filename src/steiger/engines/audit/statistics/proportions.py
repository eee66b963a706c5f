"""Proportions, their differences and ratios."""

from __future__ import annotations

import math

from steiger.engines.audit.statistics.estimate import LARGEST_Z, Estimate, unknown, upper_tail
from steiger.engines.audit.statistics.two_shares import compared, difference, paired, ratio

#: Differences and ratios of smaller groups are never decided: who is in them is nearly a person.
FEWEST = 10


def proportion(hits: int, count: int, *, level: float) -> Estimate:
    """A share with Clopper and Pearson's exact interval; its tests are the binomial tests, of which
    that is the inverse (1934, doi:10.1093/biomet/26.4.404).

    Exact tests never err more often than they say; score tests do, up to half as often again
    where the share is close to 0 or 1. Nothing counted: 0.5 with the interval 0 … 1, no decision.

    Raises:
        ValueError: more hits than observations, or fewer than none.
    """
    if not 0 <= hits <= count:
        raise ValueError(f"{hits} hits among {count} observations are impossible")
    if count == 0:
        return unknown(0.5, 0.0, 1.0, level=level, count=0)
    share = hits / count
    low, high = binomial_bounds(hits, count, alpha=(1 - level) / 2)

    def tails(threshold: float) -> tuple[float, float]:
        from scipy.special import bdtr, bdtrc

        if not 0 < threshold < 1:
            # Beyond the edges there is nothing; at an edge a single case to the contrary decides.
            at_most = 1.0 if share <= threshold else upper_tail(LARGEST_Z)
            at_least = 1.0 if share >= threshold else upper_tail(LARGEST_Z)
            # "At most 1" is met by any share, "at least 0" too; never the other way round.
            return at_most, 1.0 if threshold == 1 and share == 1 else at_least
        least = upper_tail(LARGEST_Z)
        at_most = 1.0 if hits == 0 else float(bdtrc(hits - 1, count, threshold))
        return max(at_most, least), max(float(bdtr(hits, count, threshold)), least)

    return Estimate(share, low, high, level, count, tails)


def proportion_difference(
    hits: int, count: int, other_hits: int, other_count: int, *, level: float
) -> Estimate:
    """Share minus other share of independent groups, tested exactly (see `two_shares`).

    `count` of the result is the smaller group; below `FEWEST` the interval is all that is possible.
    """
    smaller = min(count, other_count)
    if not smaller:
        return unknown(0.0, -1.0, 1.0, level=level, count=0)
    value = hits / count - other_hits / other_count
    if smaller < FEWEST:
        return unknown(value, -1.0, 1.0, level=level, count=smaller)
    model, ends = difference(count, other_count), (-1.0, 1.0)
    return compared(model, hits, other_hits, value, level=level, count=smaller, ends=ends)


def paired_difference(
    both: int, first: int, second: int, neither: int, *, level: float
) -> Estimate:
    """Share of (both + first) minus share of (both + second) of the same cases, tested exactly
    (see `two_shares`)."""
    count = both + first + second + neither
    if count == 0:
        return unknown(0.0, -1.0, 1.0, level=level, count=0)
    value = (first - second) / count
    if count < FEWEST:
        return unknown(value, -1.0, 1.0, level=level, count=count)
    ends = (-1.0, 1.0)
    return compared(paired(count), first, second, value, level=level, count=count, ends=ends)


def proportion_ratio(
    hits: int, count: int, other_hits: int, other_count: int, *, level: float
) -> Estimate:
    """Share divided by other share, tested exactly (see `two_shares`).

    Without any case in the other group, or without a group, nothing can be said.
    """
    smaller = min(count, other_count)
    if not smaller or not other_hits:
        return unknown(1.0, 0.0, math.inf, level=level, count=smaller)
    value = (hits / count) / (other_hits / other_count)
    if smaller < FEWEST:
        return unknown(value, 0.0, math.inf, level=level, count=smaller)
    model, ends = ratio(count, other_count), (0.0, math.inf)
    return compared(model, hits, other_hits, value, level=level, count=smaller, ends=ends)


def binomial_bounds(hits: int, count: int, *, alpha: float) -> tuple[float, float]:
    """Clopper and Pearson's exact one-sided bounds, each with error `alpha` (1934,
    doi:10.1093/biomet/26.4.404)."""
    from scipy.stats import beta

    low = 0.0 if hits == 0 else float(beta.ppf(alpha, hits, count - hits + 1))
    high = 1.0 if hits == count else float(beta.ppf(1 - alpha, hits + 1, count - hits))
    return low, high
