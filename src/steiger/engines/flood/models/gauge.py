"""The model of one gauge: what is learned about it, and its forecasts for any rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.features.past import LOOK_BACK, Scale, past_features
from steiger.engines.flood.features.relations import Relations
from steiger.engines.flood.features.series import Counted, age, carried
from steiger.engines.flood.features.stores import Stores, rain_over, run_stores
from steiger.engines.flood.features.table import CATCHMENT, Table
from steiger.engines.flood.hydrology.recession import Recession
from steiger.engines.flood.models.bands import Bands
from steiger.engines.flood.models.blend import Blend, Regimes
from steiger.engines.flood.models.catchment import Catchment
from steiger.engines.flood.models.ridge import Ridge
from steiger.engines.flood.models.stretch import Stretch
from steiger.engines.flood.models.trees import Trees

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: Hours after which a silent gauge's last value says a third of what it did: while its
#: neighbours report, and while nobody does.
STALE_HOURS, DEAF_HOURS = 48.0, 240.0
#: What a silent gauge is measured from: its mean over so many hours. Zeros of gauges are moved, and
#: rivers dig; from a level of years ago a forecast would be off by as much.
USUAL_HOURS = 720
#: How far model trees may be from the corrected ridge: parts of its change, or of the spread.
LEASH = 0.5
EXPERTS = ("persistence", "recession", "ridge", "gr4h", "trees", "model_trees", "pooled_trees")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the features of a gauge are made with.

    `checkpoint` is a time at which the filling of the stores (3,) is known, so that a forecast
    needs no years of data; later rows are run from there. Nothing is forecast below `floor`, or
    below the present level if that is lower.
    """

    gauge: str
    unit: str
    relations: Relations
    scale: Scale
    stretch: Stretch
    regimes: Regimes
    recession: Recession | None
    checkpoint: np.datetime64
    fill: Array
    catchment: Catchment | None = None
    floor: float | None = None

    @property
    def sensors(self) -> tuple[str, ...]:
        """All sensors that play a part, the gauge itself first."""
        return (self.gauge, *self.relations.sensors)


