"""Training for one gauge and one lead: experts on blocks, then blend and bands on what they said
about the blocks that they had not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.ahead import ahead_features
from steiger.engines.flood.features.table import CATCHMENT, OWN, RAIN, STORE, Table
from steiger.engines.flood.models.bands import LEAST_ROWS, LEVELS, Bands, fit_bands, signs_of
from steiger.engines.flood.models.blend import (
    RAISED,
    RAISED_HOURS,
    USUAL_DRY,
    USUAL_POOLED,
    USUAL_WET,
    Blend,
    fit_blend,
)
from steiger.engines.flood.models.correction import Correction, columns_of
from steiger.engines.flood.models.gauge import (
    EXPERTS,
    LeadModel,
    activity_of,
    beyond,
    model_trees_of,
    regime_of,
    ridge_of,
    water_of,
    with_catchment,
)
from steiger.engines.flood.models.learning.context import Context
from steiger.engines.flood.models.learning.masks import masked_copies, sensor_groups, without
from steiger.engines.flood.models.learning.ridges import ridges_of
from steiger.engines.flood.models.ridge import Ridge
from steiger.engines.flood.models.trees import Trees, grow
from steiger.lib.forecasting.conformal import conformal_quantiles

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Forests = tuple[Trees, Trees]
#: A masked scenario never narrows a band, and always widens it a little.
LEAST_WIDENED = 1.1
MOST_WIDENED = 4.0
#: Trees that know nothing of the gauge itself: a smaller forest on a part of the rows.
BLIND_ROWS = 5_000
#: Part of the learned hours, which are lively ones, that counts as calm for a silent gauge.
ACTIVE_QUANTILE = 0.7
MIDDLE = LEVELS.index(0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Rows (N) of one lead: features, what came true, and how much each row counts."""

    context: Context
    steps: int
    x: Array
    table: Table
    trees: NDArray[np.int64]
    truth: Array
    weights: Array
    gr4h: Array
    seed: int
    correction: Correction | None

    @property
    def origin(self) -> Array:
        """The gauge's value at issue time (N,)."""
        return self.context.situation.origin


def train_lead(context: Context, steps: int, *, wet: bool) -> LeadModel:
    """All models of one lead, without (`wet` false) or with rain ahead."""
    problem = problem_of(context, steps, wet=wet)
    penalty, ridges = choose_penalty(problem)
    forests = [
        forests_of(problem, ridge, fold.train, number)
        for number, (fold, ridge) in enumerate(zip(context.folds, ridges, strict=True))
    ]
    points = held_out(problem, ridges, forests, problem.x)
    blend = blend_of(problem, points, wet=wet)
    combined = combine(problem, blend, points)
    bands = bands_of(problem, points, combined)
    widen = widening(problem, ridges, forests, blend, combined)
    everything = np.ones(len(problem.x), dtype=bool)
    ridge = fit_ridge(problem, everything, (penalty,))[0]
    blind, blind_errors, active_from = learn_blind(problem)
    trees, model_trees = forests_of(problem, ridge, everything, len(forests))
    return LeadModel(
        steps,
        ridge,
        trees,
        model_trees,
        blind,
        blend,
        bands,
        blind_errors,
        active_from,
        blind_from_usual=True,
        widen=widen,
    )


def problem_of(context: Context, steps: int, *, wet: bool) -> Problem:
    """Features and truth of one lead."""
    plan = context.plan
    table = context.situation.table
    if wet:
        height = plan.scale.height(context.situation.origin)
        table = table + ahead_features(context.inputs, context.ahead, height, steps)
    run = context.runs[int(wet), :, steps - 1]
    table = with_catchment(plan, table, context.situation.origin, run)
    truth = context.truth_after(steps)
    known = np.isfinite(truth)
    return Problem(
        context,
        steps,
        table.matrix(),
        table,
        table.for_trees(),
        np.where(known, truth, context.situation.origin),
        np.where(known, context.rows.weights, 0.0),
        run,
        context.seed + 1000 * steps + int(wet),
        context.corrections.of(steps, wet=wet),
    )


def fit_ridge(problem: Problem, train: Mask, penalties: tuple[float, ...]) -> list[Ridge]:
    """A ridge for each penalty, of the change on the stretched scale."""
    rows = train & (problem.weights > 0)
    return ridges_of(
        problem.context.plan.stretch,
        problem.x[rows],
        problem.origin[rows],
        problem.truth[rows],
        problem.weights[rows],
        penalties,
    )


