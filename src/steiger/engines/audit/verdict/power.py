"""How many observations would have been needed to decide."""

from __future__ import annotations

import math
from statistics import NormalDist

from steiger.engines.audit.measurement import Measurement

#: Probability with which the larger sample would decide, if the truth is as estimated.
POWER = 0.8
#: More than this is "practically never": said in words, not as a number.
BEYOND = 10**9


def needed(measurement: Measurement, critical: float, *, power: float = POWER) -> int | None:
    """Independent observations needed to decide, if the truth is as estimated.

    The standard error s is read off that side of the interval which faces the threshold:
    s = |bound − estimate| / z((1 + level) / 2), and shrinks with the root of the count. A one-sided
    test at level c decides with probability `power` if |estimate − threshold| equals
    (z(1 − c) + z(power)) · s', so that

        n' = n · ((z(1 − c) + z(power)) · s / |estimate − threshold|)²

    (normal approximation; e.g. J. M. Lachin (1981), doi:10.1016/0197-2456(81)90001-5). It is an
    estimate for planning, no promise: the true value may differ from the estimated one.

    Args:
        measurement: what could not be decided.
        critical: level that its p-value must pass; the first step of Holm's procedure is safe.
        power: probability with which the larger sample is to decide.

    Returns:
        The count, always more than there were; None if no count would do (the estimate is at the
        threshold, or there was no observation to go by).
    """
    distance = abs(measurement.estimate - measurement.threshold)
    if measurement.count == 0 or distance == 0 or not math.isfinite(distance):
        return None
    towards_low = measurement.estimate > measurement.threshold
    bound = measurement.low if towards_low else measurement.high
    normal = NormalDist()
    error = abs(measurement.estimate - bound) / normal.inv_cdf((1 + measurement.level) / 2)
    if error == 0 or not math.isfinite(error):
        # An interval without width has nothing to say about a larger sample.
        return None
    factor = (normal.inv_cdf(1 - critical) + normal.inv_cdf(power)) * error / distance
    size = measurement.count * factor**2
    return max(measurement.count + 1, math.ceil(size)) if size < BEYOND else None
