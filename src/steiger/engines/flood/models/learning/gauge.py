"""Training of one gauge: the unit of work that is handed to a worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.inputs import Inputs, inputs_of
from steiger.engines.flood.features.past import LOOK_BACK, Scale
from steiger.engines.flood.features.relations import MOST_CANDIDATES, learn_relations, nearest
from steiger.engines.flood.features.stores import rain_over, run_stores
from steiger.engines.flood.hydrology.gr4h import HydrologyError
from steiger.engines.flood.hydrology.recession import Recession, fit_recession
from steiger.engines.flood.models.blend import REGIME_LEVELS, Regimes
from steiger.engines.flood.models.catchment import Catchment, learn_catchment
from steiger.engines.flood.models.correction import Corrections
from steiger.engines.flood.models.gauge import GaugeModel, LeadModel, Plan, floor_of
from steiger.engines.flood.models.learning.context import LEAST_ROWS, context_of
from steiger.engines.flood.models.learning.lead import train_lead
from steiger.engines.flood.models.learning.rows import choose_rows
from steiger.engines.flood.models.settings import ModelError, ModelSettings
from steiger.engines.flood.models.stretch import FLOW_POWER, LEVEL_POWER, fit_stretch
from steiger.engines.flood.network import Kind, Network, Observations

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: Days of record from which every held-out block leaves enough rows: a month that features look
#: back, and three blocks with gaps around them.
LEAST_DAYS = 90


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """The past of one gauge: what was known, `truth` (T,), and rows that can be learned from."""

    network: Network
    inputs: Inputs
    gauge: str
    truth: Array
    usable: Mask

    @property
    def days(self) -> float:
        """How much of a record there is."""
        return float(np.isfinite(self.truth).sum()) * self.inputs.step_hours / 24

    @property
    def teaches(self) -> bool:
        """Whether there is anything to learn from."""
        return self.usable.sum() >= 50 and float(np.nanstd(self.truth[self.usable])) > 0


def record_of(network: Network, observations: Observations, gauge: str, longest: int) -> Record:
    """The past of a gauge; the last `longest` rows have no truth for every lead."""
    inputs = inputs_of(network, observations, candidates(network, gauge))
    truth = inputs.truth(gauge)
    usable = np.isfinite(truth) & np.isfinite(inputs.column(gauge))
    usable[: inputs.steps(LOOK_BACK)] = False
    usable[max(len(usable) - longest, 0) :] = False
    return Record(network, inputs, gauge, truth, usable)


def candidates(network: Network, gauge: str) -> set[str]:
    """Sensors that may play a part for a gauge: all, or in a large network those around it."""
    if len(network.sensors) <= 3 * MOST_CANDIDATES:
        return set(network.ids)
    kinds = [kind for kind in Kind if kind is not Kind.POTENTIAL_EVAPOTRANSPIRATION]
    levels = {Kind.WATER_LEVEL, Kind.DISCHARGE}
    groups = [tuple(levels), *((kind,) for kind in kinds if kind not in levels)]
    near = {sensor.id for group in groups for sensor in nearest(network, gauge, group)}
    return {gauge, *near, *network.above(gauge)}


def train_gauge(
    network: Network,
    observations: Observations,
    gauge: str,
    settings: ModelSettings,
    corrections: Corrections,
) -> GaugeModel:
    """The model of one gauge. Nothing outside of the arguments plays a part.

    Raises:
        ModelError: the gauge has no record or too short a one, or its value never changes.
    """
    steps = [lead_steps(lead, network.step) for lead in settings.leads]
    record = record_of(network, observations, gauge, steps[-1])
    if not record.teaches:
        raise ModelError(f"gauge {gauge!r} has no record from which its own model could learn")
    seed = seed_of(settings.seed, gauge)
    plan = make_plan(record, settings, seed, gr4h=settings.tuning.gr4h)
    rain = rain_over(record.inputs, plan.relations, plan.relations.near)
    rows = choose_rows(
        record.inputs,
        record.truth,
        rain,
        usable=record.usable,
        most=settings.tuning.rows,
        seed=seed,
    )
    context = context_of(
        plan,
        record.inputs,
        rows,
        longest=steps[-1],
        settings=settings,
        seed=seed,
        corrections=corrections,
    )
    if min(int(fold.train.sum()) for fold in context.folds) < LEAST_ROWS:
        raise ModelError(
            f"gauge {gauge!r} has values of {record.days:.0f} days; about {LEAST_DAYS} are needed "
            "before a model can learn from one part of them and be judged by another"
        )
    dry: dict[int, LeadModel] = {s: train_lead(context, s, wet=False) for s in steps}
    wet: dict[int, LeadModel] = {}
    if plan.relations.rain:
        wet = {s: train_lead(context, s, wet=True) for s in steps}
    return GaugeModel(plan, dry, wet)


def seed_of(seed: int, gauge: str) -> int:
    """A seed for one gauge, whatever its place in the network."""
    digest = hashlib.sha256(f"{seed}/{gauge}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 1_000_000_000


def lead_steps(lead: timedelta, step: timedelta) -> int:
    """Rows in a lead.

    Raises:
        ModelError: the lead is no multiple of the network's step.
    """
    count, rest = divmod(lead, step)
    if rest or count < 1:
        raise ModelError(f"a lead of {lead} is no multiple of the network's step {step}")
    return count


def make_plan(record: Record, settings: ModelSettings, seed: int, *, gr4h: bool) -> Plan:
    """Learn relations, scales and, if wished, the rainfall–runoff model of one gauge."""
    inputs, usable = record.inputs, record.usable
    sensor = record.network.sensor(record.gauge)
    values = record.truth[usable]
    relations = learn_relations(
        record.network, inputs, record.gauge, np.flatnonzero(usable), settings.tuning.related
    )
    power = LEVEL_POWER if sensor.kind is Kind.WATER_LEVEL else FLOW_POWER
    mean_from, flood_from = (float(np.quantile(values, level)) for level in REGIME_LEVELS)
    rain = rain_over(inputs, relations, relations.near)
    # Features look back at most LOOK_BACK: from so long before the end on, later forecasts need
    # nothing but the filling that is kept here.
    at = max(len(inputs) - 1 - inputs.steps(LOOK_BACK), 0)
    stores = run_stores(rain[: at + 1], inputs.evaporation[: at + 1])
    plan = Plan(
        record.gauge,
        sensor.unit,
        relations,
        Scale(round(float(np.median(values)), 6), round(max(float(values.std()), 1e-6), 6)),
        fit_stretch(values, power),
        Regimes(mean_from, flood_from, float(values.max())),
        _recession(record.truth),
        inputs.times[at],
        stores.fill[-1],
        floor=floor_of(values),
    )
    return replace(plan, catchment=_catchment(record, plan, rain, at, seed) if gr4h else None)


def _recession(truth: Array) -> Recession | None:
    try:
        return fit_recession(truth)
    except HydrologyError:
        return None


def _catchment(record: Record, plan: Plan, rain: Array, at: int, seed: int) -> Catchment | None:
    inputs = record.inputs
    in_mm = plan.unit == "mm/h" and inputs.step_hours == 1.0
    found = learn_catchment(rain, inputs.evaporation, record.truth, in_mm=in_mm, seed=seed)
    if found is None:
        return None
    run = found.follow(rain, inputs.evaporation, inputs.column(plan.gauge))
    return replace(found, state=run.state_at([at]))
