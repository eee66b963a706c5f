"""Learning the forest over all gauges, and for each block of time one that saw nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models.correction import (
    Block,
    Correction,
    Corrections,
    columns_of,
    shared_names,
)
from steiger.engines.flood.models.gauge import ridge_of
from steiger.engines.flood.models.learning.masks import masked_copies
from steiger.engines.flood.models.learning.ridges import ridges_of
from steiger.engines.flood.models.learning.sample import Sample
from steiger.engines.flood.models.settings import ModelSettings
from steiger.engines.flood.models.trees import Trees, TreeSettings, grow

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: Fewer gauges than this teach nothing about each other.
LEAST_GAUGES = 3
#: Of the ridges whose errors are learned from; they need not be the best ones.
PENALTY = 0.1
#: Extremes of one gauge must not decide how all others are forecast, in spreads.
MOST = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows of one gauge (N), with copies that lack sensors, and when they are, `at` (N,)."""

    sample: Sample
    names: list[str]
    smooth: list[bool]
    x: Array
    at: Ints
    origin: Array
    truth: Array
    weights: Array


def learn_corrections(
    samples: list[Sample], settings: ModelSettings, leads: Sequence[int]
) -> Corrections:
    """Corrections for these leads in steps; none where too few gauges were sampled."""
    found = Corrections()
    trees = settings.tuning.pooled_trees
    if trees is None:
        return found
    for wet, models in ((False, found.dry), (True, found.wet)):
        chosen = [sample for sample in samples if sample.rains or not wet]
        if len(chosen) < LEAST_GAUGES:
            continue
        for steps in leads:
            seed = settings.seed + 1000 * steps + int(wet)
            rows = [
                _rows(sample, steps, settings.tuning.masked, seed + number, wet=wet)
                for number, sample in enumerate(chosen)
            ]
            models[steps] = _learn(rows, steps, settings, trees, seed)
    return found


def _rows(sample: Sample, steps: int, masked: float, seed: int, *, wet: bool) -> _Rows:
    table = sample.table(steps, wet=wet)
    truth = sample.truth_after(steps)
    known = np.isfinite(truth)
    x = table.matrix()[known]
    copies, source = masked_copies(x, table.groups, masked, seed)
    at, origin, truth, weights = (
        np.concatenate([values[known], values[known][source]])
        for values in (sample.rows.at, sample.situation.origin, truth, sample.rows.weights)
    )
    return _Rows(
        sample,
        table.names,
        table.smooth,
        np.concatenate([x, copies]),
        at,
        origin,
        truth,
        weights / weights.mean(),
    )


def _learn(
    rows: list[_Rows], steps: int, settings: ModelSettings, trees: TreeSettings, seed: int
) -> Correction:
    names = tuple(
        dict.fromkeys(name for part in rows for name in shared_names(part.names, part.smooth))
    )
    gap = steps + round(
        settings.tuning.gap.total_seconds() / 3600 / rows[0].sample.inputs.step_hours
    )
    first, last = min(part.at[0] for part in rows), max(part.at.max() for part in rows) + 1
    edges = np.linspace(first, last, settings.tuning.folds + 1).round().astype(int)
    blocks = []
    for number, (start, end) in enumerate(pairwise(edges.tolist())):
        seen = [(part.at < start - gap) | (part.at >= end + gap) for part in rows]
        blocks.append(Block(start, end, _grow(rows, seen, names, trees, seed + number)))
    # What lies before the first row and after the last was seen by nobody.
    blocks[0] = Block(0, blocks[0].last, blocks[0].trees)
    blocks[-1] = Block(blocks[-1].first, np.iinfo(np.int64).max, blocks[-1].trees)
    everything = [np.ones(len(part.at), dtype=bool) for part in rows]
    whole = _grow(rows, everything, names, trees, seed + len(blocks))
    return Correction(steps, names, whole, tuple(blocks))


def _grow(
    rows: list[_Rows], seen: list[Mask], names: tuple[str, ...], trees: TreeSettings, seed: int
) -> Trees:
    columns, target, weights = [], [], []
    for part, here in zip(rows, seen, strict=True):
        plan = part.sample.plan
        x, origin, truth = part.x[here], part.origin[here], part.truth[here]
        if not len(x):
            continue
        ridge = ridges_of(plan.stretch, x, origin, truth, part.weights[here], (PENALTY,))[0]
        expected = ridge_of(plan, ridge, origin, x)
        spread = plan.scale.spread
        columns.append(columns_of(names, part.names, x, expected - origin, spread))
        target.append((truth - expected) / spread)
        weights.append(part.weights[here])
    y = np.clip(np.concatenate(target), -MOST, MOST)
    return grow(np.concatenate(columns), y, np.concatenate(weights), trees, seed)
