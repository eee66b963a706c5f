"""52°North timeseries API: levels and rain of water boards, among them the Wupperverband."""

from steiger.adapters.sos52north.client import fetch, fetch_stations
from steiger.adapters.sos52north.parser import SOURCE, parse, parse_stations

__all__ = ["SOURCE", "fetch", "fetch_stations", "parse", "parse_stations"]
