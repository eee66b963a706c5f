"""Finding the four parameters of GR4H from a record.

First a space-filling sample (Sobol) over all plausible catchments, then the simplex of Nelder and
Mead (1965, doi:10.1093/comjnl/7.4.308) from the best few, on transformed parameters, in which a
step means about the same everywhere (as airGR does). Same data and seed, same result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from steiger.engines.flood.hydrology.gr4h import HydrologyError, simulate

Array = NDArray[np.float64]
#: (simulated (T, M), observed (T,) with NaN where nothing was measured) → score (M,), 1 is perfect.
Objective = Callable[[Array, Array], Array]

LOW = np.array([20.0, -5.0, 5.0, 0.5])
HIGH = np.array([3000.0, 3.0, 1000.0, 60.0])
#: Catchments are looked for around these values, not at the ends of what is allowed.
LIKELY_LOW = np.array([100.0, -1.5, 20.0, 1.0])
LIKELY_HIGH = np.array([1200.0, 0.5, 400.0, 24.0])
#: Exponents of Q among which the one that follows a level best is chosen (Chézy to bank-full).
RATING_EXPONENTS = (0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was found: X1 … X4, its score, and how many parameter sets were tried."""

    parameters: tuple[float, float, float, float]
    score: float
    tried: int


def transformed(parameters: ArrayLike) -> Array:
    """Parameters (…, 4) as coordinates in which the search walks."""
    x = np.asarray(parameters, dtype=np.float64)
    return np.stack(
        [np.log(x[..., 0]), np.arcsinh(x[..., 1]), np.log(x[..., 2]), np.log(x[..., 3])], axis=-1
    )


def parameters_from(coordinates: ArrayLike) -> Array:
    """The inverse of `transformed`."""
    x = np.asarray(coordinates, dtype=np.float64)
    return np.stack(
        [np.exp(x[..., 0]), np.sinh(x[..., 1]), np.exp(x[..., 2]), np.exp(x[..., 3])], axis=-1
    )


def nash_sutcliffe(simulated: Array, observed: Array) -> Array:
    """NSE of discharge, (M,). Nash, Sutcliffe (1970), doi:10.1016/0022-1694(70)90255-6."""
    known = ~np.isnan(observed)
    truth = observed[known]
    spread = float(((truth - truth.mean()) ** 2).sum())
    error = ((simulated[known] - truth[:, None]) ** 2).sum(axis=0)
    score: Array = 1.0 - error / spread if spread > 0 else np.full(simulated.shape[1], -np.inf)
    return score


def level_skill(simulated: Array, level: Array) -> Array:
    """How well a power of the simulated discharge follows an observed level, (M,).

    The largest squared correlation over `RATING_EXPONENTS`: NSE of the level after the best
    straight line, which is what a rating would make of it. Needs no measured discharge.
    """
    known = ~np.isnan(level)
    truth = level[known] - level[known].mean()
    best = np.full(simulated.shape[1], -np.inf)
    spread = float((truth**2).sum())
    if spread == 0:
        return best
    for exponent in RATING_EXPONENTS:
        flow = simulated[known] ** exponent
        flow -= flow.mean(axis=0)
        power = (flow**2).sum(axis=0)
        shared = truth @ flow
        score = np.where(shared > 0, shared**2 / np.maximum(power * spread, 1e-300), -1.0)
        best = np.maximum(best, score)
    return best


def calibrate(
    rain: Array,
    evaporation: Array,
    observed: Array,
    *,
    warm_up: int,
    objective: Objective = nash_sutcliffe,
    sample: int = 64,
    starts: int = 3,
    steps: int = 150,
    seed: int = 0,
) -> Calibration:
    """Parameters whose run follows `observed` best from hour `warm_up` on.

    `rain`, `evaporation` (T,) in mm/h; `observed` (T,) in what `objective` compares, NaN allowed.

    Raises:
        HydrologyError: fewer than 100 observed values after the warm-up.
    """
    if np.count_nonzero(~np.isnan(observed[warm_up:])) < 100:
        raise HydrologyError("fewer than 100 observed values after the warm-up: nothing to learn")
    truth = np.where(np.arange(len(observed)) < warm_up, np.nan, observed)
    low, high = transformed(LOW), transformed(HIGH)
    tried = 0

    def score(coordinates: Array) -> Array:
        nonlocal tried
        sets = parameters_from(np.clip(np.atleast_2d(coordinates), low, high))
        tried += len(sets)
        run = simulate(rain, evaporation, sets)
        found = objective(run.discharge, truth)
        return np.where(np.isfinite(found), found, -1e9)

    # Takes a second to load, and only training needs it.
    from scipy.stats import qmc

    likely_low, likely_high = transformed(LIKELY_LOW), transformed(LIKELY_HIGH)
    spread = qmc.Sobol(4, seed=np.random.default_rng(seed))
    points = spread.random_base2(max(sample - 1, 1).bit_length())[:sample]
    first = likely_low + points * (likely_high - likely_low)
    order = np.argsort(-score(first), kind="stable")
    best, best_score = first[order[0]], -np.inf
    for start in first[order[:starts]]:
        # Each step outwards costs, so that the simplex comes back from beyond the bounds.
        answer = minimize(
            lambda x: float(-score(x)[0] + np.abs(x - np.clip(x, low, high)).sum()),
            start,
            method="Nelder-Mead",
            options={"maxfev": steps, "xatol": 1e-3, "fatol": 1e-6},
        )
        if -answer.fun > best_score:
            best, best_score = answer.x, float(-answer.fun)
    x1, x2, x3, x4 = (float(value) for value in parameters_from(np.clip(best, low, high)))
    return Calibration((x1, x2, x3, x4), best_score, tried)
