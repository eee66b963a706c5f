"""Reads total precipitation of the DWD's ensemble ICON-D2-EPS (GRIB 2).

GRIB is opened by cfgrib, which is an extra of this package and imported only here, when used.
What bites: the field is the sum **since the start of the run**, so rain in a step is a difference;
packing rounds, so a sum may fall by a hair from one step to the next; the native grid consists of
triangles, whose centres come in files of their own (`clat`, `clon`); a file of one hour holds four
quarters of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.network.series import Quality, Series, spacing
from steiger.lib.sources import Source, SourceError, members

SOURCE = Source(
    key="icon_d2_eps",
    name="DWD ICON-D2-EPS",
    homepage="https://opendata.dwd.de/weather/nwp/icon-d2-eps",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="Quelle: Deutscher Wetterdienst",
    kinds=(Kind.RAIN,),
)
#: Names that the sum of precipitation has in opened files.
FIELDS = ("tp", "tot_prec", "TOT_PREC", "unknown")
#: A sum that falls by less than this, in mm, does so because packing rounds.
ROUNDING = 0.1
#: A centre further away than this, in km, is not the cell of a sensor.
FURTHEST = 10.0
EARTH_KM = 6371.0
EXTRA = "GRIB files are read by an extra: install “steiger[grib]”"

Array = NDArray[np.float64]


class Dataset(Protocol):
    """The part of an `xarray.Dataset` that is used: variables by name, with `dims`, `values`."""

    def __getitem__(self, key: str, /) -> Any: ...
    def __contains__(self, key: object, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Cells:
    """Centres of the cells of a grid: `lat`, `lon` (N,) in degrees."""

    lat: Array
    lon: Array

    def __post_init__(self) -> None:
        """Reject arrays that are no places.

        Raises:
            ValueError: saying what is wrong.
        """
        if self.lat.ndim != 1 or self.lat.shape != self.lon.shape or not len(self.lat):
            raise ValueError(f"{self.lat.shape} latitudes and {self.lon.shape} longitudes")
        if not ((np.abs(self.lat) <= 90) & (np.abs(self.lon) <= 360)).all():
            raise ValueError("latitudes or longitudes are not degrees")


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Rain since the start of a run: `values` (members, steps, sensors) in mm."""

    issued: np.datetime64
    members: tuple[int, ...]
    valid: NDArray[np.datetime64]
    values: Array


