"""What a check measured, and how sure it is: the one thing that checks hand to the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["below", "above"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure of a system under test, with its interval, against one threshold.

    Attributes:
        check: id of the check that measured it, for example ``group_error_rates``.
        name: what was measured, in the field's term, for example ``equal_opportunity_difference``.
        subject: the group, slice, class or lead time that it is about; "" for all.
        estimate: the figure; its unit is that of the check's documentation.
        low: lower end of the two-sided interval.
        high: upper end of the two-sided interval.
        level: coverage of the interval, for example 0.95.
        count: independent observations behind it (blocks, where time is blocked).
        threshold: what the figure is held against, in the same unit.
        better: on which side of the threshold the requirement is met; the threshold itself meets.
        p_met: p-value of the hypothesis "the requirement is violated"; small speaks for *met*.
        p_violated: p-value of the hypothesis "the requirement is met"; small speaks for *violated*.
        evidence: names of the evidence files, relative to the audit's folder.

    Raises:
        ValueError: an interval that does not hold its estimate, or a probability that is none.
    """

    check: str
    name: str
    subject: str = ""
    estimate: float
    low: float
    high: float
    level: float
    count: int
    threshold: float
    better: Better
    p_met: float
    p_violated: float
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.low <= self.estimate <= self.high:
            raise ValueError(
                f"{self.check}/{self.name}: interval {self.low} … {self.high} "
                f"does not hold the estimate {self.estimate}"
            )
        if not 0 < self.level < 1:
            raise ValueError(f"{self.check}/{self.name}: level {self.level} is not between 0 and 1")
        if not (0 <= self.p_met <= 1 and 0 <= self.p_violated <= 1):
            raise ValueError(f"{self.check}/{self.name}: a p-value lies between 0 and 1")
        if self.count < 0:
            raise ValueError(f"{self.check}/{self.name}: a count is not negative")
