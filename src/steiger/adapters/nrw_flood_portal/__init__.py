"""The flood portal of North Rhine-Westphalia: levels of the state's gauges."""

from steiger.adapters.nrw_flood_portal.client import fetch, fetch_all, fetch_stations
from steiger.adapters.nrw_flood_portal.parser import SOURCE, parse, parse_stations

__all__ = ["SOURCE", "fetch", "fetch_all", "fetch_stations", "parse", "parse_stations"]
