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
        received = self.observations.received
        if received is None or not self.observations.delays.any():
            return self.nothing()
        late: Mask = self.observations.known_at() > received
        return late

    def unit(self, sensor: Sensor) -> Unit:
        """How the sensor's source unit becomes canonical."""
        return unit_of(sensor.kind, sensor.source_unit, self.network.step, sensor.accumulation)
