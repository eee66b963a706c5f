r"""The RADOLAN grids: polar stereographic, cells of 1 km, rows from south to north.

Sources: DWD, "RADOLAN/RADVOR: Hoch aufgelöste Niederschlagsanalyse und -vorhersage … —
Beschreibung des Kompositformats", version 2.5, for the sphere (radius 6370.04 km, true at 60° N,
10° E downwards); J. P. Snyder, "Map Projections — A Working Manual", USGS Professional Paper 1395
(1987), equations 21-33, 21-34 and 15-9, doi:10.3133/pp1395, for the ellipsoid WGS 84, on which
composites of format version 5 and later lie.

With latitude :math:`\varphi`, longitude :math:`\lambda` and colatitude function :math:`t`:
:math:`x = \rho \sin(\lambda - 10°)`, :math:`y = -\rho \cos(\lambda - 10°)`, where on the sphere
:math:`\rho = R (1 + \sin 60°) \cos\varphi / (1 + \sin\varphi)`. Every grid is fixed by the place
of 51° N, 9° E in it, counted in km from its south-western corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RADIUS_KM = 6370.04
AXIS_KM = 6378.137
ECCENTRICITY = float(np.sqrt(0.00669437999014))
MERIDIAN = 10.0
TRUE_AT = np.radians(60.0)
#: From this format version on composites lie on the ellipsoid.
ELLIPSOID_FROM = 5
#: (rows, columns) → where 51° N, 9° E lies, in km east and north of the south-western corner.
ORIGINS = {
    (900, 900): (450.0, 450.0),
    (1100, 900): (370.0, 550.0),
    (1200, 1100): (470.0, 600.0),
}


@dataclass(frozen=True, slots=True)
class Grid:
    """One of the grids: `shape` is (rows, columns), `ellipsoid` says on which earth it lies."""

    shape: tuple[int, int]
    ellipsoid: bool

    def __post_init__(self) -> None:
        """Reject a grid that is not known.

        Raises:
            ValueError: naming it and those that are.
        """
        if self.shape not in ORIGINS:
            known = ", ".join(f"{rows} × {columns}" for rows, columns in ORIGINS)
            raise ValueError(f"grid {self.shape[0]} × {self.shape[1]} is unknown; known: {known}")

    def position(self, lat: Array | float, lon: Array | float) -> tuple[Array, Array]:
        """Kilometres north and east of the south-western corner of the grid; any shape.

        Cell (row, column) reaches from (row, column) to (row + 1, column + 1).
        """
        east, north = _project(np.asarray(lat), np.asarray(lon), self.ellipsoid)
        west, south = self._corner()
        return north - south, east - west

    def cell(self, lat: float, lon: float) -> tuple[int, int] | None:
        """Row and column of the cell that holds a place; None outside the grid."""
        north, east = self.position(lat, lon)
        row, column = int(np.floor(north)), int(np.floor(east))
        inside = 0 <= row < self.shape[0] and 0 <= column < self.shape[1]
        return (row, column) if inside else None

    def centres(self) -> tuple[Array, Array]:
        """Latitude and longitude of the centres of all cells, each (rows, columns)."""
        west, south = self._corner()
        east, north = np.meshgrid(
            west + np.arange(self.shape[1]) + 0.5, south + np.arange(self.shape[0]) + 0.5
        )
        return _unproject(east, north, self.ellipsoid)

    def _corner(self) -> tuple[float, float]:
        """Projected coordinates (km) of the south-western corner."""
        east, north = _project(np.asarray(51.0), np.asarray(9.0), self.ellipsoid)
        right, up = ORIGINS[self.shape]
        return float(east) - right, float(north) - up


@lru_cache(maxsize=1)
def _scale() -> float:
    """Factor of Snyder 21-34: ρ = scale · t, in km."""
    sine, cosine = np.sin(TRUE_AT), np.cos(TRUE_AT)
    m = cosine / np.sqrt(1 - (ECCENTRICITY * sine) ** 2)
    return float(AXIS_KM * m / _colatitude(np.asarray(TRUE_AT)))


def _colatitude(phi: Array) -> Array:
    """t of Snyder 15-9; phi in radians."""
    flat = ECCENTRICITY * np.sin(phi)
    result: Array = np.tan(np.pi / 4 - phi / 2) / ((1 - flat) / (1 + flat)) ** (ECCENTRICITY / 2)
    return result


def _project(lat: Array, lon: Array, ellipsoid: bool) -> tuple[Array, Array]:
    phi, angle = np.radians(lat), np.radians(lon - MERIDIAN)
    if ellipsoid:
        rho = _scale() * _colatitude(phi)
    else:
        rho = RADIUS_KM * (1 + np.sin(TRUE_AT)) * np.cos(phi) / (1 + np.sin(phi))
    return rho * np.sin(angle), -rho * np.cos(angle)


def _unproject(east: Array, north: Array, ellipsoid: bool) -> tuple[Array, Array]:
    rho = np.hypot(east, north)
    lon = np.degrees(np.arctan2(east, -north)) + MERIDIAN
    if not ellipsoid:
        phi = np.pi / 2 - 2 * np.arctan(rho / (RADIUS_KM * (1 + np.sin(TRUE_AT))))
        return np.degrees(phi), lon
    t = rho / _scale()
    phi = np.pi / 2 - 2 * np.arctan(t)
    # Snyder 7-9: four rounds leave less than a tenth of a millimetre.
    for _ in range(4):
        flat = ECCENTRICITY * np.sin(phi)
        phi = np.pi / 2 - 2 * np.arctan(t * ((1 - flat) / (1 + flat)) ** (ECCENTRICITY / 2))
    return np.degrees(phi), lon
