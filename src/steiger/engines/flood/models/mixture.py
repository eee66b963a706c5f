"""One distribution from those of many members."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models.bands import LEVELS
from steiger.lib.forecasting.conformal import weighted_quantiles

Array = NDArray[np.float64]
#: Parts of equal probability into which each member is cut.
PARTS = 40


def mixed(quantiles: Array) -> Array:
    """Quantiles (7,) of the mixture of members (M, 7), all equally likely."""
    if not np.isfinite(quantiles).all():
        return np.full(len(LEVELS), np.nan)
    if len(quantiles) == 1:
        only: Array = quantiles[0]
        return only
    middles = (np.arange(PARTS) + 0.5) / PARTS
    levels = np.array([0.0, *LEVELS, 1.0])
    # Beyond the outer quantiles as far again as from them to their neighbours.
    lowest = 2 * quantiles[:, :1] - quantiles[:, 1:2]
    highest = 2 * quantiles[:, -1:] - quantiles[:, -2:-1]
    ends = np.concatenate([lowest, quantiles, highest], axis=1)
    drawn = np.stack([np.interp(middles, levels, member) for member in ends])
    return weighted_quantiles(drawn.ravel(), np.ones(drawn.size), LEVELS)
