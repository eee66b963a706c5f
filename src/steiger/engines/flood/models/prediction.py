"""Forecasts of one gauge for many issue times, or for many members of one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.ahead import (
    RainAhead,
    ahead_features,
    observed_ahead,
    rain_ahead,
)
from steiger.engines.flood.features.inputs import Inputs, inputs_of
from steiger.engines.flood.features.table import OWN, Table
from steiger.engines.flood.models.bands import LEVELS, signs_of
from steiger.engines.flood.models.correction import Corrections, columns_of
from steiger.engines.flood.models.gauge import (
    EXPERTS,
    GaugeModel,
    LeadModel,
    Plan,
    Situation,
    above_floor,
    activity_of,
    beyond,
    first_row,
    model_trees_of,
    recession_of,
    regime_of,
    ridge_of,
    situation_of,
    water_of,
    with_catchment,
)
from steiger.engines.flood.models.mixture import mixed
from steiger.engines.flood.network import Network, Observations
from steiger.lib.forecasting.conformal import probability_above

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
OK, DEGRADED, BLIND = 0, 1, 2
#: How much wider a band becomes if rain gauges with all the weight were silent.
RAIN_SHARE = 0.3
#: A silent gauge's last value is outdated so many times faster while water is on its way.
FASTER = 8
#: Part of the blind band that stays in calm hours however fresh the gauge's last value is.
LEAST_BLIND = 0.3
#: A gauge whose neighbours are silent, too, is wrong by so many times more than held-out hours say,
#: which still know the last month (docs/decisions/0043).
DEAF_WIDER = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class FutureRain:
    """Members of a rain forecast for one issue time.

    `values` (M, L, S) in mm of each of the next L steps at `sensors`, NaN where nothing is said.
    """

    values: Array
    sensors: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Forecasts of one gauge for N issue times and L leads, in the gauge's unit.

    `lead_minutes` (L,), `quantiles` (N, L, 7), `p_levels` (N, L, levels), `experts` by name (N, L),
    `regime` (N, L): 0 low, 1 mean, 2 flood; `state` (N,): 0 ok, 1 degraded, 2 blind.
    """

    lead_minutes: Ints
    quantiles: Array
    p_levels: Array
    experts: dict[str, Array]
    regime: Ints
    state: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """Everything at hand for N rows, before any lead is looked at.

    `ahead` is None without rain; `runs` (N, L) is GR4H's forecast. With members, the N rows are
    the members of one issue time. `corrections` are those by the forest over all gauges.
    """

    plan: Plan
    inputs: Inputs
    situation: Situation
    ahead: RainAhead | None
    runs: Array
    silent: Array
    members: bool
    corrections: Corrections


@dataclass(frozen=True, slots=True, eq=False)
class LeadForecast:
    """One lead of N rows: `points` (N, E), `blend` (N,), `quantiles` (N, 7), `regime` (N,)."""

    points: Array
    blend: Array
    quantiles: Array
    regime: Ints
    x: Array
    table: Table


def predict(  # noqa: PLR0917 (as in `interface.predict_gauge`)
    model: GaugeModel,
    corrections: Corrections,
    network: Network,
    observations: Observations,
    rows: Ints,
    rain: str | FutureRain,
) -> Prediction:
    """Forecasts at these rows. Row by row they are the same as one at a time."""
    setting = set_up(model, corrections, network, observations, rows, rain)
    return predict_in(setting, model, network)


def predict_in(setting: Setting, model: GaugeModel, network: Network) -> Prediction:
    """Forecasts of a gauge for what is set up."""
    models = model.dry if setting.ahead is None else model.wet
    thresholds = network.sensor(model.plan.gauge).warning_levels
    minutes = [round(steps * setting.inputs.step_hours * 60) for steps in models]
    parts = [forecast_lead(setting, lead) for lead in models.values()]
    chances = [
        np.column_stack(
            [probability_above(part.quantiles, LEVELS, level) for level in thresholds]
            or [np.empty((len(part.blend), 0))]
        )
        for part in parts
    ]
    quantiles = np.stack([part.quantiles for part in parts], axis=1)
    experts = {
        f"x_{name}": np.stack([part.points[:, place] for part in parts], axis=1)
        for place, name in enumerate(EXPERTS)
    }
    prediction = Prediction(
        np.array(minutes),
        quantiles,
        np.stack(chances, axis=1),
        experts,
        np.stack([part.regime for part in parts], axis=1),
        state_of(setting),
    )
    return together(model.plan, prediction) if setting.members else prediction


