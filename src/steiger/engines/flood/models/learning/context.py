"""What all leads of a gauge share while they are trained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.ahead import (
    RainAhead,
    observed_ahead,
    rain_ahead,
)
from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.models.correction import Corrections
from steiger.engines.flood.models.gauge import Plan, Situation, recession_of, situation_of
from steiger.engines.flood.models.learning.rows import Rows
from steiger.engines.flood.models.settings import ModelSettings
from steiger.lib.forecasting.backtests import Fold, blocked_folds

Array = NDArray[np.float64]
#: Rows that every held-out block must leave to learn from.
LEAST_ROWS = 50
#: Hours around the exceedance of the flood level that count as near a flood.
NEAR_FLOOD = 24
#: Quantile of the past that stands for a flood while learning: level 2 is too rare for that.
FLOOD_QUANTILE = 0.99


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Rows to learn from and what was known at each.

    `truth` (T,) is the whole record; `runs` (2, N, L) are GR4H's forecasts without and with rain
    ahead, NaN without GR4H; `near_flood` (T,) marks flood windows.
    """

    plan: Plan
    inputs: Inputs
    rows: Rows
    situation: Situation
    ahead: RainAhead
    runs: Array
    truth: Array
    near_flood: NDArray[np.bool_]
    folds: tuple[Fold, ...]
    settings: ModelSettings
    seed: int
    corrections: Corrections

    def truth_after(self, steps: int) -> Array:
        """What was measured `steps` after each row, (N,)."""
        after: Array = self.truth[self.rows.at + steps]
        return after

    def recession(self, steps: int) -> Array:
        """The recession's forecast (N,)."""
        return recession_of(self.plan, self.situation.origin, steps)


def context_of(
    plan: Plan,
    inputs: Inputs,
    rows: Rows,
    *,
    longest: int,
    settings: ModelSettings,
    seed: int,
    corrections: Corrections,
) -> Context:
    """Compute everything that does not depend on the lead."""
    situation = situation_of(plan, inputs, rows.at)
    sensors, evaporation = observed_ahead(inputs, plan.relations, rows.at, longest)
    fill = situation.stores.fill[rows.at]
    ahead = rain_ahead(sensors, plan.relations, fill, evaporation)
    runs = np.full((2, len(rows.at), longest), np.nan)
    if plan.catchment is not None:
        run = plan.catchment.follow(
            situation.stores.rain, inputs.evaporation, inputs.column(plan.gauge)
        )
        for place, rain in enumerate((np.zeros_like(ahead.near), ahead.near)):
            runs[place] = plan.catchment.ahead(run, rows.at, situation.origin, rain, evaporation)
    truth = inputs.truth(plan.gauge)
    gap = round(settings.tuning.gap.total_seconds() / 3600 / inputs.step_hours)
    folds = _folds(rows.at, settings.tuning.folds, gap + longest)
    return Context(
        plan,
        inputs,
        rows,
        situation,
        ahead,
        runs,
        truth,
        near_floods(inputs, truth),
        folds,
        settings,
        seed,
        corrections,
    )


def _folds(at: NDArray[np.int64], count: int, gap: int) -> tuple[Fold, ...]:
    folds = tuple(blocked_folds(at, count, gap))
    if min(int(fold.train.sum()) for fold in folds) >= LEAST_ROWS:
        return folds
    # A record with a hole of years: one block of time would hold all of it, the others nothing.
    return tuple(blocked_folds(at, count, gap, even=True))


def near_floods(inputs: Inputs, truth: Array) -> NDArray[np.bool_]:
    """Times within a day of a value above the flood quantile (T,)."""
    level = np.nanquantile(truth, FLOOD_QUANTILE)
    marked = np.flatnonzero(np.nan_to_num(truth, nan=-np.inf) >= level)
    reach = inputs.steps(NEAR_FLOOD)
    edges = np.zeros(len(truth) + 1, dtype=np.int64)
    np.add.at(edges, np.maximum(marked - reach, 0), 1)
    np.add.at(edges, np.minimum(marked + reach + 1, len(truth)), -1)
    return np.asarray(np.cumsum(edges[:-1]) > 0)
