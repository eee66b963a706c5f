"""Reads RADOLAN and RADVOR composites of the DWD (binary, two bytes a cell).

Layout: DWD, "RADOLAN/RADVOR — Beschreibung des Kompositformats", version 2.5: an ASCII header up
to the byte 0x03, then cells from the south-western corner eastwards, row by row, little endian.
Bits 1–12 are the value, bit 13 says that it was filled in from elsewhere, bit 14 that there is
none, bit 15 that it is negative, bit 16 that it is clutter. What bites: a fifth of the cells have
no value (outside the radars' reach), and 2500 stands there, not a rain; an hourly sum is stamped
at minute 50; forecasts differ by the token VV only; RADVOR's RE is **no rain** but the share of
snow in it with a mark for hail, so `parse` refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from steiger.adapters.radolan.grid import ELLIPSOID_FROM, Grid
from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import Source, SourceError, in_utc, members

SOURCE = Source(
    key="radolan",
    name="DWD RADOLAN/RADVOR",
    homepage="https://opendata.dwd.de/weather/radar",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="Quelle: Deutscher Wetterdienst",
    kinds=(Kind.RAIN,),
)
#: Sums of rain in mm.
RAIN = {"RW", "RL", "RU", "RH", "SF", "SH", "RY", "YW", "RV", "RQ"}
END = b"\x03"
LONGEST_HEADER = 4096
SQUARE_METRE = 1e-6
VALUE, FILLED, NONE, NEGATIVE, CLUTTER = 0x0FFF, 0x1000, 0x2000, 0x4000, 0x8000
HEADER = re.compile(
    r"(?P<product>[A-Z]{2})(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\d{5}"
    r"(?P<month>\d\d)(?P<year>\d\d)BY\s*(?P<size>\d+)VS\s*(?P<version>\d+)"
)
TOKENS = {
    "precision": re.compile(r"PR\s*E([+-]\d\d)"),
    "interval": re.compile(r"INT\s*(\d+)(?:U(\d))?"),
    "grid": re.compile(r"GP\s*(\d+)x\s*(\d+)"),
}
LEAD = re.compile(r"VV\s*(\d{3})")
RADARS = re.compile(r"MS\s*\d*<([^>]*)>")

Weights = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Composite:
    """One composite: `values` (rows, columns), for sums in mm over the `interval` up to `valid`.

    Missing cells and clutter are NaN. `issued` is None for an observation. Rows run northwards.
    `filled` (rows, columns) says which values come from elsewhere (for RE: where hail falls).
    """

    product: str
    grid: Grid
    values: NDArray[np.float64]
    filled: NDArray[np.bool_]
    valid: np.datetime64
    issued: np.datetime64 | None
    interval: timedelta
    radars: tuple[str, ...]


def parse(
    data: bytes,
    sensors: Mapping[str, Sensor] | None = None,
    *,
    areas: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    around: int = 0,
    largest_gap: float = 0.25,
) -> tuple[Series, ...]:
    """Rain at sensors and over areas, from one composite or a tar archive of several.

    A forecast becomes a series with `issue_time` and the one `member` 0.

    Args:
        data: plain, gzip or bzip2; tar archives as RADVOR's RV comes in.
        sensors: rain gauges or catchments, by any key.
        areas: key of a sensor → its outline as (latitude, longitude): the mean over the area,
            each cell by the part of it that lies inside.
        around: for a sensor without area, how many cells on each side of its own are averaged
            (0: its own cell, 1: 3 × 3).
        largest_gap: part of an area that may be without value before the mean is missing; where
            it is smaller the mean is marked ESTIMATED.

    Raises:
        SourceError: naming file and byte or token; a sensor outside the grid or without a place.
        ValueError: no sensors are given.
    """
    if not sensors:
        raise ValueError("a composite has no stations: say for which sensors rain is wanted")
    rows: dict[tuple[str, np.datetime64 | None], list[tuple[np.datetime64, float, int]]] = {}
    weights: dict[tuple[Grid, str], Weights] = {}
    interval: timedelta | None = None
    for name, content in members(data, SOURCE.name):
        composite = read_composite(content, name)
        if composite.product not in RAIN:
            raise SourceError(SOURCE.name, _no_rain(composite.product), where=name)
        if interval not in {None, composite.interval}:
            raise SourceError(SOURCE.name, "sums over another time than the others", where=name)
        interval = composite.interval
        for key, sensor in sensors.items():
            share = weights.get((composite.grid, key))
            if share is None:
                share = _weights(composite.grid, key, sensor, (areas or {}).get(key), around)
                weights[composite.grid, key] = share
            value, mark = _mean(composite.values, share, largest_gap)
            rows.setdefault((key, composite.issued), []).append((composite.valid, value, mark))
    return tuple(
        Series.of_rows(
            found,
            sensor=sensors[key].id,
            kind=Kind.RAIN,
            unit="mm",
            name=sensors[key].name,
            lat=sensors[key].lat,
            lon=sensors[key].lon,
            accumulation=interval,
            issue_time=issued,
            member=None if issued is None else 0,
        )
        for (key, issued), found in rows.items()
    )


def _no_rain(product: str) -> str:
    if product == "RE":
        return "product RE is the share of snow and hail, no rain; take RV or RQ"
    return f"product {product} is no sum of rain; read are {', '.join(sorted(RAIN))}"


def read_composite(data: bytes, name: str = "") -> Composite:
    """One unpacked composite of any product with two bytes a cell.

    Raises:
        SourceError: naming the file and what in it is wrong.
    """
    end = data[:LONGEST_HEADER].find(END)
    if end < 0:
        raise SourceError(SOURCE.name, "has no header that ends with byte 3", where=name)
    try:
        text = data[:end].decode("ascii")
    except UnicodeDecodeError as error:
        where = f"{name}, byte {error.start}".lstrip(", ")
        raise SourceError(SOURCE.name, "the header is not ASCII here", where=where) from None
    head = HEADER.match(text)
    if not head:
        raise SourceError(SOURCE.name, f"is no composite: it begins {text[:20]!r}", where=name)
    shape = _numbers("grid", text, name)
    (exponent,) = _numbers("precision", text, name)
    length, *unit = _numbers("interval", text, name)
    # U0 (or nothing) counts minutes, U1 days.
    interval = timedelta(days=length) if unit == [1] else timedelta(minutes=length)
    if interval <= timedelta(0):
        raise SourceError(SOURCE.name, "sums over no time (token INT)", where=name)
    try:
        grid = Grid((shape[0], shape[1]), int(head["version"]) >= ELLIPSOID_FROM)
    except ValueError as error:
        raise SourceError(SOURCE.name, str(error), where=name) from None
    cells = _cells(data, end + 1, int(head["size"]), grid, name)
    time, lead = _time(head, name), LEAD.search(text)
    radars = RADARS.search(text)
    return Composite(
        product=head["product"],
        grid=grid,
        values=_values(cells, exponent),
        filled=(cells & FILLED) != 0,
        valid=time + np.timedelta64(60 * int(lead[1]) if lead else 0, "s"),
        issued=time if lead else None,
        interval=interval,
        radars=tuple(part.strip() for part in radars[1].split(",")) if radars else (),
    )


def _numbers(token: str, text: str, name: str) -> list[int]:
    found = TOKENS[token].search(text)
    if not found:
        raise SourceError(SOURCE.name, f"the header has no {token}", where=name)
    return [int(part) for part in found.groups() if part is not None]


def _time(head: re.Match[str], name: str) -> np.datetime64:
    day, hour, minute = int(head["day"]), int(head["hour"]), int(head["minute"])
    try:
        moment = datetime(
            2000 + int(head["year"]), int(head["month"]), day, hour, minute, tzinfo=UTC
        )
    except ValueError as error:
        raise SourceError(SOURCE.name, f"the header's time: {error}", where=name) from None
    return np.datetime64(moment.replace(tzinfo=None), "s")


def _cells(data: bytes, start: int, size: int, grid: Grid, name: str) -> NDArray[np.uint16]:
    count = grid.shape[0] * grid.shape[1]
    # The size in the header counts the header, with or without the byte that ends it.
    if not 0 <= size - start - 2 * count + 1 <= 1 or len(data) - start != 2 * count:
        problem = f"has {len(data):,} bytes; the header says {size:,}, the grid {2 * count:,} more"
        cut = " It is cut off." if len(data) - start < 2 * count else ""
        raise SourceError(SOURCE.name, problem + "." + cut, where=name)
    return np.frombuffer(data, "<u2", count, start).reshape(grid.shape)


def _values(cells: NDArray[np.uint16], exponent: int) -> NDArray[np.float64]:
    # Dividing keeps 0.1 mm the nearest double to 0.1; multiplying by 10⁻¹ would not.
    values = (cells & VALUE).astype(np.float64)
    values = values / 10.0**-exponent if exponent < 0 else values * 10.0**exponent
    values[(cells & (NONE | NEGATIVE | CLUTTER)) != 0] = np.nan
    return values


def _weights(
    grid: Grid,
    key: str,
    sensor: Sensor,
    outline: Sequence[tuple[float, float]] | None,
    around: int,
) -> Weights:
    if outline is not None:
        return _area(grid, key, outline)
    if sensor.lat is None or sensor.lon is None:
        raise SourceError(SOURCE.name, "has neither a place nor an area", station=key)
    cell = grid.cell(sensor.lat, sensor.lon)
    if cell is None:
        raise SourceError(SOURCE.name, "lies outside the grid", station=key)
    rows, columns = (
        np.arange(max(0, middle - around), min(size, middle + around + 1))
        for middle, size in zip(cell, grid.shape, strict=True)
    )
    row, column = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    return row, column, np.full(len(row), 1 / len(row))


def _area(grid: Grid, key: str, outline: Sequence[tuple[float, float]]) -> Weights:
    if len(outline) < 3:
        raise SourceError(SOURCE.name, "an area has at least three corners", station=key)
    lat, lon = np.array(outline, dtype=np.float64).T
    north, east = grid.position(lat, lon)
    area = shapely.make_valid(shapely.Polygon(np.column_stack([east, north])))
    west, south, right, up = area.bounds
    if west < 0 or south < 0 or right > grid.shape[1] or up > grid.shape[0]:
        raise SourceError(SOURCE.name, "the area reaches outside the grid", station=key)
    rows = np.arange(int(south), min(int(up) + 1, grid.shape[0]))
    columns = np.arange(int(west), min(int(right) + 1, grid.shape[1]))
    row, column = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    boxes = shapely.box(column, row, column + 1, row + 1)
    parts = shapely.area(shapely.intersection(boxes, area))
    # A line may have a hair of an area from rounding; a real one has at least a square metre.
    if not parts.sum() > SQUARE_METRE:
        raise SourceError(SOURCE.name, "the area has no extent", station=key)
    inside = parts > 0
    return row[inside], column[inside], parts[inside] / parts.sum()


def _mean(
    values: NDArray[np.float64], weights: Weights, largest_gap: float
) -> tuple[float, Quality]:
    row, column, share = weights
    found = values[row, column]
    given = ~np.isnan(found)
    covered = float(share[given].sum())
    if covered <= 0 or 1 - covered > largest_gap:
        return float("nan"), Quality.MISSING
    mean = float((found[given] * share[given]).sum() / covered)
    return mean, Quality.UNCHECKED if given.all() else Quality.ESTIMATED


def times_between(
    start: datetime, end: datetime, *, minute: int, every: timedelta
) -> Iterator[datetime]:
    """Times of composites from `start` to `end`, both included, in UTC."""
    first, last = in_utc(start), in_utc(end)
    hour = first.replace(minute=0, second=0, microsecond=0)
    time = hour + timedelta(minutes=minute) - timedelta(hours=1)
    while time <= last:
        if time >= first:
            yield time
        time += every
