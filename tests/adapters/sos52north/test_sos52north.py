"""52°North timeseries API: layouts of data, the list, reference values."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from factories.flood_sources import encoded, sensor, sos_data, sos_list
from steiger.adapters.sos52north import fetch, fetch_stations, parse, parse_stations
from steiger.lib.sources import SourceError

MILLISECONDS = 1_941_753_600_000


def test_all_layouts_of_data_say_the_same() -> None:
    values = [{"timestamp": MILLISECONDS, "value": 81.5}]
    layouts: list[object] = [
        {"77": {"values": values}},
        {"values": values},
        {"77": {"values": [[MILLISECONDS, 81.5]]}},
        {"values": [{"timestamp": "2031-07-14T02:00:00.000+02:00", "value": "81.5"}]},
    ]
    found = {parse(encoded(layout), {"77": sensor()}) for layout in layouts}
    (((series),),) = found
    assert str(series.times[0]) == "2031-07-14T00:00:00"
    assert series.values.tolist() == [81.5]


def test_missing_value_may_be_a_text_or_bare() -> None:
    for text in (b'"NaN"', b"NaN", b"null"):
        (series,) = parse(sos_data().replace(b'"NaN"', text), {"77": sensor()})
        assert np.isnan(series.values).tolist() == [False] * 4 + [True]


def test_list_becomes_sensors_with_information_values() -> None:
    found = parse_stations(sos_list())
    assert list(found) == ["77"]
    level = found["77"]
    assert level.warning_levels == (1.25, 2.1)
    assert (level.lat, level.lon, level.source_unit) == (51.26, 7.15, "cm")


def test_values_without_a_name_need_a_single_sensor() -> None:
    two = {"77": sensor(), "78": sensor("b")}
    with pytest.raises(SourceError, match="to which of the sensors"):
        parse(encoded({"values": []}), two)
    with pytest.raises(ValueError, match="carry no unit"):
        parse(sos_data())
    assert [series.sensor for series in parse(sos_data(), two)] == ["beispiel"]


def test_words_of_the_service_are_handed_on() -> None:
    error = {"statusCode": 404, "reason": "Not Found", "userMessage": "Beispielreihe fehlt"}
    with pytest.raises(SourceError, match="station 77: refuses: Beispielreihe fehlt"):
        parse(encoded(error), {"77": sensor()})


@pytest.mark.parametrize("time", [None, True, 1e20, -1e20, "gestern", "9" * 30])
def test_time_that_is_none_is_named(time: object) -> None:
    content = {"values": [{"timestamp": time, "value": 1}]}
    with pytest.raises(SourceError, match="station 77, value 1"):
        parse(encoded(content), {"77": sensor()})


def test_early_milliseconds_are_times_too() -> None:
    (series,) = parse(encoded({"values": [[0, 1.0], [-1000, 2.0]]}), {"77": sensor()})
    assert [str(t) for t in series.times] == ["1969-12-31T23:59:59", "1970-01-01T00:00:00"]


def test_timespan_is_asked_for() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        data = request.url.path.endswith("getData")
        return httpx.Response(200, content=sos_data() if data else sos_list())

    start, end = (datetime(2031, 7, 14, hour, tzinfo=UTC) for hour in (0, 3))
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        sensors = fetch_stations(client=client)
        (series,) = fetch(sensors, start, end, client=client)
    assert len(series) == 5
    assert asked[1].path == "/sos2/api/v1/timeseries/77/getData"
    assert asked[1].params["timespan"] == "2031-07-14T00:00:00Z/2031-07-14T03:00:00Z"
