"""KISTERS KiWIS: the web service of many water boards and states."""

from steiger.adapters.kiwis.client import fetch, fetch_stations
from steiger.adapters.kiwis.parser import SOURCE, parse, parse_stations

__all__ = ["SOURCE", "fetch", "fetch_stations", "parse", "parse_stations"]
