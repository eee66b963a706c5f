"""GeoJSON (RFC 7946): a FeatureCollection of points with properties."""

from steiger.adapters.geojson.parser import read_geojson

__all__ = ["read_geojson"]
