"""Gauges with state, trend and forecast as GeoJSON (RFC 7946)."""

from steiger.adapters.flood_geojson.writer import gauges_as_geojson

__all__ = ["gauges_as_geojson"]
