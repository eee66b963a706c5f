"""Observations as they were known, row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.series import carried, lagged
from steiger.engines.flood.hydrology.evaporation import seasonal
from steiger.engines.flood.network import Kind, Network, Observations, Sensor

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]
#: A level or discharge counts as known for so long after its last report.
CARRIED = timedelta(hours=2)
STATES = frozenset(kind for kind in Kind if kind.can_be_forecast)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What was known at each row, and what happened.

    `known` (T, S): row t holds the newest value of each sensor that had arrived at `times[t]`
    (its delay has passed); states are carried forward for two hours, totals given once for as long
    as they are summed. `true` (T, S): row t holds
    what the sensor measured for that time, totals by the end of their step; only targets and rain
    ahead may use it. `evaporation` (T,) is potential, mm per step. `totals` are sensors whose
    values are sums over more than a step. `still` is what sensors reported while they stood still,
    by id (T,), as it was known.
    """

    times: Times
    ids: tuple[str, ...]
    step_hours: float
    known: Array
    true: Array
    evaporation: Array
    totals: frozenset[str] = frozenset()
    still: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.times)

    def steps(self, hours: float) -> int:
        """Rows in so many hours, at least one."""
        return max(1, round(hours / self.step_hours))

    def column(self, sensor: str) -> Array:
        """What was known of one sensor (T,); NaN throughout if it does not report at all."""
        if sensor not in self.ids:
            return np.full(len(self.times), np.nan)
        known: Array = self.known[:, self.ids.index(sensor)]
        return known

    def truth(self, sensor: str) -> Array:
        """What one sensor measured (T,)."""
        if sensor not in self.ids:
            return np.full(len(self.times), np.nan)
        true: Array = self.true[:, self.ids.index(sensor)]
        return true

    def standing(self, sensor: str) -> Array:
        """What a sensor reported while it stood still (T,), as it was known; NaN elsewhere."""
        found = self.still.get(sensor)
        return np.full(len(self.times), np.nan) if found is None else found

    def index_of(self, time: np.datetime64) -> int | None:
        """The row of this time, None if there is none."""
        at = int(np.searchsorted(self.times, time))
        return at if at < len(self.times) and self.times[at] == time else None

    def since(self, row: int) -> Inputs:
        """Without the rows before `row`."""
        return Inputs(
            self.times[row:],
            self.ids,
            self.step_hours,
            self.known[row:],
            self.true[row:],
            self.evaporation[row:],
            self.totals,
            {name: column[row:] for name, column in self.still.items()},
        )


def inputs_of(
    network: Network,
    observations: Observations,
    sensors: Collection[str] | None = None,
    start: int = 0,
) -> Inputs:
    """Arrange observations by when they were known. Missing values stay missing.

    With `sensors`, only these are looked at; rows before `start` are left out.
    """
    step = network.step
    chosen = [n for n in observations.ids if sensors is None or n in sensors]
    # A value may arrive late or be carried forward: some rows before the start matter for it.
    early = start
    for name in (*chosen, *(s.id for s in network.of_kind(Kind.POTENTIAL_EVAPOTRANSPIRATION))):
        early = min(early, start - _reach(network.sensor(name), step))
    early = max(early, 0)
    times = observations.times[early:]
    known = np.full((len(times), len(chosen)), np.nan)
    true = np.full((len(times), len(chosen)), np.nan)
    carry = max(1, int(CARRIED / step))
    for place, name in enumerate(chosen):
        sensor = network.sensor(name)
        values = per_step(sensor, observations.column(name)[early:], step)
        arrived = lagged(values, _late(sensor, step))
        known[:, place] = carried(arrived, carry) if sensor.kind in STATES else arrived
        true[:, place] = lagged(values, stamp_shift(sensor, step))
    evaporation = _evaporation(network, observations, early)
    totals = frozenset(n for n in chosen if (network.sensor(n).accumulation or step) > step)
    still = {
        name: lagged(observations.still[name][early:], _late(network.sensor(name), step))
        for name in chosen
        if name in observations.still
    }
    whole = Inputs(times, tuple(chosen), step / HOUR, known, true, evaporation, totals, still)
    return whole.since(start - early)


def _late(sensor: Sensor, step: timedelta) -> int:
    return -int(-sensor.delay(step) // step)


def _reach(sensor: Sensor, step: timedelta) -> int:
    shift = max(_late(sensor, step), stamp_shift(sensor, step))
    return shift + max(1, int(CARRIED / step), _total_steps(sensor, step))


def _total_steps(sensor: Sensor, step: timedelta) -> int:
    return max(1, int((sensor.accumulation or step) / step))


def per_step(sensor: Sensor, values: Array, step: timedelta) -> Array:
    """Totals over a longer time than a step as the part that falls on one step.

    A total that the file gives once in its time holds for all of it, as if every row repeated it.
    """
    if sensor.accumulation is None or sensor.accumulation == step:
        return values
    return carried(values, _total_steps(sensor, step) - 1) * (step / sensor.accumulation)


def stamp_shift(sensor: Sensor, step: timedelta) -> int:
    """Rows by which a total must move to stand at the end of its time."""
    if sensor.stamped == "end" or not sensor.kind.is_total:
        return 0
    return _total_steps(sensor, step)


def _evaporation(network: Network, observations: Observations, start: int) -> Array:
    """Measured or, where that is missing, what the season makes likely; mm per step."""
    likely = seasonal(observations.times[start:], network.step / HOUR)
    sensors = network.of_kind(Kind.POTENTIAL_EVAPOTRANSPIRATION)
    sensors = tuple(s for s in sensors if s.id in observations.ids)
    if not sensors:
        return likely
    columns = [
        lagged(per_step(s, observations.column(s.id)[start:], network.step), _late(s, network.step))
        for s in sensors
    ]
    stack = np.maximum(np.column_stack(columns), 0.0)
    count = (~np.isnan(stack)).sum(axis=1)
    mean = np.nansum(stack, axis=1) / np.maximum(count, 1)
    return np.where(count > 0, mean, likely)