def choose_penalty(problem: Problem) -> tuple[float, list[Ridge]]:
    """The penalty with the least squared error on held-out blocks, and each block's ridge."""
    context = problem.context
    penalties = context.settings.tuning.penalties
    losses = np.zeros(len(penalties))
    solved = []
    for fold in context.folds:
        ridges = fit_ridge(problem, fold.train, penalties)
        solved.append(ridges)
        for place, ridge in enumerate(ridges):
            point = ridge_of(context.plan, ridge, problem.origin[fold.test], problem.x[fold.test])
            error = point - problem.truth[fold.test]
            losses[place] += float((problem.weights[fold.test] * error**2).sum())
    best = int(losses.argmin())
    return penalties[best], [ridges[best] for ridges in solved]


def forests_of(problem: Problem, ridge: Ridge, train: Mask, number: int) -> Forests:
    """Trees of what the ridge leaves over, and model trees of the change, both in spreads.

    They also learn from rows with sensors missing.
    """
    context = problem.context
    rows = train & (problem.weights > 0)
    x, truth = problem.x[rows], problem.truth[rows]
    origin, weights = problem.origin[rows], problem.weights[rows]
    seed = problem.seed + 17 * number
    copies, source = masked_copies(x, problem.table.groups, context.settings.tuning.masked, seed)
    x = np.concatenate([x, copies])
    origin, truth, weights = (np.concatenate([a, a[source]]) for a in (origin, truth, weights))
    base = ridge_of(context.plan, ridge, origin, x)
    spread, tuning = context.plan.scale.spread, context.settings.tuning
    x = x[:, problem.trees]
    return (
        grow(x, (truth - base) / spread, weights, tuning.trees, seed),
        grow(x, (truth - origin) / spread, weights, tuning.model_trees, seed),
    )


def held_out(problem: Problem, ridges: list[Ridge], forests: list[Forests], x: Array) -> Array:
    """What each expert says about blocks that it had not seen, (N, E); `x` may be masked."""
    context = problem.context
    points = np.full((len(x), len(EXPERTS)), np.nan)
    points[:, EXPERTS.index("persistence")] = problem.origin
    points[:, EXPERTS.index("recession")] = context.recession(problem.steps)
    points[:, EXPERTS.index("gr4h")] = problem.gr4h
    plan = context.plan
    for fold, ridge, (trees, model_trees) in zip(context.folds, ridges, forests, strict=True):
        origin, rows = problem.origin[fold.test], x[fold.test]
        base = ridge_of(plan, ridge, origin, rows)
        rows = rows[:, problem.trees]
        corrected = base + trees.predict(rows) * plan.scale.spread
        points[fold.test, EXPERTS.index("ridge")] = base
        points[fold.test, EXPERTS.index("trees")] = corrected
        points[fold.test, EXPERTS.index("model_trees")] = model_trees_of(
            plan, model_trees, origin, rows, corrected
        )
    if problem.correction is not None:
        base = points[:, EXPERTS.index("ridge")]
        names, spread = problem.table.names, plan.scale.spread
        columns = columns_of(problem.correction.names, names, x, base - problem.origin, spread)
        added = problem.correction.held_out(context.rows.at, columns)
        points[:, EXPERTS.index("pooled_trees")] = base + added * spread
    return points


def blend_of(problem: Problem, points: Array, *, wet: bool) -> Blend:
    """Weights from held-out forecasts."""
    hours = problem.steps * problem.context.inputs.step_hours
    usual = USUAL_WET if wet else USUAL_DRY
    if problem.correction is not None:
        usual = USUAL_POOLED
    regime = regime_of(problem.context.plan, problem.origin, points)
    return fit_blend(
        EXPERTS,
        problem.origin,
        points,
        truth=problem.truth,
        regime=regime,
        weights=problem.weights,
        raised=round(RAISED * min(hours / RAISED_HOURS, 1.0), 6) if wet else 0.0,
        usual=usual,
    )


def combine(problem: Problem, blend: Blend, points: Array) -> Array:
    """The blend (N,)."""
    plan = problem.context.plan
    regime = regime_of(plan, problem.origin, points)
    far = beyond(plan, problem.origin, points[:, EXPERTS.index("ridge")])
    return blend.combine(problem.origin, points, regime, far)


def bands_of(problem: Problem, points: Array, combined: Array) -> Bands:
    """Bands from the errors of held-out forecasts."""
    context = problem.context
    plan = context.plan
    activity = activity_of(problem.table, plan.scale.spread)
    height = plan.scale.height(combined)
    signs = signs_of(
        problem.origin,
        points,
        combined,
        height=height,
        activity=activity,
        spread=plan.scale.spread,
    )
    keep = problem.weights > 0
    near = context.near_flood[context.rows.at + problem.steps]
    regime = regime_of(plan, problem.origin, points)
    return fit_bands(
        (problem.truth - combined)[keep],
        signs[keep],
        regime[keep],
        weights=problem.weights[keep],
        near_flood=near[keep],
        spread=plan.scale.spread,
    )


