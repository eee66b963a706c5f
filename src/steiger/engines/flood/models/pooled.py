"""One model over all gauges, for those that have no past of their own yet.

Everything is measured in spreads of each gauge, so that rows of a brook and of a river stand in
one table. A gauge without a record gets its spread from what kind of gauge it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.ahead import (
    ahead_features,
    observed_ahead,
    rain_ahead,
)
from steiger.engines.flood.features.inputs import inputs_of
from steiger.engines.flood.features.past import LOOK_BACK, Scale
from steiger.engines.flood.features.relations import learn_relations
from steiger.engines.flood.features.stores import rain_over, run_stores
from steiger.engines.flood.features.table import Table
from steiger.engines.flood.models.bands import LEVELS
from steiger.engines.flood.models.blend import Regimes
from steiger.engines.flood.models.gauge import Plan, above_floor, floor_of, situation_of
from steiger.engines.flood.models.learning.gauge import (
    Record,
    lead_steps,
    make_plan,
    record_of,
    seed_of,
)
from steiger.engines.flood.models.learning.rows import choose_rows
from steiger.engines.flood.models.prediction import BLIND, OK, FutureRain, Prediction
from steiger.engines.flood.models.settings import ModelSettings
from steiger.engines.flood.models.stretch import Stretch
from steiger.engines.flood.models.trees import Trees, TreeSettings, grow
from steiger.engines.flood.network import Network, Observations, Sensor
from steiger.lib.forecasting.conformal import conformal_quantiles, probability_above

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FOREST = TreeSettings(rounds=80, leaves=15, rate=0.1, least_rows=40, columns=0.5)
#: Gauges that are learned from at most.
MOST_GAUGES = 20
#: Columns that every gauge has; the first kind is divided by the gauge's spread.
IN_UNIT = ("own", "own_d1", "own_d3", "own_d6", "own_d12", "own_d24", "own_above_low48")
IN_UNIT_GROUPS = ("gauge1_d1", "gauge1_d3", "gauge2_d3")
AS_IS = (
    "rain_0_1",
    "rain_1_2",
    "rain_3h",
    "rain_6h",
    "rain_12h",
    "rain_24h",
    "rain_96h",
    "rain_240h",
    "rain_all_6h",
    "runoff200_0_1",
    "runoff200_1_2",
    "runoff200_2_3",
    "runoff200_6_9",
    "runoff200_12_18",
    "fill80",
    "fill200",
    "fill500",
    "ahead_sum",
    "ahead_most",
    "ahead_wide",
    "ahead_all",
)
#: Days of record after which a gauge's own spread is believed.
MONTH = 30.0
#: Rows with |forecast| below, between and above these many spreads have errors of their own.
STEPS = (0.1, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class PooledLead:
    """Trees of the change in spreads, and quantiles (3, 7) of their error by size of change."""

    steps: int
    trees: Trees
    errors: Array


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Models over all gauges, `dry` without and `wet` with rain ahead, by lead in steps.

    `spread` is the usual spread of a gauge in each unit.
    """

    dry: dict[int, PooledLead]
    wet: dict[int, PooledLead]
    spread: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class ServedGauge:
    """A gauge with too little past: its plan, and the leads that are asked for, in steps."""

    plan: Plan
    leads: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    x: Array
    y: Array
    weights: Array
    gauge: Ints


def columns_of(table: Table, plan: Plan, sensor: Sensor) -> Array:
    """The columns that all gauges share, (N, F); what a gauge lacks is NaN."""
    count = len(table.columns[0])
    found = []
    for name in (*IN_UNIT, *IN_UNIT_GROUPS, *AS_IS):
        if name not in table.names:
            found.append(np.full(count, np.nan))
            continue
        column = table.columns[table.names.index(name)]
        found.append(column if name in AS_IS else column / plan.scale.spread)
    area = np.log(sensor.catchment_km2) if sensor.catchment_km2 else np.nan
    found.append(np.full(count, area))
    return np.column_stack(found)


