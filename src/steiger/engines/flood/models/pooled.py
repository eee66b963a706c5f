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
from steiger.engines.flood.models.learning.gauge import Record
from steiger.engines.flood.models.prediction import BLIND, OK, FutureRain, Prediction
from steiger.engines.flood.models.settings import ModelSettings
from steiger.engines.flood.models.stretch import Stretch
from steiger.engines.flood.models.trees import Trees
from steiger.engines.flood.network import Network, Observations, Sensor
from steiger.lib.forecasting.conformal import probability_above

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
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
