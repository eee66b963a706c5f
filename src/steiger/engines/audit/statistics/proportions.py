"""Proportions, their differences and ratios."""

from __future__ import annotations

import math

from steiger.engines.audit.statistics.estimate import (
    LARGEST_Z,
    Estimate,
    inverted,
    unknown,
    upper_tail,
)

#: Differences and ratios of smaller groups are never decided: their approximations fail there.
FEWEST = 10


def wilson(hits: float, count: int, z: float) -> tuple[float, float]:
    """Wilson's score interval (1927, doi:10.1080/01621459.1927.10502953)."""
    if count == 0:
        return 0.0, 1.0
    share, square = hits / count, z * z
    middle = (share + square / (2 * count)) / (1 + square / count)
    spread = share * (1 - share) / count + square / (4 * count * count)
    half = z * math.sqrt(spread) / (1 + square / count)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == count else min(1.0, middle + half)


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
    """Share minus other share of independent groups, Newcombe's interval.

    Newcombe (1998), method 10, Statistics in Medicine 17, 873–890.
    `count` of the result is the smaller group; below `FEWEST` the interval is all that is possible.
    """
    if not count or not other_count:
        return unknown(0.0, -1.0, 1.0, level=level, count=0)
    first, second = hits / count, other_hits / other_count
    smaller = min(count, other_count)
    if smaller < FEWEST:
        return unknown(first - second, -1.0, 1.0, level=level, count=smaller)

    def interval(z: float) -> tuple[float, float]:
        l1, u1 = wilson(hits, count, z)
        l2, u2 = wilson(other_hits, other_count, z)
        difference = first - second
        return (
            difference - math.hypot(first - l1, u2 - second),
            difference + math.hypot(u1 - first, second - l2),
        )

    return inverted(first - second, interval, level=level, count=min(count, other_count))


def paired_difference(
    both: int, first: int, second: int, neither: int, *, level: float
) -> Estimate:
    """Share of (both + first) minus share of (both + second) of the same cases.

    Newcombe (1998) for paired shares, method 10 with his continuity-corrected correlation:
    Statistics in Medicine 17, 2635–2650.
    """
    count = both + first + second + neither
    if count == 0:
        return unknown(0.0, -1.0, 1.0, level=level, count=0)
    p1, p2 = (both + first) / count, (both + second) / count
    if count < FEWEST:
        return unknown(p1 - p2, -1.0, 1.0, level=level, count=count)
    product = (both + first) * (second + neither) * (both + second) * (first + neither)
    phi = 0.0
    if product:
        cross = both * neither - first * second
        corrected = max(cross - count / 2, 0.0) if cross > 0 else cross
        phi = corrected / math.sqrt(product)

    def interval(z: float) -> tuple[float, float]:
        l1, u1 = wilson(both + first, count, z)
        l2, u2 = wilson(both + second, count, z)
        d1, d2, e1, e2 = p1 - l1, u2 - p2, u1 - p1, p2 - l2
        down = max(0.0, d1 * d1 - 2 * phi * d1 * d2 + d2 * d2)
        up = max(0.0, e1 * e1 - 2 * phi * e1 * e2 + e2 * e2)
        return p1 - p2 - math.sqrt(down), p1 - p2 + math.sqrt(up)

    return inverted(p1 - p2, interval, level=level, count=count)


def proportion_ratio(
    hits: int, count: int, other_hits: int, other_count: int, *, level: float
) -> Estimate:
    """Share divided by other share, interval on the logarithm (Katz 1978, doi:10.2307/2530610).

    Half a case is added in every cell where one is empty (Walter 1975). Without any case in the
    other group, or without a group, nothing can be said.
    """
    if not count or not other_count or not other_hits:
        return unknown(1.0, 0.0, math.inf, level=level, count=min(count, other_count))
    value = (hits / count) / (other_hits / other_count)
    if min(count, other_count) < FEWEST:
        return unknown(value, 0.0, math.inf, level=level, count=min(count, other_count))
    a, n, b, m = float(hits), float(count), float(other_hits), float(other_count)
    if hits in {0, count} or other_hits == other_count:
        a, n, b, m = a + 0.5, n + 1, b + 0.5, m + 1
    centre = math.log((a / n) / (b / m))
    error = math.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))

    def interval(z: float) -> tuple[float, float]:
        low, high = math.exp(centre - z * error), math.exp(centre + z * error)
        return min(low, value), max(high, value)

    return inverted(value, interval, level=level, count=min(count, other_count))


def binomial_bounds(hits: int, count: int, *, alpha: float) -> tuple[float, float]:
    """Clopper and Pearson's exact one-sided bounds, each with error `alpha` (1934,
    doi:10.1093/biomet/26.4.404)."""
    from scipy.stats import beta

    low = 0.0 if hits == 0 else float(beta.ppf(alpha, hits, count - hits + 1))
    high = 1.0 if hits == count else float(beta.ppf(1 - alpha, hits + 1, count - hits))
    return low, high
