"""Words of the published interface that reading and writing share."""

from __future__ import annotations

import re
from datetime import timedelta

from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality
from steiger.lib.sources import Source

SOURCE = Source(
    key="fews",
    name="Delft-FEWS PI",
    homepage="https://oss.deltares.nl/web/delft-fews",
    licence="as the operator of the system states",
    licence_url="",
    attribution="the operator of the system",
    kinds=(
        Kind.WATER_LEVEL,
        Kind.DISCHARGE,
        Kind.RAIN,
        Kind.RELEASE,
        Kind.RESERVOIR_LEVEL,
        Kind.POTENTIAL_EVAPOTRANSPIRATION,
        Kind.TEMPERATURE,
        Kind.SOIL_MOISTURE,
        Kind.AIR_PRESSURE,
        Kind.HUMIDITY,
        Kind.WIND,
    ),
)
NAMESPACE = "http://www.wldelft.nl/fews/PI"
VERSION = "1.25"
#: Kind → parameter that is written, and its usual unit. Reading goes by the part before the dot.
PARAMETERS: dict[Kind, tuple[str, str]] = {
    Kind.WATER_LEVEL: ("H", "m"),
    Kind.DISCHARGE: ("Q", "m3/s"),
    Kind.RAIN: ("P", "mm"),
    Kind.RELEASE: ("Q.release", "m3/s"),
    Kind.RESERVOIR_LEVEL: ("H.reservoir", "m"),
    Kind.POTENTIAL_EVAPOTRANSPIRATION: ("E", "mm"),
    Kind.TEMPERATURE: ("T", "°C"),
    Kind.SOIL_MOISTURE: ("SM", "m3/m3"),
    Kind.AIR_PRESSURE: ("AP", "hPa"),
    Kind.HUMIDITY: ("RH", "%"),
    Kind.WIND: ("WS", "m/s"),
}
#: First part of a parameter → kind and usual unit; WATHTE is the Dutch code of a water level.
KINDS: dict[str, tuple[Kind, str]] = {
    name: (kind, unit) for kind, (name, unit) in PARAMETERS.items()
} | {
    "W": (Kind.WATER_LEVEL, "m"),
    "WATHTE": (Kind.WATER_LEVEL, "m"),
    "PC": (Kind.RAIN, "mm"),
    "PET": (Kind.POTENTIAL_EVAPOTRANSPIRATION, "mm"),
    "TA": (Kind.TEMPERATURE, "°C"),
}
#: Flags: 0–2 reliable (original, corrected, completed), 3–5 doubtful, 6–8 unreliable, 9 missing.
QUALITIES = {
    0: Quality.GOOD,
    1: Quality.ESTIMATED,
    2: Quality.ESTIMATED,
    3: Quality.SUSPECT,
    4: Quality.SUSPECT,
    5: Quality.SUSPECT,
    6: Quality.SUSPECT,
    7: Quality.SUSPECT,
    8: Quality.SUSPECT,
    9: Quality.MISSING,
}
FLAGS = {Quality.GOOD: 0, Quality.ESTIMATED: 2, Quality.SUSPECT: 3, Quality.MISSING: 9}
UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
#: A quantile is written as a qualifier: “q0.05”.
QUANTILE = re.compile(r"q(0\.\d+)")
#: Header elements that become attributes of a series, in the order of the schema.
ATTRIBUTES = ("type", "moduleInstanceId", "parameterId", "qualifierId", "ensembleId")
