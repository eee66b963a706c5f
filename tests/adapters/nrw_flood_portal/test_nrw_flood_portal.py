"""The flood portal of NRW: station list, week file, download of all gauges."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from factories.flood_sources import encoded, nrw_download, nrw_stations, nrw_week, sensor
from steiger.adapters.nrw_flood_portal import (
    fetch,
    fetch_all,
    fetch_stations,
    parse,
    parse_stations,
)
from steiger.lib.sources import SourceError

KEY = "100/9990000000100"


def test_stations_become_sensors_with_information_values() -> None:
    found = parse_stations(nrw_stations())
    assert list(found) == [KEY, "104/104"]
    gauge = found[KEY]
    assert gauge.name == "Beispielhausen (Beispiel)"
    assert gauge.warning_levels == (1.0, 1.5)
    assert (gauge.lat, gauge.lon, gauge.catchment_km2) == (51.26, 7.15, 134.5)
    assert (gauge.unit, gauge.source_unit) == ("m", "cm")


def test_coordinates_in_metres_are_no_place() -> None:
    gauge = parse_stations(nrw_stations())["104/104"]
    assert (gauge.lat, gauge.lon, gauge.catchment_km2) == (None, None, None)


def test_stations_with_the_same_number_are_left_out() -> None:
    assert not [key for key in parse_stations(nrw_stations()) if "1234512345" in key]


def test_winter_time_all_year_becomes_utc() -> None:
    (series,) = parse(nrw_week())
    assert series.sensor == "9990000000100"
    assert str(series.times[0]) == "2031-07-14T00:00:00"
    assert series.values[:2].tolist() == [60, 59]


def test_only_wanted_stations_are_given() -> None:
    assert parse(nrw_week(), {"100/1": sensor()}) == ()
    (series,) = parse(nrw_week(), {KEY: sensor("mine")})
    assert series.sensor == "mine"


def test_other_columns_are_refused() -> None:
    daily = nrw_week().replace(b"Timestamp,Value", b"Value,Timestamp")
    with pytest.raises(SourceError, match="series 1: has the columns"):
        parse(daily)


def test_bad_value_is_named_by_station_and_row() -> None:
    with pytest.raises(SourceError, match="station 9990000000100, value 2: 'defekt' is no number"):
        parse(nrw_week().replace(b"59.0", b'"defekt"'))


def test_station_without_values_is_an_empty_series() -> None:
    (series,) = parse(nrw_week(count=0))
    assert len(series) == 0


def test_download_gives_all_stations_and_negative_levels() -> None:
    found = {series.sensor: series for series in parse(nrw_download())}
    assert list(found) == ["9990000000100", "9990000000200"]
    assert found["9990000000200"].values.tolist() == [-12.5] * 4
    (only,) = parse(nrw_download(), {KEY: sensor("mine")})
    assert (only.sensor, len(only)) == ("mine", 4)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("9990000000100;2031-07-14T00:00:00;1", "line 2: .* has no time zone"),
        ("9990000000100;2031-07-14T00:00:00+01:00;x", "line 2: 'x' is no number"),
        ("9990000000100;2031-07-14T00:00:00+01:00;1;2", "line 2: too many values"),
        ("9990000000100;gestern;1", "station 9990000000100, messwerte.txt, line 2"),
    ],
)
def test_bad_line_of_the_download_is_named(line: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(nrw_download(line))


def test_download_with_another_header_is_refused() -> None:
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("messwerte.txt", "<html>")
    with pytest.raises(SourceError, match="does not begin with station_no;time"):
        parse(file.getvalue())


def test_week_is_cut_to_the_period() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("index.json"):
            return httpx.Response(200, content=nrw_stations())
        if path.endswith("messwerte.zip"):
            return httpx.Response(200, content=nrw_download())
        assert path == "/data/internet/stations/100/9990000000100/S/week.json"
        return httpx.Response(200, content=nrw_week())

    start, end = (datetime(2031, 7, 14, 0, minute, tzinfo=UTC) for minute in (15, 45))
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        sensors = {KEY: fetch_stations(client=client)[KEY]}
        (series,) = fetch(sensors, start, end, client=client)
        (whole,) = fetch_all(sensors, client=client)
    assert series.values.tolist() == [59, 58, 57]
    assert whole.sensor == series.sensor
    assert not np.isnan(whole.values).any()


def test_empty_list_is_no_series() -> None:
    assert parse(encoded([])) == ()
    assert parse_stations(encoded([])) == {}
