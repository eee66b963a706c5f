"""PEGELONLINE: stations, flood marks, raw values in legal time."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from factories.flood_sources import (
    UUID,
    encoded,
    pegelonline_measurements,
    pegelonline_stations,
    sensor,
)
from steiger.adapters.pegelonline import fetch, fetch_stations, parse, parse_stations
from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality
from steiger.lib.sources import SourceError


def test_stations_become_sensors_in_canonical_units() -> None:
    found = parse_stations(pegelonline_stations())
    bare = UUID.replace("0001", "0002")
    assert list(found) == [f"{UUID}/W", f"{UUID}/Q", f"{bare}/W"]
    level = found[f"{UUID}/W"]
    assert (level.id, level.kind, level.unit, level.source_unit) == (
        f"{UUID}.W",
        Kind.WATER_LEVEL,
        "m",
        "cm",
    )
    assert level.warning_levels == (2.5, 3.8)
    assert (level.gauge_zero_m, level.lat, level.lon) == (150.25, 51.26, 7.15)
    assert level.name == "BEISPIELSTADT (BEISPIEL)"
    assert found[f"{UUID}/Q"].kind is Kind.DISCHARGE
    poor = found[f"{bare}/W"]
    assert (poor.lat, poor.gauge_zero_m, poor.warning_levels) == (None, None, ())


def test_gauge_zero_over_another_datum_is_left_out() -> None:
    old = pegelonline_stations().replace("m. ü. NHN".encode(), "m. ü. NN".encode())
    assert parse_stations(old)[f"{UUID}/W"].gauge_zero_m is None


def test_legal_time_becomes_utc_through_the_change_of_clocks() -> None:
    night = [
        {"timestamp": "2031-10-26T02:45:00+02:00", "value": 1.0},
        {"timestamp": "2031-10-26T02:00:00+01:00", "value": 2.0},
        {"timestamp": "2031-10-26T02:45:00+01:00", "value": None},
    ]
    (series,) = parse(encoded(night), {"x/W": sensor()})
    assert [str(t)[11:16] for t in series.times] == ["00:45", "01:00", "01:45"]
    assert np.isnan(series.values[2])
    assert series.quality.tolist() == [Quality.UNCHECKED, Quality.UNCHECKED, Quality.MISSING]


def test_unit_and_place_are_those_of_the_sensor() -> None:
    (series,) = parse(pegelonline_measurements(), {"x/W": sensor()})
    assert (series.unit, series.name, series.lat) == ("cm", "Beispielpegel", 51.26)
    assert series.values[0] == 120


def test_measurements_belong_to_exactly_one_sensor() -> None:
    for sensors in (None, {}, {"a/W": sensor(), "b/W": sensor("b")}):
        with pytest.raises(ValueError, match="exactly one sensor"):
            parse(pegelonline_measurements(), sensors)


def test_words_of_the_service_are_handed_on() -> None:
    with pytest.raises(SourceError, match=r"refuses: Station .x. existiert nicht"):
        parse(encoded({"status": 404, "message": "Station ›x‹ existiert nicht"}), {"x/W": sensor()})


def test_bad_measurement_is_named() -> None:
    rows = [
        {"timestamp": "2031-07-14T00:00:00Z", "value": 1},
        {"timestamp": "2031-07-14T00:15:00Z"},
    ]
    with pytest.raises(SourceError, match="station x/W, measurement 2: has no 'value'"):
        parse(encoded(rows), {"x/W": sensor()})


def test_period_and_series_are_asked_for() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        stations = request.url.path.endswith("stations.json")
        return httpx.Response(
            200, content=pegelonline_stations() if stations else pegelonline_measurements()
        )

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        found = fetch_stations(["BEISPIEL", "WUPPER"], client=client)
        start, end = (datetime(2031, 7, 14, hour, tzinfo=UTC) for hour in (0, 3))
        fetch({f"{UUID}/W": found[f"{UUID}/W"]}, start, end, client=client)
    assert asked[0].params["waters"] == "BEISPIEL,WUPPER"
    assert asked[0].params["includeCharacteristicValues"] == "true"
    assert asked[1].path.endswith(f"/stations/{UUID}/W/measurements.json")
    assert dict(asked[1].params) == {"start": "2031-07-14T00:00:00Z", "end": "2031-07-14T03:00:00Z"}


def test_key_cannot_lead_to_another_address() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.raw_path.startswith(
            b"/webservices/rest-api/v2/stations/a%3Fb%23c/W%2F.."
        )
        return httpx.Response(404)

    start = datetime(2031, 7, 14, tzinfo=UTC)
    transport = httpx.MockTransport(answer)
    with httpx.Client(transport=transport) as client, pytest.raises(SourceError, match="404"):
        fetch({"a?b#c/W/..": sensor()}, start, start, client=client)
