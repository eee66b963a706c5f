"""When a count is small, and how far a reader may narrow it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Counts from 1 to `threshold` - 1 are small; zeros are published.

    A reader who knows every published figure must still think that a small count may be
    `threshold` or more, and must be unsure by `width` at least.
    """

    threshold: int = 5
    width: int = 4

    def __post_init__(self) -> None:
        if self.threshold < 2 or self.width < 1:
            raise ValueError("The threshold is 2 or more, the width 1 or more.")

    def small(self, count: int) -> bool:
        """Whether persons could be guessed from this count."""
        return 0 < count < self.threshold

    def hides(self, low: float, high: float) -> bool:
        """Whether a small count is hidden from a reader who knows that it lies between these."""
        slack = 1e-6
        return high >= self.threshold - slack and high - low >= self.width - slack
