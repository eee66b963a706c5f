"""Rows of many gauges, from which that is learned what all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.ahead import (
    RainAhead,
    ahead_features,
    observed_ahead,
    rain_ahead,
)
from steiger.engines.flood.features.inputs import Inputs
from steiger.engines.flood.features.stores import rain_over
from steiger.engines.flood.features.table import Table
from steiger.engines.flood.models.gauge import Plan, Situation, situation_of
from steiger.engines.flood.models.learning.gauge import make_plan, record_of, seed_of
from steiger.engines.flood.models.learning.rows import Rows, choose_rows
from steiger.engines.flood.models.settings import ModelSettings
from steiger.engines.flood.network import Network, Observations, Sensor

Array = NDArray[np.float64]
#: Gauges that are learned from at most, and rows of each, at least and at most.
MOST_GAUGES = 20
LEAST_ROWS, MOST_ROWS = 200, 6_000


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some rows of one gauge; `truth` (T,) is its whole record."""

    sensor: Sensor
    plan: Plan
    inputs: Inputs
    rows: Rows
    situation: Situation
    ahead: RainAhead
    truth: Array

    @property
    def rains(self) -> bool:
        """Whether rain ahead says anything about this gauge."""
        return bool(self.plan.relations.rain)

    def table(self, steps: int, *, wet: bool) -> Table:
        """Columns of its rows, for a lead without or with rain ahead."""
        table = self.situation.table
        if wet:
            height = self.plan.scale.height(self.situation.origin)
            table = table + ahead_features(self.inputs, self.ahead, height, steps)
        return table

    def truth_after(self, steps: int) -> Array:
        """What was measured `steps` after each row, (N,)."""
        after: Array = self.truth[self.rows.at + steps]
        return after


def samples_of(
    network: Network, observations: Observations, settings: ModelSettings, leads: Sequence[int]
) -> list[Sample]:
    """A sample of each gauge with a record, or of some evenly over a large network.

    `leads` are in steps, ascending.
    """
    chosen = _with_record(network, observations, settings)
    rows = settings.tuning.pooled_rows // max(len(chosen), 1)
    most = min(max(rows, LEAST_ROWS), MOST_ROWS)
    found = (
        _sample(network, observations, sensor, settings, (leads[-1], most)) for sensor in chosen
    )
    return [sample for sample in found if sample is not None]


def _with_record(
    network: Network, observations: Observations, settings: ModelSettings
) -> list[Sensor]:
    least = settings.tuning.least_record / network.step
    counts = {s.id: int(np.isfinite(observations.column(s.id)).sum()) for s in network.targets}
    found = [s for s in network.targets if counts[s.id] >= least]
    # Evenly over the network's order, so that no tributary is taken alone.
    places = np.linspace(0, len(found) - 1, min(MOST_GAUGES, len(found))).round().astype(int)
    return [found[place] for place in places]


def _sample(
    network: Network,
    observations: Observations,
    sensor: Sensor,
    settings: ModelSettings,
    size: tuple[int, int],
) -> Sample | None:
    longest, most = size
    record = record_of(network, observations, sensor.id, longest)
    if record.usable.sum() < most or not record.teaches:
        return None
    inputs, truth = record.inputs, record.truth
    seed = seed_of(settings.seed, sensor.id)
    plan = make_plan(record, settings, seed, gr4h=False)
    rain = rain_over(inputs, plan.relations, plan.relations.near)
    rows = choose_rows(inputs, truth, rain, usable=record.usable, most=most, seed=seed)
    situation = situation_of(plan, inputs, rows.at)
    sensors, evaporation = observed_ahead(inputs, plan.relations, rows.at, longest)
    ahead = rain_ahead(sensors, plan.relations, situation.stores.fill[rows.at], evaporation)
    return Sample(sensor, plan, inputs, rows, situation, ahead, truth)
