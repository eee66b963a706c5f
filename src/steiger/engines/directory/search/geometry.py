"""Distances on the earth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088


def distance_km(
    near: tuple[float, float], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distance by the haversine formula (Sinnott 1984, Sky & Telescope 68:158).

    Args:
        near: (latitude, longitude) in degrees.
        lat, lon: arrays of shape (n,) in degrees.

    Returns:
        Array of shape (n,) in kilometres, on a sphere of 6371.0088 km (IUGG mean radius).
    """
    lat1, lon1 = np.radians(near[0]), np.radians(near[1])
    lat2, lon2 = np.radians(lat), np.radians(lon)
    a = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    result: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(a)))
    return result