@dataclass(frozen=True, slots=True, eq=False)
class LeadModel:
    """What is learned for one lead (`steps`), with or without rain ahead.

    `trees` correct the ridge; `model_trees` forecast the change by themselves. `blind` are trees
    that know nothing of the gauge itself but what is `usual` (with `blind_from_usual`; those of
    earlier versions measured from the middle of all years), with the quantiles of their error as
    parts of the spread, (4, 7): in calm hours, in those with more water than `blind_active_from`,
    and in both while its neighbours are silent, too. `widen` says by how much bands grow if 1, 3
    or all neighbours or all rain gauges are silent.
    """

    steps: int
    ridge: Ridge
    trees: Trees
    model_trees: Trees
    blind: Trees
    blend: Blend
    bands: Bands
    blind_errors: Array
    blind_active_from: float
    blind_from_usual: bool
    widen: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class GaugeModel:
    """A gauge's plan and its models: `dry` without, `wet` with rain ahead, by lead in steps."""

    plan: Plan
    dry: dict[int, LeadModel]
    wet: dict[int, LeadModel]


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What is known at N rows.

    `origin` (N,) is the gauge's newest value, NaN if it is silent; `stale` (N,) its last value
    however old, and `trust` (N,) how much that still says, from 1 down to 0. `still` (N,): it is
    silent only because it reports the same value for too long; `deaf` (N,): its neighbours are
    silent, too. `usual` (N,) is the mean of what the gauge reported in the last 30 days.
    """

    rows: Ints
    origin: Array
    stale: Array
    trust: Array
    still: Mask
    deaf: Mask
    usual: Array
    table: Table
    stores: Stores


def stores_of(plan: Plan, inputs: Inputs) -> Stores:
    """Runoff and filling at every row; from the checkpoint on, where there is one."""
    rain = rain_over(inputs, plan.relations, plan.relations.near)
    at = inputs.index_of(plan.checkpoint)
    if at is None:
        return run_stores(rain, inputs.evaporation)
    before = run_stores(rain[: at + 1], inputs.evaporation[: at + 1])
    after = run_stores(rain[at + 1 :], inputs.evaporation[at + 1 :], plan.fill)
    return Stores(
        rain,
        np.concatenate([before.effective, after.effective]),
        np.concatenate([before.fill, after.fill]),
    )


def first_row(plan: Plan, times: NDArray[np.datetime64], step_hours: float, row: int) -> int:
    """The first row that a forecast at `row` needs; what lies before cannot change a bit of it."""
    at = int(np.searchsorted(times, plan.checkpoint))
    if at == len(times) or times[at] != plan.checkpoint:
        return 0
    return at if row - round(LOOK_BACK / step_hours) > at else 0


def situation_of(plan: Plan, inputs: Inputs, rows: Ints) -> Situation:
    """Features of what was known at these rows."""
    stores = stores_of(plan, inputs)
    table = past_features(
        inputs,
        plan.gauge,
        rows,
        relations=plan.relations,
        scale=plan.scale,
        stores=stores,
    )
    values = inputs.column(plan.gauge)
    hours = age(values)[rows] * inputs.step_hours
    others = [inputs.column(name)[rows] for name in plan.relations.gauges]
    deaf: Mask = np.zeros(len(rows), dtype=bool)
    if others:
        deaf = np.asarray(np.isnan(np.column_stack(others)).all(axis=1))
    # Who hears nothing from anybody does best to expect what was there.
    trust = np.exp(-hours / np.where(deaf, DEAF_HOURS, STALE_HOURS))
    trust = np.where(hours <= LOOK_BACK - 2, trust, 0.0)
    stale = np.nan_to_num(carried(values, len(values))[rows])
    standing = inputs.standing(plan.gauge)[rows]
    still = np.isnan(values[rows]) & np.isfinite(standing)
    stale = np.where(still, standing, stale)
    usual = Counted(values).mean(inputs.steps(USUAL_HOURS), rows)
    usual = np.where(np.isnan(usual), plan.scale.middle, usual)
    return Situation(rows, values[rows], stale, trust, still, deaf, usual, table, stores)


def with_catchment(plan: Plan, table: Table, origin: Array, run: Array) -> Table:
    """The table with what GR4H expects (N,), as a change on the stretched scale."""
    if plan.catchment is None:
        return table
    change = plan.stretch.stretched(run) - plan.stretch.stretched(origin)
    own = Table()
    own.add("catchment_change", CATCHMENT, np.where(np.isnan(origin), np.nan, change))
    return table + own


def recession_of(plan: Plan, origin: Array, steps: int) -> Array:
    """The gauge falling as it does without rain (N,); NaN where the origin is missing."""
    if plan.recession is None:
        return np.full(len(origin), np.nan)
    known = ~np.isnan(origin)
    result = np.full(len(origin), np.nan)
    if known.any():
        result[known] = plan.recession.ahead(origin[known], steps)[-1]
    return result


def ridge_of(plan: Plan, ridge: Ridge, origin: Array, x: Array) -> Array:
    """The ridge's forecast in the gauge's unit: a change on the stretched scale."""
    z = plan.stretch.stretched(origin) + ridge.predict(x)
    found: Array = np.where(np.isnan(origin), np.nan, plan.stretch.back(z))
    return found


def model_trees_of(plan: Plan, trees: Trees, origin: Array, x: Array, corrected: Array) -> Array:
    """The model trees' forecast in the gauge's unit, from the columns (N, F) that trees use.

    A straight line in a leaf may run far out where the leaf saw little: it is held near to what
    the corrected ridge (N,) says.
    """
    change = corrected - origin
    reach = np.maximum(LEASH * np.abs(change), LEASH * plan.scale.spread)
    own = trees.predict(x) * plan.scale.spread
    found: Array = origin + np.clip(own, change - reach, change + reach)
    return found


def beyond(plan: Plan, origin: Array, ridge: Array) -> Array:
    """How far a situation lies above all that was learned, 0 to 1 (N,)."""
    most = np.fmax(origin, ridge)
    above = (most - plan.regimes.highest) / plan.scale.spread
    part: Array = np.clip(np.nan_to_num(above), 0.0, 1.0)
    return part


WATER = ("rain_6h", "rain_24h", "runoff200_0_1")
ACTIVITY = ("own_d3", *WATER)


def activity_of(table: Table, spread: float) -> Array:
    """Recent changes and rain as signs of how uncertain a forecast is, (N, A), ≥ 0."""
    columns = []
    for name in (*ACTIVITY, "ahead_sum"):
        if name in table.names:
            column = np.abs(np.nan_to_num(table.columns[table.names.index(name)]))
            columns.append(column / (spread if name == "own_d3" else 10.0))
    return np.column_stack(columns)


def water_of(table: Table) -> Array:
    """How much water is on its way, in cm over the catchment, whatever the gauge says (N,)."""
    total = np.zeros(len(table.columns[0]))
    for name in (*WATER, "ahead_sum"):
        if name in table.names:
            total += np.nan_to_num(table.columns[table.names.index(name)]) / 10.0
    return total


def floor_of(known: Array) -> float | None:
    """Below what nothing is forecast, from all levels that a gauge had; None without any.

    As far below the lowest level as this lies below the middle one: a river recedes towards its
    bed, where straight lines go on. A gauge that never was below zero stays above it, too.
    """
    if not np.isfinite(known).any():
        return None
    lowest = float(np.nanmin(known))
    floor = 2.0 * lowest - float(np.nanmedian(known))
    return round(max(floor, 0.0) if lowest >= 0.0 else floor, 6)


def above_floor(plan: Plan, values: Array, origin: Array) -> Array:
    """The values (N, …), none of them below the plan's floor.

    Where the present level (N,) lies below, after a shift of the gauge's zero, it is the floor.
    """
    if plan.floor is None:
        return values
    floor = np.fmin(plan.floor, origin)
    return np.maximum(values, floor.reshape(-1, *(1,) * (values.ndim - 1)))


def regime_of(plan: Plan, origin: Array, points: Array) -> Ints:
    """Low, mean or flood (N,): by the highest of the present and what the best experts say."""
    ridge, trees = (points[:, EXPERTS.index(name)] for name in ("ridge", "trees"))
    expected = np.fmax(origin, 0.5 * (ridge + trees))
    return plan.regimes.of(np.nan_to_num(expected, nan=-np.inf))
