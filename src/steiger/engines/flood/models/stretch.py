"""A scale on which a river's response to rain is closer to a straight line than in its level.

Discharge grows faster than level. On z = ((x − x₀) / s)^p with p near 1.5 (Chézy and Manning give
5/3 for a wide bed) a linear model carries on beyond the floods that it has seen, without the
measured rating that most gauges lack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
#: Exponents by the kind of what is measured: discharge needs none.
LEVEL_POWER, FLOW_POWER = 1.5, 1.0
LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class Stretch:
    """z = ((x − `zero`) / `spread`) ** `power`, for x above `zero`."""

    zero: float
    spread: float
    power: float

    def stretched(self, values: ArrayLike) -> Array:
        """From the gauge's unit to z."""
        above = np.maximum((np.asarray(values, dtype=np.float64) - self.zero) / self.spread, LEAST)
        z: Array = above**self.power
        return z

    def back(self, z: ArrayLike) -> Array:
        """From z to the gauge's unit."""
        above = np.maximum(np.asarray(z, dtype=np.float64), 0.0) ** (1.0 / self.power)
        values: Array = above * self.spread + self.zero
        return values

    def slope(self, values: ArrayLike) -> Array:
        """dz/dx."""
        above = np.maximum((np.asarray(values, dtype=np.float64) - self.zero) / self.spread, LEAST)
        slope: Array = self.power / self.spread * above ** (self.power - 1.0)
        return slope


def fit_stretch(values: Array, power: float) -> Stretch:
    """The scale for a series (T,), NaN allowed: its zero lies a spread below the lowest value."""
    spread = max(float(np.nanstd(values)), 1e-6)
    return Stretch(round(float(np.nanmin(values)) - spread, 6), round(spread, 6), power)
