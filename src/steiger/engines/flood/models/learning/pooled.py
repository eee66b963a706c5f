"""Learning the model over all gauges that serves those without a past of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models.bands import LEVELS
from steiger.engines.flood.models.learning.sample import Sample
from steiger.engines.flood.models.pooled import STEPS, Pooled, PooledLead, columns_of, size_group
from steiger.engines.flood.models.trees import TreeSettings, grow
from steiger.lib.forecasting.conformal import conformal_quantiles

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FOREST = TreeSettings(rounds=80, leaves=15, rate=0.1, least_rows=40, columns=0.5)
#: Extremes of one gauge must not decide how all others are forecast, in spreads.
MOST = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    x: Array
    y: Array
    weights: Array
    gauge: Ints


def learn_pooled(samples: list[Sample], seed: int, leads: Sequence[int]) -> Pooled | None:
    """Learn these leads, in steps, from gauges with a record; None if there is none."""
    if not samples:
        return None
    spreads: dict[str, list[float]] = {}
    for sample in samples:
        spreads.setdefault(sample.sensor.unit, []).append(sample.plan.scale.spread)
    usual = {unit: round(float(np.median(seen)), 6) for unit, seen in spreads.items()}
    found = Pooled({}, {}, usual)
    for wet, models in ((False, found.dry), (True, found.wet)):
        for steps in leads:
            rows = [
                _rows(sample, number, steps, wet=wet)
                for number, sample in enumerate(samples)
                if sample.rains or not wet
            ]
            if rows:
                models[steps] = _learn_lead(rows, steps, seed + steps)
    return found


def _rows(sample: Sample, number: int, steps: int, *, wet: bool) -> _Rows:
    y = (sample.truth_after(steps) - sample.situation.origin) / sample.plan.scale.spread
    known = np.isfinite(y)
    x = columns_of(sample.table(steps, wet=wet), sample.plan, sample.sensor)[known]
    return _Rows(x, y[known], sample.rows.weights[known], np.full(int(known.sum()), number))


def _learn_lead(rows: list[_Rows], steps: int, seed: int) -> PooledLead:
    x, y, weights, gauge = (
        np.concatenate([getattr(part, name) for part in rows])
        for name in ("x", "y", "weights", "gauge")
    )
    bounded = np.clip(y, -MOST, MOST)
    held = np.full(len(y), np.nan)
    groups = [part for part in np.array_split(np.unique(gauge), 3) if len(part)]
    for number, part in enumerate(groups):
        test = np.isin(gauge, part)
        if len(groups) == 1:
            # A single gauge: its later half is what it has not seen.
            test = np.arange(len(y)) >= len(y) // 2
        trees = grow(x[~test], bounded[~test], weights[~test], FOREST, seed + number)
        held[test] = trees.predict(x[test])
    seen = np.isfinite(held)
    error, group = (y - held)[seen], size_group(held[seen])
    everywhere = conformal_quantiles(error, weights[seen], LEVELS)
    table = [
        conformal_quantiles(error[group == g], weights[seen][group == g], LEVELS)
        if (group == g).sum() >= 100
        else everywhere
        for g in range(len(STEPS) + 1)
    ]
    trees = grow(x, bounded, weights, FOREST, seed + len(groups))
    errors: Array = np.asarray(table, dtype=np.float64).round(6)
    return PooledLead(steps, trees, errors)
