"""Predictions as they are shown: rounded far below what a gauge can measure.

Rounding makes a forecast computed alone and the same one computed among thousands equal to the
last bit, although a processor adds in another order there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.forecasting.core import QUANTILES, CorePrediction, ForecastError

Array = NDArray[np.float64]
#: Decimals of values by unit: a tenth of a millimetre of water, a millilitre per second.
DECIMALS = {"m": 4}
OTHER_DECIMALS = 6
PROBABILITY_DECIMALS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Forecasts of one gauge for N issue times and L leads, in the gauge's unit.

    `minutes` (L,), `quantiles` (N, L, 7) ascending, `p_levels` (N, L, levels), `experts` by name
    without “x_” (N, L), `regime` (N, L), `state` (N,); NaN where nothing was forecast.
    """

    minutes: NDArray[np.int64]
    quantiles: Array
    p_levels: Array
    experts: dict[str, Array]
    regime: NDArray[np.int64]
    state: NDArray[np.int64]


def rounded(value: Array, unit: str) -> Array:
    """Values (any shape) with the decimals of their unit; −0.0 becomes 0.0."""
    result: Array = np.round(value, DECIMALS.get(unit, OTHER_DECIMALS)) + 0.0
    return result


def numbers_of(
    prediction: CorePrediction, gauge: str, unit: str, issues: int, levels: int
) -> Numbers:
    """A prediction of the core, checked and rounded.

    Raises:
        ForecastError: its arrays do not fit each other, or hold what cannot be.
    """
    minutes = np.asarray(prediction.lead_minutes, dtype=np.int64)
    shape = (issues, len(minutes))
    quantiles = np.asarray(prediction.quantiles, dtype=np.float64)
    p_levels = np.asarray(prediction.p_levels, dtype=np.float64)
    experts = {
        name.removeprefix("x_"): rounded(np.asarray(values, dtype=np.float64), unit)
        for name, values in prediction.experts.items()
    }
    shapes = [quantiles.shape == (*shape, len(QUANTILES)), p_levels.shape == (*shape, levels)]
    shapes += [values.shape == shape for values in experts.values()]
    if not all(shapes):
        raise ForecastError(f"gauge {gauge!r}: the model gives arrays that do not fit each other")
    # A band with a hole is no band: either all quantiles or none.
    whole = np.asarray(np.isfinite(quantiles).all(axis=2))
    quantiles = np.where(whole[..., None], quantiles, np.nan)
    if (np.diff(quantiles, axis=2) < 0).any():
        raise ForecastError(f"gauge {gauge!r}: the model gives quantiles that do not ascend")
    if ((p_levels < 0) | (p_levels > 1)).any():
        raise ForecastError(f"gauge {gauge!r}: the model gives probabilities outside of 0 to 1")
    p_levels = np.where(whole[..., None], p_levels, np.nan)
    return Numbers(
        minutes=minutes,
        quantiles=rounded(quantiles, unit),
        p_levels=np.round(p_levels, PROBABILITY_DECIMALS) + 0.0,
        experts={
            name: np.where(np.isfinite(values), values, np.nan) for name, values in experts.items()
        },
        regime=np.asarray(prediction.regime, dtype=np.int64),
        state=np.asarray(prediction.state, dtype=np.int64),
    )
