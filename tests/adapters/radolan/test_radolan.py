"""RADOLAN composites: header, cells, grids, means over areas; the DWD's own numbers as oracle."""

from __future__ import annotations

import bz2
import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.flood_sources import archive, composite, sensor
from steiger.adapters.radolan import fetch, parse, read_composite
from steiger.adapters.radolan.grid import Grid
from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality, ensemble_table
from steiger.lib.sources import Policy, SourceError

SPHERE = Grid((900, 900), ellipsoid=False)
RAIN = sensor(kind=Kind.RAIN)
#: Half a degree around Wuppertal.
AREA = [(51.0, 6.9), (51.0, 7.4), (51.5, 7.4), (51.5, 6.9)]


@pytest.mark.parametrize(
    ("shape", "corner", "lat", "lon"),
    [
        # Corners of the national and the extended national grid as the DWD prints them.
        ((900, 900), (0, 0), 46.9526, 3.5889),
        ((900, 900), (0, 900), 47.0705, 14.6209),
        ((900, 900), (900, 900), 54.7405, 15.7208),
        ((900, 900), (900, 0), 54.5877, 2.0715),
        ((1100, 900), (0, 0), 46.1929, 4.6759),
        ((1100, 900), (0, 900), 46.1827, 15.4801),
        ((1100, 900), (1100, 900), 55.5342, 17.1128),
        ((1100, 900), (1100, 0), 55.5482, 3.0889),
    ],
)
def test_corners_on_the_sphere_are_those_of_the_dwd(
    shape: tuple[int, int], corner: tuple[int, int], lat: float, lon: float
) -> None:
    # Four decimals of a degree are up to 11 m.
    assert Grid(shape, ellipsoid=False).position(lat, lon) == pytest.approx(corner, abs=0.012)


@pytest.mark.parametrize(
    ("lat", "lon", "row", "column"),
    [
        # The DWD's proj string for DE1200 on WGS 84 gives (334350.154, -362443.208) m for 53° N,
        # 7° E, counted from the centre of the north-western cell; 51° N, 9° E is (469500, -599500).
        (53.0, 7.0, 1199.5 - 362.4432076971, 334.3501540769 + 0.5),
        (51.0, 9.0, 600.0, 470.0),
    ],
)
def test_places_on_the_ellipsoid_are_those_of_the_dwd(
    lat: float, lon: float, row: float, column: float
) -> None:
    grid = Grid((1200, 1100), ellipsoid=True)
    assert grid.position(lat, lon) == pytest.approx((row, column), abs=1e-6)


@pytest.mark.parametrize("ellipsoid", [False, True])
@pytest.mark.parametrize("shape", [(900, 900), (1100, 900), (1200, 1100)])
def test_centre_of_a_cell_lies_in_its_middle(shape: tuple[int, int], ellipsoid: bool) -> None:
    grid = Grid(shape, ellipsoid)
    lat, lon = grid.centres()
    north, east = grid.position(lat, lon)
    assert np.abs(north - np.arange(shape[0])[:, None] - 0.5).max() < 1e-7
    assert np.abs(east - np.arange(shape[1])[None, :] - 0.5).max() < 1e-7


def test_earth_models_differ_by_less_than_a_cell_in_nrw() -> None:
    places = (np.array([50.5, 51.3, 52.4]), np.array([6.0, 7.2, 9.3]))
    sphere, ellipsoid = (Grid((900, 900), model).position(*places) for model in (False, True))
    assert np.abs(np.array(sphere) - np.array(ellipsoid)).max() < 1


def test_unknown_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="grid 10 × 10 is unknown; known: 900 × 900"):
        Grid((10, 10), ellipsoid=False)


def test_header_is_read() -> None:
    found = read_composite(composite())
    assert (found.product, found.valid, found.issued) == (
        "RW",
        np.datetime64("2031-07-14T00:50:00"),
        None,
    )
    assert (found.interval, found.radars) == (timedelta(hours=1), ("bsp", "nrw"))
    assert found.grid == SPHERE


def test_cells_without_value_and_clutter_are_missing() -> None:
    cells = np.full((900, 900), 12, np.uint16)
    cells[0, 0], cells[0, 1], cells[0, 2], cells[0, 3] = 0x29C4, 0x8000 | 5, 0x4000 | 5, 0x1000 | 5
    found = read_composite(composite(cells))
    assert np.isnan(found.values[0, :5]).tolist() == [True, True, True, False, False]
    assert found.values[0, 3:5].tolist() == [0.5, 1.2]
    assert found.filled[0, :5].tolist() == [False, False, False, True, False]


