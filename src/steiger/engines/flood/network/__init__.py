"""A river network as data: sensors, their observations, and how both are read and written."""

from steiger.engines.flood.network.examining import Examination, Problem, examine
from steiger.engines.flood.network.observations import (
    Observations,
    as_utc,
    joined,
    read_observations,
    write_observations,
)
from steiger.engines.flood.network.reading import parse_duration, read_network, write_network
from steiger.engines.flood.network.tables import ReadingNote
from steiger.engines.flood.network.types import Kind, Network, NetworkError, Sensor

__all__ = [
    "Examination",
    "Kind",
    "Network",
    "NetworkError",
    "Observations",
    "Problem",
    "ReadingNote",
    "Sensor",
    "as_utc",
    "examine",
    "joined",
    "parse_duration",
    "read_network",
    "read_observations",
    "write_network",
    "write_observations",
]
