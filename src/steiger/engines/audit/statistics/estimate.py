"""An estimate, its interval, and the p-values that agree with it.

Interval and test are two views of one thing: the interval at level 1 - a holds exactly the
thresholds that neither one-sided test rejects at a/2. Every constructor here keeps that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from steiger.engines.audit.measurement import Better, Measurement

#: threshold → (p of "the value is at most the threshold", p of "the value is at least it").
Tails = Callable[[float], tuple[float, float]]
#: z → (lower, upper) end of the interval whose one-sided level is the normal tail beyond z.
Interval = Callable[[float], tuple[float, float]]
#: No p-value below the normal tail at 8 standard errors is claimed.
LARGEST_Z = 8.0
STEPS = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and how sure it is.

    Attributes:
        value: the figure.
        low: lower end of the interval.
        high: upper end of the interval.
        level: coverage of the interval.
        count: independent observations behind it.
        tails: p-values against a threshold.
        counted: whether everything was counted, so that there is no sampling error.
    """

    value: float
    low: float
    high: float
    level: float
    count: int
    tails: Tails
    counted: bool = False

    def minus(self, number: float) -> Estimate:
        """The same figure, counted from a known number."""
        return replace(
            self,
            value=self.value - number,
            low=self.low - number,
            high=self.high - number,
            tails=lambda threshold: self.tails(threshold + number),
        )

    def absolute(self) -> Estimate:
        """Of the size without its sign.

        The p-value of "the size is at most t" adds both tails, as a two-sided test does; that of
        "the size is at least t" is the larger of both (two one-sided tests, Schuirmann 1987,
        doi:10.1007/BF01068419).
        """
        inside = self.low <= 0 <= self.high
        ends = sorted((abs(self.low), abs(self.high)))

        def tails(threshold: float) -> tuple[float, float]:
            if threshold < 0:
                return upper_tail(LARGEST_Z), 1.0
            side = 0 if self.value >= 0 else 1
            near, far = (threshold, -threshold) if side == 0 else (-threshold, threshold)
            at_most = min(1.0, self.tails(near)[side] + self.tails(far)[side])
            if self.value == 0:
                at_most = 1.0
            if threshold == 0:
                return at_most, 1.0
            return at_most, max(self.tails(threshold)[1], self.tails(-threshold)[0])

        return replace(
            self,
            value=abs(self.value),
            low=0.0 if inside else ends[0],
            high=ends[1],
            tails=tails,
        )

    def against(
        self,
        threshold: float,
        better: Better,
        *,
        check: str,
        name: str,
        subject: str = "",
        evidence: tuple[str, ...] = (),
    ) -> Measurement:
        """The measurement that the verdict reads; an end never lies inside of the estimate."""
        at_most, at_least = self.tails(threshold)
        p_violated, p_met = (at_most, at_least) if better == "below" else (at_least, at_most)
        if self.counted and self.value == threshold:
            p_violated, p_met = 1.0, 0.0  # the threshold itself meets
        return Measurement(
            check=check,
            name=name,
            subject=subject,
            estimate=self.value,
            low=min(self.low, self.value),
            high=max(self.high, self.value),
            level=self.level,
            count=self.count,
            threshold=threshold,
            better=better,
            p_met=min(1.0, max(0.0, p_met)),
            p_violated=min(1.0, max(0.0, p_violated)),
            evidence=evidence,
        )


def quantile(level: float) -> float:
    """The normal quantile whose two-sided coverage is `level`."""
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def upper_tail(z: float) -> float:
    """Probability of a standard normal variable beyond z."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def inverted(value: float, interval: Interval, *, level: float, count: int) -> Estimate:
    """An estimate whose tests are the inversion of its interval (nested in z).

    The p-value against t is the tail beyond that z at which the interval's end reaches t.
    """
    low, high = interval(quantile(level))

    def tails(threshold: float) -> tuple[float, float]:
        if threshold == value:
            return 0.5, 0.5
        above = threshold > value

        def holds(z: float) -> bool:
            ends = interval(z)
            return ends[1] >= threshold if above else ends[0] <= threshold

        small, large = 0.0, LARGEST_Z
        if not holds(large):
            tail = upper_tail(large)
        else:
            for _ in range(STEPS):
                middle = (small + large) / 2
                small, large = (small, middle) if holds(middle) else (middle, large)
            tail = upper_tail(large)
        return (1 - tail, tail) if above else (tail, 1 - tail)

    return Estimate(value, low, high, level, count, tails)


def normal(value: float, error: float, *, level: float, count: int) -> Estimate:
    """An estimate with a standard error, approximately normal."""
    half = quantile(level) * error

    def tails(threshold: float) -> tuple[float, float]:
        if error == 0:
            return (1.0, 1.0) if threshold == value else _certain(value, threshold)
        z = (value - threshold) / error
        return upper_tail(z), upper_tail(-z)

    return Estimate(value, value - half, value + half, level, count, tails)


def exact(value: float, *, level: float, count: int) -> Estimate:
    """A figure of everything there is (a count of a whole table), so without sampling error."""

    def tails(threshold: float) -> tuple[float, float]:
        return (1.0, 1.0) if value == threshold else _certain(value, threshold)

    return Estimate(value, value, value, level, count, tails, counted=True)


def unknown(value: float, least: float, most: float, *, level: float, count: int) -> Estimate:
    """A figure of too few observations: anything that is possible, and no decision."""
    return Estimate(value, least, most, level, count, lambda _threshold: (1.0, 1.0))


def _certain(value: float, threshold: float) -> tuple[float, float]:
    return (0.0, 1.0) if value > threshold else (1.0, 0.0)