def learn_pooled(
    network: Network, observations: Observations, settings: ModelSettings
) -> Pooled | None:
    """Learn from gauges with a record; None if there is none."""
    steps = [lead_steps(lead, network.step) for lead in settings.leads]
    parts: list[dict[tuple[bool, int], _Sample]] = []
    spreads: dict[str, list[float]] = {}
    chosen = _with_record(network, observations, settings)
    per_gauge = max(settings.tuning.pooled_rows // max(len(chosen), 1), 200)
    for number, sensor in enumerate(chosen):
        part = _gauge_rows(network, observations, sensor, settings, (steps, per_gauge, number))
        if part is not None:
            parts.append(part[0])
            spreads.setdefault(sensor.unit, []).append(part[1])
    if not parts:
        return None
    models: dict[bool, dict[int, PooledLead]] = {False: {}, True: {}}
    for wet, found in models.items():
        for lead in steps:
            samples = [part[wet, lead] for part in parts if (wet, lead) in part]
            if samples:
                found[lead] = _learn_lead(samples, lead, settings.seed + lead)
    usual = {unit: round(float(np.median(seen)), 6) for unit, seen in spreads.items()}
    return Pooled(models[False], models[True], usual)


def _with_record(
    network: Network, observations: Observations, settings: ModelSettings
) -> list[Sensor]:
    least = settings.tuning.least_record / network.step
    counts = {s.id: int(np.isfinite(observations.column(s.id)).sum()) for s in network.targets}
    found = [s for s in network.targets if counts[s.id] >= least]
    # Evenly over the network's order, so that no tributary is taken alone.
    places = np.linspace(0, len(found) - 1, min(MOST_GAUGES, len(found))).round().astype(int)
    return [found[place] for place in places]


def _gauge_rows(
    network: Network,
    observations: Observations,
    sensor: Sensor,
    settings: ModelSettings,
    size: tuple[list[int], int, int],
) -> tuple[dict[tuple[bool, int], _Sample], float] | None:
    steps, most, number = size
    record = record_of(network, observations, sensor.id, steps[-1])
    if record.usable.sum() < most or not record.teaches:
        return None
    inputs, truth = record.inputs, record.truth
    seed = seed_of(settings.seed, sensor.id)
    plan = make_plan(record, settings, seed, gr4h=False)
    rain = rain_over(inputs, plan.relations, plan.relations.near)
    rows = choose_rows(inputs, truth, rain, usable=record.usable, most=most, seed=seed)
    situation = situation_of(plan, inputs, rows.at)
    sensors, evaporation = observed_ahead(inputs, plan.relations, rows.at, steps[-1])
    ahead = rain_ahead(sensors, plan.relations, situation.stores.fill[rows.at], evaporation)
    height = plan.scale.height(situation.origin)
    samples = {}
    for lead in steps:
        y = (truth[rows.at + lead] - situation.origin) / plan.scale.spread
        known = np.isfinite(y)
        for wet in (False, True) if plan.relations.rain else (False,):
            table = situation.table
            if wet:
                table = table + ahead_features(inputs, ahead, height, lead)
            x = columns_of(table, plan, sensor)[known]
            gauge = np.full(int(known.sum()), number)
            samples[wet, lead] = _Sample(x, y[known], rows.weights[known], gauge)
    return samples, plan.scale.spread


def _learn_lead(samples: list[_Sample], steps: int, seed: int) -> PooledLead:
    x, y, weights, gauge = (
        np.concatenate([getattr(sample, name) for sample in samples])
        for name in ("x", "y", "weights", "gauge")
    )
    # Extremes of one gauge must not decide how all others are forecast.
    bounded = np.clip(y, -8.0, 8.0)
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


def size_group(change: Array) -> Ints:
    """How large a forecast change (N,) in spreads is: 0, 1 or 2."""
    return np.searchsorted(np.array(STEPS), np.abs(change)).astype(np.int64)


def serve(
    record: Record, pooled: Pooled | None, settings: ModelSettings, leads: tuple[int, ...]
) -> ServedGauge:
    """A plan for a gauge with little or no past of its own.

    Its spread is that of its record from a month on, mixed before with what its warning levels
    and the other gauges say.
    """
    sensor = record.network.sensor(record.gauge)
    known = record.truth[np.isfinite(record.truth)]
    usual = pooled.spread.get(sensor.unit, 1.0) if pooled else 1.0
    middle = float(np.median(known)) if known.size else 0.0
    if sensor.warning_levels and known.size:
        # Level 1 is reached on a few days of the year: some three spreads above the middle.
        usual = max((sensor.warning_levels[0] - middle) / 3.0, 1e-3)
    share = min(record.days / MONTH, 1.0)
    spread = share * float(known.std()) + (1 - share) * usual if known.size else usual
    spread = max(spread, 0.25 * usual, 1e-3)
    inputs = record.inputs
    relations = learn_relations(
        record.network,
        inputs,
        record.gauge,
        np.flatnonzero(record.usable),
        settings.tuning.related,
    )
    at = max(len(inputs) - 1 - inputs.steps(LOOK_BACK), 0)
    stores = run_stores(
        rain_over(inputs, relations, relations.near)[: at + 1], inputs.evaporation[: at + 1]
    )
    plan = Plan(
        record.gauge,
        sensor.unit,
        relations,
        Scale(round(middle, 6), round(spread, 6)),
        Stretch(round(middle - 3 * spread, 6), round(spread, 6), 1.0),
        Regimes(middle + 0.5 * spread, middle + 2.0 * spread, middle + 4.0 * spread),
        None,
        inputs.times[at],
        stores.fill[-1],
        floor=floor_of(known),
    )
    return ServedGauge(plan, leads)


def predict_pooled(  # noqa: PLR0917 (as in `interface.predict_gauge`)
    gauge: ServedGauge,
    pooled: Pooled,
    network: Network,
    observations: Observations,
    rows: Ints,
    rain: str | FutureRain,
) -> Prediction:
    """Forecasts of a gauge without a past of its own; with members their middle course."""
    plan, sensor = gauge.plan, network.sensor(gauge.plan.gauge)
    inputs = inputs_of(network, observations, set(plan.sensors))
    situation = situation_of(plan, inputs, rows)
    table, models, ahead = situation.table, pooled.dry, None
    longest = max(gauge.leads)
    if rain != "none" and pooled.wet and plan.relations.rain:
        models = pooled.wet
        sensors, evaporation = observed_ahead(inputs, plan.relations, rows, longest)
        if isinstance(rain, FutureRain):
            sensors = _mean_members(plan, rain, longest)
        ahead = rain_ahead(sensors, plan.relations, situation.stores.fill[rows], evaporation)
    origin, height = situation.origin, plan.scale.height(situation.origin)
    quantiles = np.full((len(rows), len(gauge.leads), len(LEVELS)), np.nan)
    for place, steps in enumerate(gauge.leads):
        whole = table
        if ahead is not None:
            whole = table + ahead_features(inputs, ahead, height, steps)
        change = models[steps].trees.predict(columns_of(whole, plan, sensor))
        spread = models[steps].errors[size_group(change)] + change[:, None]
        found = np.sort(origin[:, None] + spread * plan.scale.spread, axis=1)
        quantiles[:, place] = above_floor(plan, found, origin)
    thresholds = sensor.warning_levels
    shape = (len(rows), len(gauge.leads), len(thresholds))
    chances = np.full(shape, np.nan)
    for number, level in enumerate(thresholds):
        flat = probability_above(quantiles.reshape(-1, len(LEVELS)), LEVELS, level)
        chances[:, :, number] = flat.reshape(shape[:2])
    middle = quantiles[:, :, LEVELS.index(0.5)]
    experts = {
        "x_persistence": np.repeat(origin[:, None], len(gauge.leads), axis=1),
        "x_trees": middle,
    }
    minutes = np.array([round(s * inputs.step_hours * 60) for s in gauge.leads])
    state = np.where(np.isnan(origin), BLIND, OK)
    regime = plan.regimes.of(np.nan_to_num(middle, nan=-np.inf))
    return Prediction(minutes, quantiles, chances, experts, regime, state.astype(np.int64))


def _mean_members(plan: Plan, rain: FutureRain, longest: int) -> Array:
    values = np.full((1, longest, len(plan.relations.rain)), np.nan)
    steps = min(longest, rain.values.shape[1])
    for place, name in enumerate(plan.relations.rain):
        if name in rain.sensors:
            column = np.nan_to_num(rain.values[:, :steps, rain.sensors.index(name)])
            values[0, :steps, place] = column.mean(axis=0)
    return values
