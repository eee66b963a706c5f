"""Yes/no forecasts: hits, misses, false alarms, and what they are worth to somebody."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Contingency:
    """Counts of yes/no forecasts. `quiet` (correct negatives) may be unknown: None.

    Source: Schaefer 1990, doi:10.1175/1520-0434(1990)005<0570:TCSIAA>2.0.CO;2
    """

    hits: int
    misses: int
    false_alarms: int
    quiet: int | None = None

    def __post_init__(self) -> None:
        """Reject negative counts.

        Raises:
            ValueError: a count is negative.
        """
        for name in ("hits", "misses", "false_alarms", "quiet"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} is {value}; a count cannot be negative")

    def __add__(self, other: Contingency) -> Contingency:
        """Counts of both together."""
        quiet = None if self.quiet is None or other.quiet is None else self.quiet + other.quiet
        return Contingency(
            self.hits + other.hits,
            self.misses + other.misses,
            self.false_alarms + other.false_alarms,
            quiet,
        )

    @property
    def events(self) -> int:
        """How often the event occurred."""
        return self.hits + self.misses

    @property
    def alarms(self) -> int:
        """How often it was forecast."""
        return self.hits + self.false_alarms

    @property
    def pod(self) -> float:
        """Probability of detection: hits / events."""
        return _ratio(self.hits, self.events)

    @property
    def far(self) -> float:
        """False alarm ratio: false alarms / alarms."""
        return _ratio(self.false_alarms, self.alarms)

    @property
    def csi(self) -> float:
        """Critical success index: hits / (hits + misses + false alarms)."""
        return _ratio(self.hits, self.hits + self.misses + self.false_alarms)

    @property
    def pofd(self) -> float:
        """False alarm rate: false alarms / non-events; NaN where quiet times are not counted."""
        if self.quiet is None:
            return float("nan")
        return _ratio(self.false_alarms, self.false_alarms + self.quiet)

    @property
    def bias(self) -> float:
        """Alarms / events; 1 means neither too many nor too few."""
        return _ratio(self.alarms, self.events)


def contingency(forecast: ArrayLike, occurred: ArrayLike) -> Contingency:
    """Count two series of yes and no, of one shape.

    Raises:
        ValueError: the shapes differ.
    """
    said = np.asarray(forecast, dtype=np.bool_)
    seen = np.asarray(occurred, dtype=np.bool_)
    if said.shape != seen.shape:
        raise ValueError(f"series of shapes {said.shape} and {seen.shape} cannot be compared")
    return Contingency(
        hits=int(np.sum(said & seen)),
        misses=int(np.sum(~said & seen)),
        false_alarms=int(np.sum(said & ~seen)),
        quiet=int(np.sum(~said & ~seen)),
    )


def economic_value(table: Contingency, cost_loss_ratio: float) -> float:
    """Relative economic value for somebody who pays C to avoid a loss L, with α = C / L.

    V = (min(α, s) − F·α·(1 − s) + H·s·(1 − α) − s) / (min(α, s) − s·α), with the base rate s, the
    hit rate H and the false alarm rate F. 1: as good as knowing the future; 0: no better than the
    cheaper of “always protect” and “never protect”; below 0: better not listened to.

    Source: Richardson 2000, doi:10.1002/qj.49712656313

    Raises:
        ValueError: α is not between 0 and 1, or quiet times are not counted.
    """
    if not 0.0 < cost_loss_ratio < 1.0:
        raise ValueError(f"cost/loss lies between 0 and 1, not at {cost_loss_ratio}")
    if table.quiet is None:
        raise ValueError("the value of a forecast needs the quiet times counted, too")
    total = table.events + table.false_alarms + table.quiet
    if not total or not table.events or table.events == total:
        return float("nan")
    alpha, base = cost_loss_ratio, table.events / total
    without = min(alpha, base)
    expense = (table.hits + table.false_alarms) / total * alpha + table.misses / total
    return (without - expense) / (without - base * alpha)


def wilson_interval(successes: int, trials: int, *, confidence: float = 0.9) -> tuple[float, float]:
    """Confidence interval of a share; (0, 1) without any trial.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953

    Raises:
        ValueError: counts or confidence make no sense.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence lies between 0 and 1, not at {confidence}")
    if not trials:
        return 0.0, 1.0
    from statistics import NormalDist

    z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
    share, spread = successes / trials, z * z / trials
    centre = (share + spread / 2.0) / (1.0 + spread)
    half = math.sqrt(share * (1.0 - share) * spread + spread * spread / 4.0) / (1.0 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
