"""What is judged, and by which conventions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


class VerificationError(ValueError):
    """Forecasts cannot be judged; the text names file, gauge and row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Conventions of a verification.

    Attributes:
        level: the warning level that defines floods; a gauge with fewer levels uses its highest.
        window: time before and after a value at or above `level` that belongs to its flood window.
        hysteresis_m: metres below a level under which the water must fall for an event to end.
        hysteresis_share: the same as a share of the level, for units other than metres.
        gap: two events with less time between them are one.
        tolerance: an alarm may be off by this much in time and still be a hit.
        probability: from which probability of a level on a probabilistic alarm is given.
        block: length of the blocks of time that are drawn for confidence intervals.
        resamples: how often they are drawn.
        least_events: with fewer events (or alarms), a rate “cannot be decided”.
        seed: of the draws.
    """

    level: int = 2
    window: timedelta = timedelta(hours=24)
    hysteresis_m: float = 0.05
    hysteresis_share: float = 0.05
    gap: timedelta = timedelta(hours=24)
    tolerance: timedelta = timedelta(hours=3)
    probability: float = 0.5
    block: timedelta = timedelta(days=30)
    resamples: int = 500
    least_events: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            VerificationError: naming the field.
        """
        if self.level < 1:
            raise VerificationError(f"level is {self.level}; warning levels count from 1")
        if not 0.0 < self.probability < 1.0:
            raise VerificationError(f"probability is {self.probability}, not between 0 and 1")
        for name in ("window", "gap", "tolerance"):
            if getattr(self, name) < timedelta(0):
                raise VerificationError(f"{name} is negative")
        if self.block < timedelta(days=1):
            raise VerificationError("block is shorter than a day")
        if self.resamples < 1 or self.least_events < 1:
            raise VerificationError("resamples and least_events start at 1")
        if self.hysteresis_m < 0 or self.hysteresis_share < 0:
            raise VerificationError("a hysteresis is negative")

    def hysteresis(self, level_value: float, unit: str) -> float:
        """How far the water must fall below a level, in the gauge's unit."""
        return self.hysteresis_m if unit == "m" else self.hysteresis_share * abs(level_value)
