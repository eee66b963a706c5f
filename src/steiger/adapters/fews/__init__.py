"""Delft-FEWS published interface (PI): time series as XML and JSON, read and written."""

from steiger.adapters.fews.client import fetch
from steiger.adapters.fews.forecast import forecast_series
from steiger.adapters.fews.parser import parse
from steiger.adapters.fews.words import SOURCE
from steiger.adapters.fews.writer import write_json, write_xml

__all__ = ["SOURCE", "fetch", "forecast_series", "parse", "write_json", "write_xml"]