def parse(
    data: bytes,
    sensors: Mapping[str, Sensor] | None = None,
    *,
    cells: Cells | None = None,
    areas: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> tuple[Series, ...]:
    """Rain of each member at each sensor, per step of the files.

    Args:
        data: GRIB 2 with all steps of a run: messages one after another, or a tar archive; each
            plain, gzip or bzip2.
        sensors: rain gauges or catchments, by any key.
        cells: centres of the cells, for the native grid; other grids carry them.
        areas: key of a sensor → its outline as (latitude, longitude): the mean of the cells
            whose centres lie inside; the nearest cell where none does.

    Raises:
        SourceError: the extra is missing; no GRIB; no precipitation; a sensor outside the grid.
        ValueError: no sensors are given.
    """
    found = [
        sums
        for name, content in members(data, SOURCE.name)
        for dataset in opened(content, name)
        for sums in [sums_of(dataset, sensors or {}, cells=cells, areas=areas, where=name)]
    ]
    return series_of(found, sensors or {})


def parse_dataset(
    dataset: Dataset,
    sensors: Mapping[str, Sensor],
    *,
    cells: Cells | None = None,
    areas: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> tuple[Series, ...]:
    """As `parse`, from an opened dataset with the dimensions number, step and those of the grid."""
    return series_of([sums_of(dataset, sensors, cells=cells, areas=areas)], sensors)


def opened(data: bytes, where: str = "") -> Iterator[Any]:
    """The datasets in GRIB bytes.

    Raises:
        SourceError: it is no GRIB 2 or damaged, or the extra is missing.
    """
    _check_messages(data, where)
    try:
        import cfgrib
    except (ImportError, RuntimeError) as error:  # cfgrib raises when ecCodes is not found
        raise SourceError(SOURCE.name, f"{EXTRA} ({error})") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field.grib2"
        path.write_bytes(data)
        try:
            yield from cfgrib.open_datasets(str(path), backend_kwargs={"indexpath": ""})
        # cfgrib and ecCodes raise whatever they meet; each means an unreadable file.
        except Exception as error:
            problem = f"cannot be read as GRIB ({type(error).__name__}: {error})"
            raise SourceError(SOURCE.name, problem, where=where) from error


def _check_messages(data: bytes, where: str) -> None:
    """cfgrib skips a message that is cut off and goes on; a member would silently be missing."""
    start, count = 0, 0
    while start < len(data) or not count:
        count += 1
        place = f"{where}, message {count}".lstrip(", ")
        if data[start : start + 4] != b"GRIB" or data[start + 7 : start + 8] != b"\x02":
            begin = data[start : start + 8]
            raise SourceError(SOURCE.name, f"is no GRIB 2: it begins {begin!r}", where=place)
        length = int.from_bytes(data[start + 8 : start + 16], "big")
        if length < 20 or data[start + length - 4 : start + length] != b"7777":
            raise SourceError(SOURCE.name, "is cut off or damaged", where=place)
        start += length


def cells_of(clat: bytes, clon: bytes) -> Cells:
    """Centres of the native grid, from the files `clat` and `clon`.

    Raises:
        SourceError: as `opened`; or they are no coordinates.
    """
    found = []
    for name, data in (("clat", clat), ("clon", clon)):
        for _, content in members(data, SOURCE.name):
            for dataset in opened(content, name):
                (field,) = list(dataset.data_vars)[:1]
                found.append(np.asarray(dataset[field].values, dtype=np.float64).ravel())
                break
    try:
        return Cells(*found)
    except (ValueError, TypeError) as error:
        raise SourceError(SOURCE.name, f"the cells' centres: {error}", where="clat, clon") from None


def sums_of(
    dataset: Dataset,
    sensors: Mapping[str, Sensor],
    *,
    cells: Cells | None = None,
    areas: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    where: str = "",
) -> Sums:
    """Rain since the start of the run at the sensors.

    Raises:
        SourceError: no precipitation, other dimensions, or a sensor outside the grid.
        ValueError: no sensors are given.
    """
    if not sensors:
        raise ValueError("a grid has no stations: say for which sensors rain is wanted")
    name = next((field for field in FIELDS if field in dataset), None)
    if name is None:
        raise SourceError(SOURCE.name, "holds no total precipitation", where=where)
    field = dataset[name]
    # Kept in the file's own precision: a field of all Germany has ten million values.
    values = np.asarray(field.values)
    numbers = np.atleast_1d(_variable(dataset, "number", where)).astype(np.int64)
    steps = np.atleast_1d(_variable(dataset, "step", where)).astype("timedelta64[s]")
    issued = np.datetime64(np.asarray(_variable(dataset, "time", where)).ravel()[0], "s")
    order = [dim for dim in ("number", "step") if dim in field.dims]
    values = np.moveaxis(values, [list(field.dims).index(dim) for dim in order], range(len(order)))
    # A dimension of length one is dropped when a file is opened; it comes back here.
    if values.size % (len(numbers) * len(steps)):
        raise SourceError(SOURCE.name, f"has the dimensions {field.dims}", where=where)
    values = values.reshape(len(numbers), len(steps), -1)
    grid = cells or _own_cells(dataset, where)
    if len(grid.lat) != values.shape[2]:
        problem = f"{values.shape[2]:,} values for {len(grid.lat):,} cells"
        raise SourceError(SOURCE.name, problem, where=where)
    columns = [
        _mean(values[:, :, _chosen(grid, key, sensor, (areas or {}).get(key))])
        for key, sensor in sensors.items()
    ]
    return Sums(issued, tuple(map(int, numbers)), issued + steps, np.stack(columns, axis=2))


def series_of(parts: Sequence[Sums], sensors: Mapping[str, Sensor]) -> tuple[Series, ...]:
    """One series for each sensor and member: rain in each step, in mm.

    The first step counts from the start of the run. A step without the sums at both of its ends
    is missing; so is one whose sum falls by more than rounding explains.

    Raises:
        SourceError: the parts are of different runs or members, or steps are not equally long.
    """
    if not parts:
        raise SourceError(SOURCE.name, "holds no fields")
    first = parts[0]
    if any((part.issued, part.members) != (first.issued, first.members) for part in parts):
        raise SourceError(SOURCE.name, "mixes fields of different runs or members")
    valid = np.concatenate([part.valid for part in parts])
    sums = np.concatenate([part.values for part in parts], axis=1)
    valid, order = np.unique(valid, return_index=True)
    sums = sums[:, order]
    if valid[0] > first.issued:
        valid = np.concatenate([[first.issued], valid])
        sums = np.concatenate([np.zeros_like(sums[:, :1]), sums], axis=1)
    step = spacing(valid)
    if step is None:
        raise SourceError(SOURCE.name, "holds a single step, at which nothing has fallen yet")
    rain = np.diff(sums, axis=1)
    rain = np.where((rain < 0) & (rain >= -ROUNDING), 0.0, rain)
    gaps = np.diff(valid.astype(np.int64)) != int(step.total_seconds())
    rain[:, gaps] = np.nan
    rain[rain < 0] = np.nan
    marks = np.where(np.isnan(rain), Quality.MISSING, Quality.UNCHECKED).astype(np.uint8)
    return tuple(
        Series(
            sensor=sensor.id,
            kind=Kind.RAIN,
            unit="mm",
            times=valid[1:],
            values=rain[place, :, column],
            quality=marks[place, :, column],
            name=sensor.name,
            lat=sensor.lat,
            lon=sensor.lon,
            accumulation=step,
            issue_time=first.issued,
            member=member,
        )
        for column, sensor in enumerate(sensors.values())
        for place, member in enumerate(first.members)
    )


def _mean(values: NDArray[np.floating[Any]]) -> Array:
    result: Array = values.astype(np.float64).mean(axis=2)
    return result


def _variable(dataset: Dataset, name: str, where: str) -> Any:
    if name not in dataset:
        raise SourceError(SOURCE.name, f"has no {name}", where=where)
    return dataset[name].values


def _own_cells(dataset: Dataset, where: str) -> Cells:
    lat = np.asarray(_variable(dataset, "latitude", where), dtype=np.float64)
    lon = np.asarray(_variable(dataset, "longitude", where), dtype=np.float64)
    if lat.ndim == lon.ndim == 1 and "values" not in getattr(dataset["latitude"], "dims", ()):
        lon, lat = np.meshgrid(lon, lat)
    return Cells(lat.ravel(), lon.ravel())


def _chosen(
    cells: Cells, key: str, sensor: Sensor, outline: Sequence[tuple[float, float]] | None
) -> NDArray[np.int64]:
    lon = (cells.lon + 180) % 360 - 180
    if outline is not None:
        if len(outline) < 3:
            raise SourceError(SOURCE.name, "an area has at least three corners", station=key)
        area = shapely.make_valid(shapely.Polygon([(east, north) for north, east in outline]))
        inside = np.flatnonzero(shapely.contains_xy(area, lon, cells.lat))
        if len(inside):
            return inside
        middle = area.representative_point()
        north, east = middle.y, middle.x
    elif sensor.lat is not None and sensor.lon is not None:
        north, east = sensor.lat, sensor.lon
    else:
        raise SourceError(SOURCE.name, "has neither a place nor an area", station=key)
    # On a grid of 2 km a flat map around the sensor is exact enough to find the nearest centre.
    up = np.radians(cells.lat - north)
    right = np.radians(lon - east) * np.cos(np.radians(north))
    distance = EARTH_KM * np.hypot(up, right)
    nearest = int(distance.argmin())
    if distance[nearest] > FURTHEST:
        raise SourceError(SOURCE.name, "lies outside the grid", station=key)
    return np.array([nearest])