@pytest.mark.parametrize(("precision", "expected"), [(-2, 0.07), (-1, 0.7), (0, 7.0), (1, 70.0)])
def test_precision_counts(precision: int, expected: float) -> None:
    assert np.nanmax(read_composite(composite(precision=precision)).values) == expected


def test_rows_run_northwards_and_columns_eastwards() -> None:
    cells = np.zeros((900, 900), np.uint16)
    cell = SPHERE.cell(51.26, 7.15)
    assert cell is not None
    cells[cell] = 33
    (series,) = parse(composite(cells), {"a": RAIN})
    assert series.values.tolist() == [3.3]
    (mean,) = parse(composite(cells), {"a": RAIN}, around=1)
    assert mean.values[0] == pytest.approx(3.3 / 9)
    north = sensor(kind=Kind.RAIN, lat=51.30)
    assert parse(composite(cells), {"a": north})[0].values.tolist() == [0.0]


def test_mean_over_an_area_weighs_cells_by_the_part_inside() -> None:
    cells = np.zeros((900, 900), np.uint16)
    cells[400, 300:302] = (100, 200)
    lat, lon = SPHERE.centres()
    # From the middles of four cells to each other: a quarter of each of them lies inside.
    square = [(400, 300), (400, 301), (401, 301), (401, 300)]
    outline = [(float(lat[cell]), float(lon[cell])) for cell in square]
    (series,) = parse(composite(cells), {"a": RAIN}, areas={"a": outline})
    assert series.values[0] == pytest.approx((10 + 20 + 0 + 0) / 4)


def test_area_without_any_value_is_missing() -> None:
    cells = np.full((900, 900), 0x29C4, np.uint16)
    (series,) = parse(composite(cells), {"a": RAIN}, areas={"a": AREA})
    assert series.quality.tolist() == [Quality.MISSING]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])
def test_gap_larger_than_allowed_makes_the_mean_missing(share: float) -> None:
    north, _ = SPHERE.position(*np.array(AREA).T)
    rows = np.linspace(north.min(), north.max(), 101)
    cells = np.full((900, 900), 10, np.uint16)
    cells[: int(rows[int(100 * share)])] = 0x29C4
    (series,) = parse(composite(cells), {"a": RAIN}, areas={"a": AREA})
    marks = {0.0: Quality.UNCHECKED, 0.1: Quality.ESTIMATED, 0.4: Quality.MISSING}
    assert series.quality.tolist() == [marks[share]]
    assert share == 0.4 or series.values[0] == pytest.approx(1.0)


def test_areas_that_are_none_are_refused() -> None:
    for outline, words in (
        (AREA[:2], "three corners"),
        ([(51.0, 7.0), (51.1, 7.0), (51.2, 7.0)], "no extent|outside"),
        ([(51.0, -30.0), (51.0, 7.4), (51.5, 7.4)], "outside the grid"),
    ):
        with pytest.raises(SourceError, match=words):
            parse(composite(), {"a": RAIN}, areas={"a": outline})


def test_sensor_outside_or_without_place_is_named() -> None:
    with pytest.raises(SourceError, match="station a: lies outside the grid"):
        parse(composite(), {"a": sensor(kind=Kind.RAIN, lat=10.0)})
    with pytest.raises(SourceError, match="station a: has neither a place nor an area"):
        parse(composite(), {"a": sensor(kind=Kind.RAIN, lat=None, lon=None)})
    with pytest.raises(ValueError, match="say for which sensors"):
        parse(composite())


def test_forecast_in_an_archive_is_one_member() -> None:
    shape = (1200, 1100)
    files = {
        f"DE1200_RV3107140050_{lead:03}": composite(
            np.full(shape, lead, np.uint16), product="RV", lead=lead, interval=5, precision=-2,
            version=5,
        )
        for lead in (0, 5, 10)
    }  # fmt: skip
    (series,) = parse(bz2.compress(archive(files), 1), {"a": RAIN})
    assert series.issue_time == np.datetime64("2031-07-14T00:50:00")
    assert series.values.tolist() == [0.0, 0.05, 0.1]
    assert str(series.times[-1]) == "2031-07-14T01:00:00"
    assert (series.member, series.accumulation) == (0, timedelta(minutes=5))
    assert ensemble_table([series], timedelta(minutes=5))["value"].to_pylist() == [0.05, 0.1]


