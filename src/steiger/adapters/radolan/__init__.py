"""DWD RADOLAN and RADVOR: rain seen by radar, hourly and as a forecast of two hours."""

from steiger.adapters.radolan.client import fetch
from steiger.adapters.radolan.parser import SOURCE, Composite, parse, read_composite

__all__ = ["SOURCE", "Composite", "fetch", "parse", "read_composite"]
