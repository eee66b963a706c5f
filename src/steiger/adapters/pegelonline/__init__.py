"""PEGELONLINE: levels and discharges of the federal waterways (REST API v2)."""

from steiger.adapters.pegelonline.client import fetch, fetch_stations
from steiger.adapters.pegelonline.parser import SOURCE, parse, parse_stations

__all__ = ["SOURCE", "fetch", "fetch_stations", "parse", "parse_stations"]
