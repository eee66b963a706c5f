"""The Things Network (v3): the region's own LoRaWAN sensors, as they report and afterwards."""

from steiger.adapters.ttn.client import fetch, listen
from steiger.adapters.ttn.parser import SOURCE, Uplink, Uplinks, parse, read_uplink

__all__ = ["SOURCE", "Uplink", "Uplinks", "fetch", "listen", "parse", "read_uplink"]