def together(plan: Plan, members: Prediction) -> Prediction:
    """Members as one forecast: the mixture of their distributions."""
    quantiles = np.stack(
        [mixed(members.quantiles[:, lead]) for lead in range(members.quantiles.shape[1])]
    )[None]
    # The ends of a mixture lie outside of its members; their lowest knows the present level.
    quantiles = above_floor(plan, quantiles, np.min(members.quantiles, keepdims=True).reshape(1))
    middle = quantiles[:, :, LEVELS.index(0.5)]
    return replace(
        members,
        quantiles=quantiles,
        p_levels=members.p_levels.mean(axis=0)[None],
        experts={name: values.mean(axis=0)[None] for name, values in members.experts.items()},
        regime=plan.regimes.of(middle),
        state=members.state[:1],
    )


def set_up(  # noqa: PLR0917 (as in `interface.predict_gauge`)
    model: GaugeModel,
    corrections: Corrections,
    network: Network,
    observations: Observations,
    rows: Ints,
    rain: str | FutureRain,
) -> Setting:
    """Arrange what is known, and the rain ahead."""
    plan = model.plan
    step_hours = network.step.total_seconds() / 3600
    start = first_row(plan, observations.times, step_hours, int(rows.min()))
    inputs = inputs_of(network, observations, set(plan.sensors), start)
    at = np.asarray(rows, dtype=np.int64) - start
    situation = situation_of(plan, inputs, at)
    silent = np.column_stack([np.isnan(inputs.column(name)[at]) for name in plan.sensors])
    longest = max(model.dry)
    members = isinstance(rain, FutureRain)
    if rain == "none" or not model.wet:
        runs = _runs(plan, inputs, situation, None, longest)
        return Setting(
            plan, inputs, situation, None, runs, silent, members=False, corrections=corrections
        )
    if isinstance(rain, FutureRain):
        count = len(rain.values)
        situation = _repeated(situation, count)
        silent = np.repeat(silent, count, axis=0)
        sensors = _for_plan(plan, rain, longest)
        evaporation = observed_ahead(inputs, plan.relations, situation.rows, longest)[1]
    else:
        sensors, evaporation = observed_ahead(inputs, plan.relations, at, longest)
    fill = situation.stores.fill[situation.rows]
    ahead = rain_ahead(sensors, plan.relations, fill, evaporation)
    runs = _runs(plan, inputs, situation, ahead.near, longest)
    return Setting(
        plan, inputs, situation, ahead, runs, silent, members=members, corrections=corrections
    )


def _repeated(situation: Situation, count: int) -> Situation:
    table = situation.table
    return Situation(
        np.repeat(situation.rows, count),
        np.repeat(situation.origin, count),
        np.repeat(situation.stale, count),
        np.repeat(situation.trust, count),
        np.repeat(situation.still, count),
        np.repeat(situation.deaf, count),
        np.repeat(situation.usual, count),
        replace(table, columns=[np.repeat(column, count) for column in table.columns]),
        situation.stores,
    )


def _for_plan(plan: Plan, rain: FutureRain, longest: int) -> Array:
    """Members (M, L, R) at the plan's rain gauges; NaN where the forecast says nothing."""
    values = np.full((len(rain.values), longest, len(plan.relations.rain)), np.nan)
    steps = min(longest, rain.values.shape[1])
    for place, name in enumerate(plan.relations.rain):
        if name in rain.sensors:
            values[:, :steps, place] = rain.values[:, :steps, rain.sensors.index(name)]
    return values


def _runs(
    plan: Plan, inputs: Inputs, situation: Situation, rain: Array | None, longest: int
) -> Array:
    """GR4H's forecasts (N, L), NaN without GR4H; None is no rain at all."""
    count = len(situation.rows)
    if plan.catchment is None:
        return np.full((count, longest), np.nan)
    run = plan.catchment.run_from(
        situation.stores.rain,
        inputs.evaporation,
        inputs.column(plan.gauge),
        inputs.index_of(plan.checkpoint),
    )
    water = np.zeros((count, longest)) if rain is None else rain
    evaporation = observed_ahead(inputs, plan.relations, situation.rows, longest)[1]
    return plan.catchment.ahead(run, situation.rows, situation.origin, water, evaporation)


