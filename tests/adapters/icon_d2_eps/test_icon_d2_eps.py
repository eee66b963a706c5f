"""ICON-D2-EPS: sums since the start become rain in each step, for each member."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import flood_sources as make
from factories.flood_sources import Dataset, Field, sensor
from steiger.adapters.icon_d2_eps import fetch, parse, parse_dataset
from steiger.adapters.icon_d2_eps.parser import Cells
from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import write_ensemble
from steiger.lib.sources import SourceError

RAIN = sensor(kind=Kind.RAIN)
CELLS = Cells(np.array([51.26, 51.26, 51.30]), np.array([7.15, 7.20, 7.15]))
START = datetime(2031, 7, 14, tzinfo=UTC)


def dataset(sums: Any, steps: Any, **more: Field) -> Dataset:
    """Sums (members, steps) on three cells, with 1, 2 and 3 times the rain."""
    values = np.asarray(sums, dtype=np.float64)[:, :, None] * np.array([1.0, 2.0, 3.0])
    issued = np.datetime64("2031-07-14T00:00:00", "ns")
    return Dataset(
        tp=Field(dims=("number", "step", "values"), values=values),
        number=Field(dims=("number",), values=np.arange(1, len(values) + 1)),
        step=Field(dims=("step",), values=np.array(steps, "timedelta64[m]")),
        time=Field(dims=(), values=issued),
        **more,
    )


def test_sums_become_rain_of_each_step() -> None:
    found = parse_dataset(
        dataset([[0, 1, 1, 4], [0, 0, 2, 2]], [0, 60, 120, 180]), {"a": RAIN}, cells=CELLS
    )
    assert [series.member for series in found] == [1, 2]
    assert found[0].values.tolist() == [1, 0, 3]
    assert found[1].values.tolist() == [0, 2, 0]
    assert found[0].accumulation == timedelta(hours=1)
    assert found[0].issue_time == np.datetime64("2031-07-14T00:00:00")
    assert str(found[0].times[0]) == "2031-07-14T01:00:00"


def test_first_step_counts_from_the_start_of_the_run() -> None:
    (series,) = parse_dataset(dataset([[2, 3]], [60, 120]), {"a": RAIN}, cells=CELLS)
    assert series.values.tolist() == [2, 1]


def test_dimensions_in_another_order_are_understood() -> None:
    whole = dataset([[0, 1, 1], [0, 2, 2]], [0, 60, 120])
    turned = Dataset(whole)
    values = np.moveaxis(whole["tp"].values, [0, 1, 2], [1, 2, 0])
    turned["tp"] = Field(dims=("values", "number", "step"), values=values)
    assert parse_dataset(turned, {"a": RAIN}, cells=CELLS) == parse_dataset(
        whole, {"a": RAIN}, cells=CELLS
    )


def test_single_member_and_step_without_dimensions_are_understood() -> None:
    one = dataset([[5]], [60])
    one["tp"] = Field(dims=("values",), values=np.array([5.0, 10.0, 15.0]))
    one["number"] = Field(dims=(), values=np.array(7))
    one["step"] = Field(dims=(), values=np.timedelta64(60, "m"))
    (series,) = parse_dataset(one, {"a": RAIN}, cells=CELLS)
    assert (series.member, series.values.tolist()) == (7, [5.0])


def test_sum_that_falls_by_rounding_is_no_rain_and_by_more_is_missing() -> None:
    (series,) = parse_dataset(
        dataset([[0, 5, 4.99, 2, 3]], [0, 60, 120, 180, 240]), {"a": RAIN}, cells=CELLS
    )
    assert series.values[[0, 1, 3]].tolist() == [5, 0, 1]
    assert np.isnan(series.values[2])


def test_step_after_a_gap_is_missing() -> None:
    (series,) = parse_dataset(
        dataset([[0, 1, 2, 9, 10]], [0, 60, 120, 240, 300]), {"a": RAIN}, cells=CELLS
    )
    assert np.isnan(series.values).tolist() == [False, False, True, False]


@given(st.lists(st.integers(0, 400), min_size=2, max_size=20))
def test_no_rain_is_lost_or_made(amounts: list[int]) -> None:
    sums = np.concatenate([[0], np.cumsum(np.array(amounts) / 8)])
    (series,) = parse_dataset(dataset([sums], 15 * np.arange(len(sums))), {"a": RAIN}, cells=CELLS)
    assert series.values.sum() == sums[-1]


def test_nearest_cell_or_cells_in_the_area_are_taken() -> None:
    east = sensor("east", Kind.RAIN, lon=7.21)
    outline = [(51.2, 7.1), (51.2, 7.25), (51.28, 7.25), (51.28, 7.1)]
    tiny = [(51.299, 7.149), (51.299, 7.1495), (51.2995, 7.1495)]
    found = parse_dataset(
        dataset([[0, 1]], [0, 60]),
        {"a": RAIN, "b": east, "c": RAIN, "d": RAIN},
        cells=CELLS,
        areas={"c": outline, "d": tiny},
    )
    assert [series.values[0] for series in found] == [1.0, 2.0, 1.5, 3.0]


def test_longitudes_up_to_360_are_understood() -> None:
    cells = Cells(np.array([51.26, 51.26]), np.array([359.9, 7.15]))
    data = dataset([[0, 1]], [0, 60])
    data["tp"] = Field(dims=data["tp"].dims, values=data["tp"].values[:, :, :2])
    west = sensor("west", Kind.RAIN, lon=-0.1)
    (series,) = parse_dataset(data, {"a": west}, cells=cells)
    assert series.values[0] == 1.0


def test_regular_grid_brings_its_own_cells() -> None:
    data = dataset([[0, 1]], [0, 60])
    values = np.arange(4.0).reshape(1, 1, 2, 2) * np.array([0, 1]).reshape(1, 2, 1, 1)
    data["tp"] = Field(dims=("number", "step", "latitude", "longitude"), values=values)
    data["latitude"] = Field(dims=("latitude",), values=np.array([51.26, 51.30]))
    data["longitude"] = Field(dims=("longitude",), values=np.array([7.15, 7.20]))
    place = sensor(kind=Kind.RAIN, lat=51.30, lon=7.20)
    (series,) = parse_dataset(data, {"a": place})
    assert series.values.tolist() == [3.0]


def test_what_cannot_be_understood_is_refused() -> None:
    data = dataset([[0, 1]], [0, 60])
    far = sensor(kind=Kind.RAIN, lat=48.0)
    nowhere = sensor(kind=Kind.RAIN, lat=None, lon=None)
    two = Cells(CELLS.lat[:2], CELLS.lon[:2])
    for case, sensors, cells, words in (
        (Dataset(), {"a": RAIN}, CELLS, "no total precipitation"),
        (Dataset(tp=data["tp"]), {"a": RAIN}, CELLS, "has no number"),
        (data, {"a": far}, CELLS, "station a: lies outside the grid"),
        (data, {"a": nowhere}, CELLS, "neither a place nor an area"),
        (data, {"a": RAIN}, two, "3 values for 2 cells"),
        (data, {"a": RAIN}, None, "has no latitude"),
        (dataset([[0]], [0]), {"a": RAIN}, CELLS, "a single step"),
    ):
        with pytest.raises(SourceError, match=words):
            parse_dataset(case, sensors, cells=cells)
    with pytest.raises(ValueError, match="say for which sensors"):
        parse_dataset(data, {}, cells=CELLS)
    with pytest.raises(SourceError, match="three corners"):
        parse_dataset(data, {"a": RAIN}, cells=CELLS, areas={"a": [(51.0, 7.0)]})


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (np.zeros(2), np.zeros(3)),
        (np.zeros((2, 2)), np.zeros((2, 2))),
        (np.full(2, 99.0), np.zeros(2)),
    ],
)
def test_cells_that_are_no_places_are_refused(lat: Any, lon: Any) -> None:
    with pytest.raises(ValueError, match="latitudes"):
        Cells(lat, lon)


def test_fields_of_two_runs_are_not_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cfgrib", make.FakeGrib)  # type: ignore[arg-type]
    other = np.array(np.datetime64("2031-07-14T03:00:00", "s").astype(np.int64))
    files = make.archive({"a": make.grib((1,)), "b": make.grib((2,), time=other)})
    with pytest.raises(SourceError, match="different runs or members"):
        parse(files, {"a": RAIN})
    hours = make.archive({"a": make.grib((1,)), "b": make.grib((3, 2))})
    assert parse(hours, {"a": RAIN})[0].values.tolist() == [1.0, 1.0, 1.0]


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cfgrib", None)
    with pytest.raises(SourceError, match=r"install “steiger\[grib\]”"):
        parse(make.grib(), {"a": RAIN})


def test_library_is_imported_only_when_used() -> None:
    code = "import sys, steiger.adapters.icon_d2_eps; print('cfgrib' in sys.modules)"
    # The package need not be installed: the other process looks where this one does.
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GRIB", "message 1: is no GRIB 2"),
        (make.grib_message(b"x").replace(b"\x02", b"\x01"), "message 1: is no GRIB 2"),
        (make.grib_message(b"x") + make.grib_message(b"y")[:-1], "message 2: is cut off"),
        (make.grib_message(b"x") + b"Rest", "message 2: is no GRIB 2: it begins b'Rest'"),
        (b"GRIB\0\0\0\x02" + bytes(40), "message 1: is cut off or damaged"),
    ],
)
def test_message_that_is_none_is_named(data: bytes, words: str) -> None:
    # cfgrib would only skip it, and a member would be missing.
    with pytest.raises(SourceError, match=words):
        parse(data, {"a": RAIN})


def encoded_grib(steps: tuple[int, ...], member: int) -> bytes:
    """Messages of one member as the DWD encodes them: sums since the start, steps in minutes."""
    import eccodes

    result = b""
    for step in steps:
        handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
        for key, value in {
            "centre": "edzw", "productDefinitionTemplateNumber": 11, "dataDate": 20310714,
            "dataTime": 0, "discipline": 0, "parameterCategory": 1, "parameterNumber": 52,
            "typeOfStatisticalProcessing": 1, "perturbationNumber": member,
            "numberOfForecastsInEnsemble": 2, "indicatorOfUnitOfTimeRange": 0, "stepUnits": "m",
            "stepRange": f"0-{step}", "typeOfFirstFixedSurface": 1,
            "gridDefinitionTemplateNumber": 101, "numberOfDataPoints": 3, "bitsPerValue": 16,
        }.items():  # fmt: skip
            eccodes.codes_set(handle, key, value)
        eccodes.codes_set_values(handle, np.array([1.0, 2.0, 3.0]) * member * step / 60)
        result += eccodes.codes_get_message(handle)
        eccodes.codes_release(handle)
    return result


def test_real_grib_on_the_native_grid_is_read() -> None:
    pytest.importorskip("cfgrib", reason="needs the extra “grib”", exc_type=ImportError)
    whole = encoded_grib((0, 15, 30), 1) + encoded_grib((0, 15, 30), 2)
    found = parse(whole, {"a": RAIN}, cells=CELLS)
    assert [series.member for series in found] == [1, 2]
    assert found[1].values.tolist() == [0.5, 0.5]
    assert found[0].accumulation == timedelta(minutes=15)
    assert found[0].issue_time == np.datetime64("2031-07-14T00:00:00")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (START + timedelta(hours=1), START + timedelta(hours=2), "is no run"),
        (START, START, "from 1 to 48 hours"),
        (START, START + timedelta(hours=49), "from 1 to 48 hours"),
    ],
)
def test_run_that_is_none_is_refused(start: datetime, end: datetime, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fetch({"a": RAIN}, start, end)


def test_members_become_the_rain_file_of_a_forecast(tmp_path: Path) -> None:
    found = parse_dataset(
        dataset([[0, 1, 3, 6, 10], [0, 0, 0, 0, 4]], [0, 15, 30, 45, 60]), {"a": RAIN}, cells=CELLS
    )
    table = pq.read_table(write_ensemble(tmp_path / "rain.parquet", found, timedelta(hours=1)))
    assert table.column_names == ["issue_time", "valid_time", "sensor", "member", "value"]
    assert table["member"].to_pylist() == [1, 2]
    assert table["value"].to_pylist() == [10.0, 4.0]
