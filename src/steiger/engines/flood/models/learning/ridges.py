"""Ridges of the change on a gauge's stretched scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models.ridge import Ridge, RidgePath
from steiger.engines.flood.models.stretch import Stretch

Array = NDArray[np.float64]


def ridges_of(  # noqa: PLR0917 (rows, what came true, and how much each counts)
    stretch: Stretch,
    x: Array,
    origin: Array,
    truth: Array,
    weights: Array,
    penalties: tuple[float, ...],
) -> list[Ridge]:
    """A ridge for each penalty, from rows (N, F), their levels and truth (N,), weights (N,)."""
    # Errors count as they are in the gauge's unit, not as they look on the stretched scale.
    slope = stretch.slope(np.maximum(origin, truth)) * stretch.spread
    y = stretch.stretched(truth) - stretch.stretched(origin)
    path = RidgePath(x, y, weights / slope**2)
    return [path.solve(penalty) for penalty in penalties]