def forecast_lead(setting: Setting, lead: LeadModel) -> LeadForecast:
    """All experts, their blend and its band for one lead."""
    plan, situation = setting.plan, setting.situation
    table = situation.table
    if setting.ahead is not None:
        height = plan.scale.height(situation.origin)
        table = table + ahead_features(setting.inputs, setting.ahead, height, lead.steps)
    origin = situation.origin
    table = with_catchment(plan, table, origin, setting.runs[:, lead.steps - 1])
    x = table.matrix()
    base = ridge_of(plan, lead.ridge, origin, x)
    columns = x[:, table.for_trees()]
    corrected = base + lead.trees.predict(columns) * plan.scale.spread
    pooled = np.full(len(x), np.nan)
    correction = setting.corrections.of(lead.steps, wet=setting.ahead is not None)
    if correction is not None:
        shared = columns_of(correction.names, table.names, x, base - origin, plan.scale.spread)
        pooled = base + correction.predict(shared) * plan.scale.spread
    points = np.column_stack(
        [
            origin,
            recession_of(plan, origin, lead.steps),
            base,
            setting.runs[:, lead.steps - 1],
            corrected,
            model_trees_of(plan, lead.model_trees, origin, columns, corrected),
            pooled,
        ]
    )
    points = np.where(np.isnan(origin)[:, None], np.nan, points)
    regime = regime_of(plan, origin, points)
    far = beyond(plan, origin, base)
    blend = lead.blend.combine(origin, points, regime, far)
    activity = activity_of(table, plan.scale.spread)
    height = plan.scale.height(blend)
    signs = signs_of(
        origin,
        points,
        blend,
        height=height,
        activity=activity,
        spread=plan.scale.spread,
    )
    quantiles = lead.bands.spread(blend, signs, regime, widened(setting, lead))
    blind = np.isnan(origin)
    if blind.any():
        blend[blind], quantiles[blind] = blind_forecast(setting, lead, table, x, blind)
    blend, quantiles = above_floor(plan, blend, origin), above_floor(plan, quantiles, origin)
    return LeadForecast(points, blend, quantiles, plan.regimes.of(blend), x, table)


def blind_forecast(
    setting: Setting, lead: LeadModel, table: Table, x: Array, blind: Mask
) -> tuple[Array, Array]:
    """What is expected of a silent gauge at the K rows `blind` (N,): middle (K,), quantiles (K, 7).

    `x` (N, F) is the table as a matrix.
    """
    scale, situation = setting.plan.scale, setting.situation
    own = np.array([group == OWN for group in table.groups])
    seen = lead.blind.predict(np.where(own, np.nan, x[blind])[:, table.for_trees()])
    middle = seen * scale.spread
    middle += situation.usual[blind] if lead.blind_from_usual else scale.middle
    active = water_of(table)[blind] > lead.blind_active_from
    trust, still = situation.trust[blind], situation.still[blind]
    # Without water on its way, a gauge that stands still may be right; nobody knows since when it
    # does, so its band stays that of a silent one, in full.
    trust = np.where(active, trust**FASTER, np.where(still, 1.0, trust))
    middle = trust * situation.stale[blind] + (1.0 - trust) * middle
    # The last value forgets as a random walk that is drawn back: its variance by trust².
    narrowed = np.where(active | still, 1.0, np.maximum(1.0 - trust**2, LEAST_BLIND))
    narrowed = np.where(situation.deaf[blind], DEAF_WIDER * narrowed, narrowed)
    kind = active.astype(np.int64) + 2 * situation.deaf[blind]
    errors = lead.blind_errors[kind] * scale.spread * narrowed[:, None]
    return middle, np.sort(middle[:, None] + errors, axis=1)


def widened(setting: Setting, lead: LeadModel) -> Array:
    """By how much missing sensors widen the band, (N,)."""
    relations = setting.plan.relations
    neighbours = len(relations.gauges) + len(relations.releases) + len(relations.others)
    lost = setting.silent[:, 1 : 1 + neighbours].sum(axis=1)
    names = np.array(["none", "one", "three", "all"])
    kind = (lost >= 1).astype(int) + (lost >= 3) + ((lost == neighbours) & (lost > 0) & (lost > 3))
    table = np.array([1.0, *(lead.widen[name] for name in names[1:])])
    factors: Array = table[kind]
    rain = setting.silent[:, 1 + neighbours :]
    if rain.shape[1]:
        share = np.zeros(len(rain))
        for place, weight in enumerate(relations.near):
            share += rain[:, place] * (weight + 0.5 / rain.shape[1]) / 1.5
        factors = factors * np.where(rain.all(axis=1), lead.widen["rain"], 1.0 + RAIN_SHARE * share)
    return factors


def state_of(setting: Setting) -> Ints:
    """0 ok, 1 something is missing, 2 the gauge itself is silent."""
    blind = np.isnan(setting.situation.origin)
    degraded = setting.silent[:, 1:].any(axis=1)
    return np.where(blind, BLIND, np.where(degraded, DEGRADED, OK)).astype(np.int64)
