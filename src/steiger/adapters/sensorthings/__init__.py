"""OGC SensorThings: forecasts of gauges as datastreams and observations."""

from steiger.adapters.sensorthings.writer import things_of

__all__ = ["things_of"]
