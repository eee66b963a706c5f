"""Potential evapotranspiration where nobody measures it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
#: What a lawn of the German uplands could evaporate in a year, mm (Hydrological Atlas, 2.12).
ANNUAL_MM = 560.0


def seasonal(
    times: ArrayLike,
    step_hours: float,
    *,
    latitude: float = 51.2,
    longitude: float = 7.2,
    annual_mm: float = ANNUAL_MM,
) -> Array:
    """Evaporation of each step, mm (T,), from nothing but the sun's height.

    `times` are the ends of the steps (UTC). Follows extraterrestrial radiation (Allen et al. 1998,
    FAO Irrigation and Drainage Paper 56, equations 21 to 33), with the warmth lagging a month
    behind, scaled to `annual_mm`.
    """
    moments = np.asarray(times).astype("datetime64[s]")
    middle = moments - np.timedelta64(round(step_hours * 1800), "s")
    days = middle.astype("datetime64[D]")
    day_of_year = (days - days.astype("datetime64[Y]")).astype(np.float64)
    hour = (middle - days).astype(np.float64) / 3600 + longitude / 15
    weight = _height(day_of_year, hour, latitude) * _warmth(day_of_year)
    return weight * (annual_mm * step_hours / _yearly_sum(latitude))


def _height(day: Array, hour: Array, latitude: float) -> Array:
    """Sine of the sun's height, 0 at night."""
    declination = 0.409 * np.sin(2 * np.pi * day / 365.25 - 1.39)
    angle = np.pi / 12 * (hour - 12.0)
    phi = np.radians(latitude)
    sine = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(angle)
    height: Array = np.maximum(sine, 0.0)
    return height


def _warmth(day: Array) -> Array:
    """How much of the radiation evaporates water: least in February, most in August."""
    warmth: Array = 1.0 - 0.45 * np.cos(2 * np.pi * (day - 25) / 365.25)
    return warmth


def _yearly_sum(latitude: float) -> float:
    hours = np.arange(365 * 24, dtype=np.float64)
    day = np.floor(hours / 24)
    return float((_height(day, hours % 24 + 0.5, latitude) * _warmth(day)).sum())
