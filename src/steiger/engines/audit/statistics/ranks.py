"""The area under the ROC curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.statistics.estimate import Estimate, inverted, unknown, upper_tail

#: Beyond this many standard errors an end lies at 0 or 1.
LARGEST = 1e6


def area_under_curve(
    scores: NDArray[np.float64], positive: NDArray[np.bool_], *, level: float
) -> Estimate:
    """Probability that a positive case scores above a negative one, ties half.

    Variance by DeLong et al. (1988, doi:10.2307/2531595) in the ranks' form of Sun and Xu (2014,
    doi:10.1109/LSP.2014.2337313), interval on the logit so that it stays between 0 and 1. A
    perfect separation keeps the width of half a misplaced pair of cases. The variance is estimated
    from few cases of the rarer kind, so the quantiles are Student's, with the degrees of freedom of
    Satterthwaite (1946, doi:10.2307/3002019).
    """
    from scipy.special import stdtrit
    from scipy.stats import rankdata

    n, m = int(positive.sum()), int((~positive).sum())
    if n < 2 or m < 2:
        return unknown(0.5, 0.0, 1.0, level=level, count=min(n, m))
    ranks = rankdata(np.concatenate([scores[positive], scores[~positive]]))
    among_positive = rankdata(scores[positive])
    among_negative = rankdata(scores[~positive])
    value = float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))
    of_positive = (ranks[:n] - among_positive) / m
    of_negative = 1 - (ranks[n:] - among_negative) / n
    parts = float(of_positive.var(ddof=1) / n), float(of_negative.var(ddof=1) / m)
    variance = sum(parts)
    freedom = float(min(n, m) - 1)
    if variance > 0:
        freedom = variance**2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))
    least = 0.5 / min(n, m)
    inner = min(max(value, least), 1 - least)
    error = max(math.sqrt(variance), least * (1 - least) / math.sqrt(min(n, m)))
    centre, spread = math.log(inner / (1 - inner)), error / (inner * (1 - inner))

    def interval(z: float) -> tuple[float, float]:
        # The quantile of Student that leaves the same tail as the normal one beyond z.
        z = max(z, min(float(-stdtrit(freedom, upper_tail(z))), LARGEST))
        low = _logistic(centre - z * spread)
        high = _logistic(centre + z * spread)
        return min(low, value), max(high, value)

    return inverted(value, interval, level=level, count=min(n, m))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
