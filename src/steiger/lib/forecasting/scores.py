"""Scores of point and quantile forecasts.

All functions take arrays of one shape, drop pairs in which anything is not finite, and give NaN
where a score is not defined (no pair left, no variance). Values may be in any unit, as long as it
is the same for forecast and observation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def paired(*series: ArrayLike) -> tuple[Array, ...]:
    """The series as flat float arrays, without the places where any of them is not finite.

    Raises:
        ValueError: the series differ in shape.
    """
    arrays = [np.asarray(values, dtype=np.float64) for values in series]
    if len({array.shape for array in arrays}) > 1:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"series of different shapes cannot be compared: {shapes}")
    flat = [array.ravel() for array in arrays]
    keep = np.logical_and.reduce([np.isfinite(array) for array in flat])
    return tuple(array[keep] for array in flat)


def mean_squared_error(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Mean of the squared errors, in the square of the unit."""
    given, seen = paired(forecast, observed)
    return float(np.mean((given - seen) ** 2)) if seen.size else float("nan")


def mean_absolute_error(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Mean of the absolute errors, in the unit; the CRPS of a point forecast."""
    given, seen = paired(forecast, observed)
    return float(np.mean(np.abs(given - seen))) if seen.size else float("nan")


def nse(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Nash–Sutcliffe efficiency: 1 − Σ(f − o)² / Σ(o − ō)².

    1 is perfect, 0 as good as the mean of the observations, no lower bound. It does not change
    when both series are scaled and shifted alike.

    Source: Nash and Sutcliffe 1970, doi:10.1016/0022-1694(70)90255-6
    """
    given, seen = paired(forecast, observed)
    if not seen.size:
        return float("nan")
    spread = float(np.sum((seen - seen.mean()) ** 2))
    if spread <= 0.0:
        return float("nan")
    return 1.0 - float(np.sum((given - seen) ** 2)) / spread


def kge(forecast: ArrayLike, observed: ArrayLike, *, variant: int = 2009) -> float:
    """Kling–Gupta efficiency: 1 − √((r − 1)² + (α − 1)² + (β − 1)²).

    r is the correlation and β the ratio of means, forecast to observation. α is the ratio of
    standard deviations (2009) or of coefficients of variation (2012, there called γ). 1 is
    perfect; a forecast of the observed mean gives 1 − √2 in the limit. β (and γ) depend on where
    a gauge has its zero, so values of level gauges compare only within one gauge.

    Sources: Gupta et al. 2009, doi:10.1016/j.jhydrol.2009.08.003; Kling et al. 2012,
    doi:10.1016/j.jhydrol.2012.01.011

    Raises:
        ValueError: the variant is neither 2009 nor 2012.
    """
    if variant not in {2009, 2012}:
        raise ValueError(f"KGE has the variants 2009 and 2012, not {variant}")
    given, seen = paired(forecast, observed)
    if seen.size < 2:
        return float("nan")
    mean_given, mean_seen = float(given.mean()), float(seen.mean())
    # By extremes, because rounding gives a constant a standard deviation now and then.
    if not np.ptp(given) or not np.ptp(seen) or not mean_seen:
        return float("nan")
    spread_given, spread_seen = float(given.std()), float(seen.std())
    covariance = float(np.mean((given - mean_given) * (seen - mean_seen)))
    correlation = covariance / (spread_given * spread_seen)
    alpha, beta = spread_given / spread_seen, mean_given / mean_seen
    if variant == 2012:
        if not beta:
            return float("nan")
        alpha /= beta
    return 1.0 - float(np.sqrt((correlation - 1) ** 2 + (alpha - 1) ** 2 + (beta - 1) ** 2))


def persistence_index(forecast: ArrayLike, observed: ArrayLike, persistence: ArrayLike) -> float:
    """1 − MSE(forecast) / MSE(persistence), on the same pairs.

    `persistence` is the value known when the forecast was issued. 1 is perfect, 0 as good as
    saying that nothing will change, no lower bound.

    Source: Kitanidis and Bras 1980, doi:10.1029/WR016i006p01034
    """
    given, seen, last = paired(forecast, observed, persistence)
    if not seen.size:
        return float("nan")
    reference = float(np.mean((last - seen) ** 2))
    if reference <= 0.0:
        return float("nan")
    return 1.0 - float(np.mean((given - seen) ** 2)) / reference


def pinball(quantile: ArrayLike, observed: ArrayLike, level: float) -> float:
    """Mean quantile loss of one quantile, in the unit: (o − q)·τ above it, (q − o)·(1 − τ) below.

    Source: Koenker and Bassett 1978, doi:10.2307/1913643

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"a quantile level lies between 0 and 1, not at {level}")
    given, seen = paired(quantile, observed)
    return float(np.mean(pinball_losses(given, seen, level))) if seen.size else float("nan")


def pinball_losses(quantile: Array, observed: Array, level: float) -> Array:
    """The quantile loss of each pair, same shape, in the unit."""
    error = observed - quantile
    return np.maximum(level * error, (level - 1.0) * error)


def quantile_weights(levels: Sequence[float]) -> Array:
    """How much of the interval (0, 1) each quantile level stands for; sums to 1.

    The borders are midway between neighbouring levels, and 0 and 1 at the ends.

    Raises:
        ValueError: the levels do not ascend strictly between 0 and 1.
    """
    array = np.asarray(levels, dtype=np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError("quantile levels are missing")
    if array[0] <= 0.0 or array[-1] >= 1.0 or np.any(np.diff(array) <= 0.0):
        raise ValueError(f"quantile levels {list(levels)} do not ascend between 0 and 1")
    borders = np.concatenate([[0.0], (array[1:] + array[:-1]) / 2.0, [1.0]])
    return np.diff(borders)


def crps_losses(quantiles: Array, observed: Array, levels: Sequence[float]) -> Array:
    """CRPS of each forecast, in the unit.

    Args:
        quantiles: shape (n, k), one column per level.
        observed: shape (n,).
        levels: the k quantile levels, ascending.

    Returns:
        Shape (n,). See `crps_from_quantiles`.

    Raises:
        ValueError: shapes or levels do not fit.
    """
    weights = quantile_weights(levels)
    if quantiles.shape != (observed.size, weights.size):
        raise ValueError(
            f"{weights.size} levels and {observed.size} observations need quantiles of shape "
            f"({observed.size}, {weights.size}), not {quantiles.shape}"
        )
    losses = np.zeros(observed.size)
    for column, level in enumerate(levels):
        losses += weights[column] * pinball_losses(quantiles[:, column], observed, level)
    return 2.0 * losses


def crps_from_quantiles(
    quantiles: ArrayLike, observed: ArrayLike, levels: Sequence[float]
) -> float:
    """Mean continuous ranked probability score from quantiles, in the unit.

    CRPS = 2 ∫₀¹ (quantile loss at τ) dτ, here as the sum over the given levels, each with the part
    of (0, 1) that lies nearest to it. With the median alone, or when all quantiles agree, it is the
    absolute error, so that point forecasts compare fairly.

    Sources: Laio and Tamea 2007, doi:10.5194/hess-11-1267-2007; Gneiting and Ranjan 2011,
    doi:10.1198/jbes.2010.08110

    Raises:
        ValueError: shapes or levels do not fit.
    """
    given = np.asarray(quantiles, dtype=np.float64)
    seen = np.asarray(observed, dtype=np.float64).ravel()
    if given.ndim != 2 or given.shape[0] != seen.size:
        raise ValueError(f"{seen.size} observations do not fit quantiles of shape {given.shape}")
    keep = np.isfinite(seen) & np.isfinite(given).all(axis=1)
    losses = crps_losses(given[keep], seen[keep], levels)
    return float(losses.mean()) if losses.size else float("nan")


def coverage(lower: ArrayLike, upper: ArrayLike, observed: ArrayLike) -> float:
    """Share of the observations inside the band, its borders included."""
    low, high, seen = paired(lower, upper, observed)
    return float(np.mean((seen >= low) & (seen <= high))) if seen.size else float("nan")


def interval_score(
    lower: ArrayLike, upper: ArrayLike, observed: ArrayLike, *, nominal: float
) -> float:
    """Mean interval score, in the unit: width + 2/α · distance of what lies outside; smaller wins.

    `nominal` is the share that the band should hold (α = 1 − nominal).

    Source: Gneiting and Raftery 2007, doi:10.1198/016214506000001437

    Raises:
        ValueError: the nominal share is not between 0 and 1.
    """
    if not 0.0 < nominal < 1.0:
        raise ValueError(f"a band holds a share between 0 and 1, not {nominal}")
    low, high, seen = paired(lower, upper, observed)
    if not seen.size:
        return float("nan")
    outside = np.maximum(low - seen, 0.0) + np.maximum(seen - high, 0.0)
    return float(np.mean(high - low + 2.0 / (1.0 - nominal) * outside))


def pit_counts(
    quantiles: ArrayLike, observed: ArrayLike, levels: Sequence[float]
) -> tuple[Array, Array]:
    """How often the observation fell between which quantiles (probability integral transform).

    Args:
        quantiles: shape (n, k), ascending along each row.
        observed: shape (n,).
        levels: the k quantile levels, ascending.

    Returns:
        Observed shares of the k + 1 slots (below the first, between, above the last) and the
        shares expected of a calibrated forecast; both sum to 1. An observation on several equal
        quantiles (a bounded river) is shared out evenly over the slots that it touches.

    Source: Gneiting, Balabdaoui and Raftery 2007, doi:10.1111/j.1467-9868.2007.00587.x

    Raises:
        ValueError: shapes or levels do not fit.
    """
    given = np.asarray(quantiles, dtype=np.float64)
    seen = np.asarray(observed, dtype=np.float64).ravel()
    quantile_weights(levels)  # rejects levels that make no sense
    if given.shape != (seen.size, len(levels)):
        raise ValueError(f"{seen.size} observations do not fit quantiles of shape {given.shape}")
    keep = np.isfinite(seen) & np.isfinite(given).all(axis=1)
    given, seen = given[keep], seen[keep]
    expected = np.diff(np.concatenate([[0.0], np.asarray(levels, dtype=np.float64), [1.0]]))
    if not seen.size:
        return np.full(expected.size, np.nan), expected
    first = np.sum(given < seen[:, None], axis=1)
    last = np.sum(given <= seen[:, None], axis=1)
    slots = np.arange(expected.size)
    touched = (slots >= first[:, None]) & (slots <= last[:, None])
    shares = touched / touched.sum(axis=1, keepdims=True)
    return np.asarray(shares.mean(axis=0), dtype=np.float64), expected
