"""Units that a file may use, and the canonical ones in which everything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network.types import Kind, NetworkError

Array = NDArray[np.float64]

#: Spellings that mean the same.
SPELLINGS = {
    "m³/s": "m3/s",
    "m^3/s": "m3/s",
    "m3 s-1": "m3/s",
    "L/s": "l/s",
    "C": "°C",
    "degC": "°C",
    "m³/m³": "m3/m3",
    "mbar": "hPa",
}
LEVEL = {"m": 1.0, "cm": 0.01, "mm": 0.001}
FLOW = {"m3/s": 1.0, "l/s": 0.001}
#: kind → unit in the file → factor; what depends on the step or has an offset is treated apart.
FACTORS: dict[Kind, dict[str, float]] = {
    Kind.WATER_LEVEL: LEVEL,
    Kind.RESERVOIR_LEVEL: LEVEL,
    Kind.DISCHARGE: FLOW,
    Kind.RELEASE: FLOW,
    Kind.RAIN: {"mm": 1.0},
    Kind.POTENTIAL_EVAPOTRANSPIRATION: {"mm": 1.0},
    Kind.TEMPERATURE: {"°C": 1.0, "K": 1.0},
    Kind.SOIL_MOISTURE: {"m3/m3": 1.0, "%": 0.01},
    Kind.AIR_PRESSURE: {"hPa": 1.0, "Pa": 0.01},
    Kind.HUMIDITY: {"%": 1.0},
    Kind.WIND: {"m/s": 1.0, "km/h": 1 / 3.6},
}
#: Levels are held to a tenth of a millimetre, so that 43 cm and 0.43 m are the same bits.
LEVEL_DECIMALS = 4
#: Anything else that is converted is rounded here: reading what was written changes nothing.
OTHER_DECIMALS = 7


@dataclass(frozen=True, slots=True)
class Unit:
    """How values of a file become canonical: `value * factor + offset`, then rounded."""

    canonical: str
    factor: float = 1.0
    offset: float = 0.0
    decimals: int | None = None

    def to_canonical(self, values: Array) -> Array:
        """Canonical values, same shape."""
        converted = values * self.factor + self.offset if self._changes else values
        return converted if self.decimals is None else np.round(converted, self.decimals)

    def to_source(self, values: Array) -> Array:
        """Values in the file's unit, same shape."""
        return (values - self.offset) / self.factor if self._changes else values

    @property
    def _changes(self) -> bool:
        return self.factor != 1.0 or self.offset != 0.0


def unit_of(kind: Kind, unit: str, step: timedelta, accumulation: timedelta | None = None) -> Unit:
    """How values of this kind in this unit become canonical.

    Raises:
        NetworkError: the unit does not fit the kind; the text lists those that do.
    """
    unit = SPELLINGS.get(unit, unit)
    if unit == "mm/h" and kind in {Kind.DISCHARGE, Kind.RELEASE}:
        return Unit("mm/h")
    if unit == "mm/h" and kind.is_total:
        hours = (accumulation or step) / timedelta(hours=1)
        return Unit("mm", hours, decimals=None if hours == 1 else OTHER_DECIMALS)
    factor = FACTORS[kind].get(unit)
    if factor is None:
        more = ["mm/h"] if kind.is_total or kind in {Kind.DISCHARGE, Kind.RELEASE} else []
        allowed = ", ".join([*FACTORS[kind], *more])
        raise NetworkError(f"unit {unit!r} does not fit {kind}; it may be {allowed}")
    canonical = next(iter(FACTORS[kind]))
    if kind in {Kind.WATER_LEVEL, Kind.RESERVOIR_LEVEL}:
        return Unit(canonical, factor, decimals=LEVEL_DECIMALS)
    offset = -273.15 if unit == "K" else 0.0
    decimals = None if factor == 1 and not offset else OTHER_DECIMALS
    return Unit(canonical, factor, offset, decimals)
