"""What every rule gets: values with what is known about their sensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind, Network, NetworkError, Observations, Sensor
from steiger.engines.flood.network.units import Unit, unit_of
from steiger.engines.flood.quality.flags import Mask
from steiger.engines.flood.quality.series import held

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Record:
    """Observations (T, S) beside the sensors of their columns."""

    network: Network
    observations: Observations
    sensors: tuple[Sensor, ...]

    @classmethod
    def of(cls, network: Network, observations: Observations) -> Record:
        """Bring both together.

        Raises:
            NetworkError: a column has no sensor, or the steps differ.
        """
        sensors = tuple(network.sensor(sensor_id) for sensor_id in observations.ids)
        if len(observations) > 1 and observations.step != network.step:
            raise NetworkError(
                f"the observations have a step of {observations.step}, the network {network.step}"
            )
        return cls(network, observations, sensors)

    @property
    def values(self) -> Array:
        """(T, S), canonical units."""
        return self.observations.values

    @property
    def times(self) -> NDArray[np.datetime64]:
        """(T,)."""
        return self.observations.times

    @property
    def hours(self) -> float:
        """Length of a step in hours."""
        return self.network.step / timedelta(hours=1)

    def steps(self, hours: float) -> int:
        """How many steps so many hours have, at least one."""
        return max(1, round(hours / self.hours))

    def of_kind(self, *kinds: Kind) -> Iterator[tuple[int, Sensor, Array]]:
        """Column number, sensor and values (T,) of every sensor of these kinds."""
        for column, sensor in enumerate(self.sensors):
            if sensor.kind in kinds:
                yield column, sensor, np.ascontiguousarray(self.values[:, column])

    def nothing(self) -> Mask:
        """A mask (T, S) without a mark."""
        return np.zeros(self.values.shape, dtype=bool)

    def not_due(self) -> Mask:
        """Where a value is missing only because it cannot be known yet, (T, S)."""
        if not len(self.times) or not self.observations.delays.any():
            return self.nothing()
        received = self.observations.received
        late: Mask = self.observations.known_at() > (
            self.times[-1] if received is None else received
        )
        return late

    def in_hand(self, given: Mask) -> Mask:
        """Where a sensor has said all that it owes, (T, S), from where it gave values, (T, S).

        A total that is given once holds for all the time over which it is summed, and what cannot
        be known yet is not owed.
        """
        found = given.copy()
        for column, sensor in enumerate(self.sensors):
            if sensor.accumulation and sensor.accumulation > self.network.step:
                width = sensor.accumulation // self.network.step
                found[:, column] = held(given[:, column], width)
        return found | self.not_due()

    def unit(self, sensor: Sensor) -> Unit:
        """How the sensor's source unit becomes canonical."""
        return unit_of(sensor.kind, sensor.source_unit, self.network.step, sensor.accumulation)