def test_archive_of_different_sums_is_refused() -> None:
    files = {"a": composite(), "b": composite(interval=5, time="140055")}
    with pytest.raises(SourceError, match="b: sums over another time"):
        parse(archive(files), {"a": RAIN})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (composite(product="RE"), "share of snow and hail, no rain"),
        (composite(product="RX"), "RX is no sum of rain; read are RH, RL"),
        (composite(time="320050"), "the header's time"),
        (composite()[:-1], "It is cut off"),
        (composite() + b"\0", "has 1,6"),
        (composite(shape=(900, 900)).replace(b" 900x 900", b" 900x 901"), "grid 900 × 901"),
        (composite().replace(b"PR E-01", b"PR X-01"), "no precision"),
        (composite().replace(b"INT  60", b"INT   0"), "sums over no time"),
        (composite().replace(b"BY", b"BZ"), "is no composite"),
        (composite().replace(b"SW", b"S\xfc"), "not ASCII here"),
        (b"RW" * 3000, "no header"),
    ],
)
def test_composite_that_is_none_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(data, {"a": RAIN})


def test_interval_in_days_is_understood() -> None:
    data = composite().replace(b"INT  60GP", b"INT   1U1GP")
    size = int(data[19:26]) + 2
    data = data[:19] + f"{size:7}".encode() + data[26:]
    assert read_composite(data).interval == timedelta(days=1)


@given(st.integers(0, 0xFFFF))
def test_every_cell_is_a_rain_or_missing(raw: int) -> None:
    cells = np.zeros((900, 900), np.uint16)
    cells[0, 0] = raw
    value = read_composite(composite(cells)).values[0, 0]
    assert np.isnan(value) == bool(raw & 0xE000)
    assert np.isnan(value) or 0 <= value <= 409.5


def test_hours_that_the_server_lacks_are_gaps() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        if "140150" in asked[-1]:
            return httpx.Response(404)
        time = asked[-1].split("-")[2][4:]
        return httpx.Response(200, content=gzip.compress(composite(time=time), 1))

    start, end = (datetime(2031, 7, 14, hour, tzinfo=UTC) for hour in (0, 3))
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        (series,) = fetch({"a": RAIN}, start, end, client=client)
        with pytest.raises(SourceError, match=r"140150.*HTTP 404"):
            fetch({"a": RAIN}, start + timedelta(hours=1), end - timedelta(hours=1), client=client)
        with pytest.raises(ValueError, match="product 'RE' is unknown"):
            fetch({"a": RAIN}, start, end, product="RE", client=client)
        assert fetch({"a": RAIN}, end, start, client=client, policy=Policy()) == ()
    assert asked[0] == "raa01-rw_10000-3107140050-dwd---bin.bz2"
    assert [str(time)[11:16] for time in series.times] == ["00:50", "02:50"]


@pytest.mark.shared
def test_real_hourly_composite_is_read(shared: Path) -> None:
    data = (
        shared / "data/flood/format_samples/raa01-rw_10000-1408030950-dwd---bin.gz"
    ).read_bytes()
    found = read_composite(gzip.decompress(data))
    assert (found.product, found.valid) == ("RW", np.datetime64("2014-08-03T09:50:00"))
    assert found.radars[:3] == ("boo", "ros", "emd")
    assert np.isnan(found.values).mean() == pytest.approx(165_520 / 810_000)
    assert np.nanmax(found.values) == 42.1
    (series,) = parse(data, {"a": RAIN}, areas={"a": AREA})
    assert series.values[0] == pytest.approx(0.0, abs=0.01)


@pytest.mark.shared
def test_real_share_of_snow_is_opened_but_no_rain(shared: Path) -> None:
    data = (shared / "data/flood/format_samples/RE2210180700_000.gz").read_bytes()
    found = read_composite(gzip.decompress(data))
    assert (found.product, found.grid.ellipsoid) == ("RE", True)
    assert found.issued == found.valid == np.datetime64("2022-10-18T07:00:00")
    assert np.nanmax(found.values) == 0.935
    with pytest.raises(SourceError, match="share of snow and hail, no rain"):
        parse(data, {"a": RAIN})
