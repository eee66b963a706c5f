"""Scores of probabilities of an event: Brier, its parts, reliability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steiger.lib.forecasting.scores import paired

Array = NDArray[np.float64]

#: Borders of the bins of a reliability table; fine near 0, where most forecasts of floods lie.
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def _checked(probability: ArrayLike, occurred: ArrayLike) -> tuple[Array, Array]:
    given, seen = paired(probability, occurred)
    if given.size and (given.min() < 0.0 or given.max() > 1.0):
        raise ValueError("a probability lies between 0 and 1")
    if not np.isin(seen, (0.0, 1.0)).all():
        raise ValueError("an event occurred (1) or did not (0)")
    return given, seen


def brier(probability: ArrayLike, occurred: ArrayLike) -> float:
    """Mean of (p − o)², with o = 1 where the event occurred, else 0. 0 is perfect, 1 the worst.

    Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Raises:
        ValueError: a probability is outside 0 … 1, or an event neither 0 nor 1.
    """
    given, seen = _checked(probability, occurred)
    return float(np.mean((given - seen) ** 2)) if seen.size else float("nan")


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecasts whose probability fell between `low` and `high` (which belongs to the last bin)."""

    low: float
    high: float
    count: int
    mean_probability: float
    observed_frequency: float


@dataclass(frozen=True, slots=True)
class BrierParts:
    """Brier = reliability − resolution + uncertainty + within_variance − within_covariance.

    Small reliability and large resolution are good. The last two are zero when all forecasts of a
    bin are the same.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float

    @property
    def skill(self) -> float:
        """1 − Brier / uncertainty: the gain over always forecasting the observed frequency."""
        return 1.0 - self.brier / self.uncertainty if self.uncertainty > 0 else float("nan")


def _bin_numbers(given: Array, bins: tuple[float, ...]) -> NDArray[np.int64]:
    borders = np.asarray(bins, dtype=np.float64)
    if borders.size < 2 or borders[0] != 0.0 or borders[-1] != 1.0 or np.any(np.diff(borders) <= 0):
        raise ValueError(f"bins {bins} do not ascend from 0 to 1")
    numbers = np.searchsorted(borders, given, side="right") - 1
    return np.minimum(numbers, borders.size - 2).astype(np.int64)


def reliability_table(
    probability: ArrayLike, occurred: ArrayLike, bins: tuple[float, ...] = BINS
) -> tuple[ReliabilityBin, ...]:
    """Forecast probability against observed frequency, for every bin that is not empty.

    Source: Murphy and Winkler 1977, doi:10.2307/2346866

    Raises:
        ValueError: a probability is outside 0 … 1, an event neither 0 nor 1, or bins do not ascend.
    """
    given, seen = _checked(probability, occurred)
    numbers = _bin_numbers(given, bins)
    table = []
    for number in range(len(bins) - 1):
        chosen = numbers == number
        count = int(chosen.sum())
        if count:
            mean, frequency = float(given[chosen].mean()), float(seen[chosen].mean())
            table.append(ReliabilityBin(bins[number], bins[number + 1], count, mean, frequency))
    return tuple(table)


def brier_parts(
    probability: ArrayLike, occurred: ArrayLike, bins: tuple[float, ...] = BINS
) -> BrierParts:
    """The Brier score and what it is made of; the parts add up exactly, whatever the bins.

    Sources: Murphy 1973, doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2; the two terms within
    bins: Stephenson, Coelho and Jolliffe 2008, doi:10.1175/2007WAF2006116.1

    Raises:
        ValueError: a probability is outside 0 … 1, an event neither 0 nor 1, or bins do not ascend.
    """
    given, seen = _checked(probability, occurred)
    if not seen.size:
        nothing = float("nan")
        return BrierParts(nothing, nothing, nothing, nothing, nothing, nothing)
    numbers = _bin_numbers(given, bins)
    counts = np.bincount(numbers, minlength=len(bins) - 1)
    filled = np.maximum(counts, 1)
    mean_given = np.bincount(numbers, given, minlength=counts.size) / filled
    mean_seen = np.bincount(numbers, seen, minlength=counts.size) / filled
    share = counts / seen.size
    base = float(seen.mean())
    apart_given, apart_seen = given - mean_given[numbers], seen - mean_seen[numbers]
    return BrierParts(
        brier=float(np.mean((given - seen) ** 2)),
        reliability=float(np.sum(share * (mean_given - mean_seen) ** 2)),
        resolution=float(np.sum(share * (mean_seen - base) ** 2)),
        uncertainty=base * (1.0 - base),
        within_variance=float(np.mean(apart_given**2)),
        within_covariance=2.0 * float(np.mean(apart_given * apart_seen)),
    )
