"""Rivers for the tests of quality control."""

from __future__ import annotations

from typing import Any

import numpy as np

from factories.flood import make_network, make_observations, make_sensor
from steiger.engines.flood.network import Kind, Network, Observations
from steiger.engines.flood.quality import Flag, check_quality

DAY = 24


def river(days: int, resolution: float = 0.001) -> np.ndarray:
    """A level that moves at every hour."""
    hour = np.arange(days * DAY)
    wave = 0.8 + 0.3 * np.sin(hour / 50) + np.random.default_rng(3).normal(0, 0.004, len(hour))
    return np.round(wave / resolution) * resolution


def found(rule: str, network: Network, observations: Observations) -> list[Flag]:
    return list(check_quality(network, observations).by_rule(rule))


def one(values: Any, kind: Kind = Kind.WATER_LEVEL, **fields: Any) -> tuple[Network, Observations]:
    network = make_network(make_sensor("s", kind, **fields))
    return network, make_observations(network, {"s": values})


def hours_of(flag: Flag, observations: Observations) -> tuple[int, int]:
    return observations.index_of(flag.start), observations.index_of(flag.end)
