"""KiWIS: columns, quality codes, metadata, the service's own errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import pytest

from factories.flood_sources import encoded, kiwis_list, kiwis_values, sensor
from steiger.adapters.kiwis import fetch, fetch_stations, parse, parse_stations
from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality
from steiger.lib.sources import SourceError


def test_codes_for_missing_count_whatever_stands_beside_them() -> None:
    (series,) = parse(
        kiwis_values().replace(
            b'["2031-07-14T00:30:00.000Z", ""', b'["2031-07-14T00:30:00.000Z", 9'
        )
    )
    assert np.isnan(series.values).tolist() == [False, False, True, True, False]


def test_codes_mean_what_the_operator_says() -> None:
    (series,) = parse(kiwis_values(), quality={40: Quality.GOOD, 120: Quality.SUSPECT})
    assert series.quality.tolist() == [
        Quality.UNCHECKED,
        Quality.GOOD,
        Quality.MISSING,
        Quality.MISSING,
        Quality.SUSPECT,
    ]
    (other,) = parse(kiwis_values(), quality={200: Quality.MISSING})
    assert np.isnan(other.values[0])


def test_answer_with_metadata_needs_no_sensor() -> None:
    (series,) = parse(kiwis_values())
    assert (series.sensor, series.kind, series.unit) == ("4711010", Kind.WATER_LEVEL, "m")
    assert (series.name, series.lat, series.lon) == ("Beispielbrücke", 51.26, 7.15)


def test_unit_of_the_answer_counts_before_that_of_the_sensor() -> None:
    (series,) = parse(kiwis_values(), {"4711010": sensor("mine")})
    assert (series.sensor, series.unit) == ("mine", "m")
    (plain,) = parse(kiwis_values(ts_unitsymbol=None), {"4711010": sensor("mine")})
    assert plain.unit == "cm"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ts_unitsymbol": "µS/cm"}, "does not say what is measured"),
        ({"ts_unitsymbol": None}, "does not say what is measured"),
        ({"columns": "Timestamp,Quality Code"}, "lack Timestamp or Value"),
        ({"data": None}, "holds no list of values"),
        ({"data": [["2031-07-14T00:00:00Z"]]}, "value 1: is laid out otherwise"),
    ],
)
def test_answer_that_cannot_be_understood_is_refused(more: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(kiwis_values(**more))


def test_unit_that_does_not_fit_the_sensor_is_refused() -> None:
    with pytest.raises(SourceError, match="unit 'm' does not fit rain"):
        parse(kiwis_values(), {"4711010": sensor(kind=Kind.RAIN)})


def test_columns_may_stand_in_any_order() -> None:
    data = [[0.5, "2031-07-14T00:00:00Z"]]
    (series,) = parse(kiwis_values(columns="Value,Timestamp", data=data))
    assert series.values.tolist() == [0.5]


def test_saved_answer_without_the_outer_list_is_read() -> None:
    inner = kiwis_values()[1:-1]
    assert parse(inner) == parse(kiwis_values())


def test_words_of_the_service_are_handed_on() -> None:
    error = {"type": "error", "code": "InvalidParameterValue", "message": "Beispiel unbekannt"}
    with pytest.raises(SourceError, match="refuses: Beispiel unbekannt"):
        parse(encoded(error))
    with pytest.raises(SourceError, match="refuses: Beispiel unbekannt"):
        parse_stations(encoded(error))


def test_list_becomes_sensors_by_unit() -> None:
    found = parse_stations(kiwis_list())
    assert {key: s.kind for key, s in found.items()} == {
        "4711010": Kind.WATER_LEVEL,
        "4711011": Kind.RAIN,
    }
    assert found["4711010"].name == "Beispielbrücke, 15m.Cmd"
    assert found["4711011"].lat is None
    assert parse_stations(encoded(["No matches."])) == {}


def test_list_with_rows_of_another_length_is_refused() -> None:
    with pytest.raises(SourceError, match="differ in length"):
        parse_stations(encoded([["ts_id", "ts_unitsymbol"], ["1"]]))


def test_many_series_are_asked_for_in_groups() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        if request.url.params["request"] == "getTimeseriesList":
            return httpx.Response(200, content=kiwis_list())
        return httpx.Response(200, content=b"[]")

    start = datetime(2031, 7, 14, 2, tzinfo=UTC)
    sensors = {str(i): sensor(f"s{i}") for i in range(45)}
    base = "https://k.example/KiWIS"
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        assert fetch(sensors, start, start + timedelta(hours=1), base=base, client=client) == ()
        assert len(fetch_stations("Beispiel*", base=base, client=client)) == 2
    assert [len(one["ts_id"].split(",")) for one in asked[:3]] == [20, 20, 5]
    assert asked[0]["from"] == "2031-07-14T02:00:00Z"
    assert asked[3]["station_name"] == "Beispiel*"
