"""How a river falls when nothing more comes: the master recession.

The step from one value to the next is learnt as a function of the height above the base, which is
Brutsaert and Nieber's −dQ/dt = f(Q) (1977, doi:10.1029/WR013i003p00637) without assuming its form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steiger.engines.flood.hydrology.gr4h import HydrologyError

Array = NDArray[np.float64]
BINS = 20
LEAST_STEPS = 50
#: A value counts as falling after so many steps without a rise.
FALLING_STEPS = 3


@dataclass(frozen=True, slots=True)
class Recession:
    """Change per step (0 or less) at some values; in between it is interpolated."""

    values: tuple[float, ...]
    changes: tuple[float, ...]

    def ahead(self, start: ArrayLike, steps: int) -> Array:
        """The fall from `start` (M,) over the next `steps` steps, (steps, M)."""
        value = np.atleast_1d(np.asarray(start, dtype=np.float64))
        path = np.empty((steps, len(value)))
        x, y = np.array(self.values), np.array(self.changes)
        for step in range(steps):
            value = np.maximum(value + np.interp(value, x, y), np.minimum(value, x[0]))
            path[step] = value
        return path


def fit_recession(values: Array) -> Recession:
    """Learn the recession from a series (T,) with NaN allowed.

    Raises:
        HydrologyError: fewer than 50 falling steps.
    """
    change = np.diff(values)
    falling = np.concatenate([change <= 0, [False]])
    steady = falling.copy()
    for back in range(1, FALLING_STEPS):
        steady[back:] &= falling[:-back]
        steady[:back] = False
    at = np.flatnonzero(steady[:-1])
    if len(at) < LEAST_STEPS:
        raise HydrologyError(f"{len(at)} falling steps; a recession needs {LEAST_STEPS}")
    order = at[np.argsort(values[at], kind="stable")]
    groups = [
        group for group in np.array_split(order, min(BINS, len(order) // 10 + 1)) if len(group)
    ]
    x = np.array([values[group].mean() for group in groups])
    y = np.array([change[group].mean() for group in groups])
    new = np.concatenate([[True], np.diff(x) > 1e-9])
    # The higher, the faster: noise in a bin must not make a flood stand still.
    y = np.minimum.accumulate(np.minimum(y, 0.0))
    return Recession(tuple(float(v) for v in x[new]), tuple(float(v) for v in y[new]))