def widening(
    problem: Problem, ridges: list[Ridge], forests: list[Forests], blend: Blend, combined: Array
) -> dict[str, float]:
    """How much larger errors are when sensors are silent."""
    groups = problem.table.groups
    names = sensor_groups(groups)
    scenarios = {
        "one": set(names[:1]),
        "three": set(names[:3]),
        "all": set(names),
        "rain": {RAIN, STORE},
    }
    usual = _mean_error(problem, combined)
    factors, least = {}, 1.0
    for name, silent in scenarios.items():
        x = without(problem.x, groups, silent)
        points = held_out(problem, ridges, forests, x)
        error = _mean_error(problem, combine(problem, blend, points))
        ratio = error / usual if usual > 0 else 1.0
        least = LEAST_WIDENED * (least if name != "rain" else 1.0)
        factors[name] = round(float(np.clip(ratio, least, MOST_WIDENED)), 3)
        least = factors[name]
    return factors


def _mean_error(problem: Problem, combined: Array) -> float:
    error = np.abs(combined - problem.truth)
    return float((problem.weights * np.nan_to_num(error)).sum() / problem.weights.sum())


def learn_blind(problem: Problem) -> tuple[Trees, Array, float]:
    """Trees without the gauge's own values; quantiles (4, 7) of their error in spreads, in calm
    hours and in those with more water on its way than the third value, first with neighbours that
    report, then without."""
    context = problem.context
    scale = context.plan.scale
    draw = np.random.default_rng(problem.seed)
    keep = np.flatnonzero(problem.weights > 0)
    if len(keep) > BLIND_ROWS:
        keep = np.sort(draw.choice(keep, size=BLIND_ROWS, replace=False))
    usual = context.settings.tuning.trees
    size = replace(usual, rounds=max(usual.rounds // 2, 10), rate=min(1.6 * usual.rate, 0.3))
    groups = problem.table.groups
    # What the catchment does is computed from the level of the gauge: it falls silent with it.
    hidden = without(problem.x, groups, {OWN, CATCHMENT})
    # Each row also as it looks when no neighbour reports: all of them fall silent together when a
    # transmission fails.
    views = [
        view[:, problem.trees]
        for view in (hidden, without(hidden, groups, set(sensor_groups(groups))))
    ]
    y = (problem.truth - context.situation.usual) / scale.spread
    chosen = np.zeros(len(y), dtype=bool)
    chosen[keep] = True
    water = water_of(problem.table)
    active_from = float(np.quantile(water[keep], ACTIVE_QUANTILE))

    def learned(rows: Mask, number: int) -> Trees:
        x = np.concatenate([view[rows] for view in views])
        return grow(x, np.tile(y[rows], 2), np.tile(problem.weights[rows], 2), size, number)

    tests, found = [], []
    for number, fold in enumerate(context.folds[:2]):
        trees = learned(chosen & fold.train, problem.seed + number)
        test = chosen & fold.test
        tests.append(np.flatnonzero(test))
        found.append([y[test] - trees.predict(view[test]) for view in views])
    trees = learned(chosen, problem.seed + 7)
    rows = np.concatenate(tests)
    count, wet = problem.weights[rows], water[rows] > active_from
    quantiles = np.array(
        [
            conformal_quantiles(error[here], count[here], LEVELS)
            if here.sum() >= LEAST_ROWS
            else conformal_quantiles(error, count, LEVELS)
            for error in (np.concatenate(part) for part in zip(*found, strict=True))
            for here in (~wet, wet)
        ]
    )
    quantiles[:, :MIDDLE] = np.minimum(quantiles[:, :MIDDLE], 0.0)
    quantiles[:, MIDDLE] = 0.0
    quantiles[:, MIDDLE + 1 :] = np.maximum(quantiles[:, MIDDLE + 1 :], 0.0)
    # To know less never makes a band narrower.
    quantiles[2:, :MIDDLE] = np.minimum(quantiles[2:, :MIDDLE], quantiles[:2, :MIDDLE])
    quantiles[2:, MIDDLE + 1 :] = np.maximum(
        quantiles[2:, MIDDLE + 1 :], quantiles[:2, MIDDLE + 1 :]
    )
    return trees, np.round(quantiles, 6), round(active_from, 6)
