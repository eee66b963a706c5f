"""DWD ICON-D2-EPS: twenty possible courses of the rain in the next two days."""

from steiger.adapters.icon_d2_eps.client import fetch
from steiger.adapters.icon_d2_eps.parser import SOURCE, parse, parse_dataset

__all__ = ["SOURCE", "fetch", "parse", "parse_dataset"]
