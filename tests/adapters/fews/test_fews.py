"""Delft-FEWS PI: reading both forms, writing both forms, and what is lost between them: nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.flood_sources import forecast, pi_json, pi_xml, sensor
from steiger.adapters.fews import fetch, forecast_series, parse, write_json, write_xml
from steiger.adapters.fews.words import PARAMETERS
from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import SourceError

WRITERS = [write_json, write_xml]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
#: Names as offices have them: with blanks inside.
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def times(count: int, start: int, gaps: list[int]) -> np.ndarray[Any, Any]:
    return (np.datetime64("2031-01-01", "s") + start) + np.cumsum([0, *gaps])[:count].astype(
        "timedelta64[s]"
    )


@st.composite
def series(draw: st.DrawFn) -> Series:
    kind = draw(st.sampled_from(list(PARAMETERS)))
    count = draw(st.integers(0, 6))
    gaps = draw(st.lists(st.integers(1, 90_000), min_size=count, max_size=count))
    amounts = st.floats(-1e9, 1e9) | st.just(-999.0) | st.just(np.nan)
    values = np.array(draw(st.lists(amounts, min_size=count, max_size=count)), dtype=np.float64)
    marks = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    marks_whole = np.where(np.isnan(values), Quality.MISSING, np.array(marks, dtype=np.uint8))
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["issue_time"] = np.datetime64("2031-01-01", "s") + draw(st.integers(-9999, 9999))
        more[draw(st.sampled_from(["member", "quantile"]))] = draw(st.just(3))
        if "quantile" in more:
            more["quantile"] = draw(st.integers(1, 999)) / 1000
    if draw(st.booleans()):
        more |= {"lat": draw(st.floats(-90, 90)), "lon": draw(st.floats(-180, 180))}
    if kind.is_total:
        more["accumulation"] = timedelta(seconds=draw(st.integers(1, 100_000)))
    return Series(
        sensor=draw(NAMES),
        kind=kind,
        unit=PARAMETERS[kind][1],
        times=times(count, draw(st.integers(-(10**8), 10**8)), gaps),
        values=values,
        quality=marks_whole.astype(np.uint8),
        name=draw(st.just("") | NAMES),
        **more,
    )


def bare(one: Series) -> tuple[object, ...]:
    """Everything but the words that only this interface has."""
    words = ("sensor", "kind", "unit", "name", "lat", "lon", "accumulation", "issue_time")
    return (
        *(getattr(one, word) for word in (*words, "member", "quantile")),
        one.times.tolist(),
        np.nan_to_num(one.values, nan=1e12).tolist(),
        one.quality.tolist(),
    )


@pytest.mark.parametrize("write", WRITERS)
@given(st.lists(series(), max_size=3), st.sampled_from([0.0, 1.0, -3.5, 5.75]))
def test_what_is_written_reads_back_to_the_last_bit(
    write: Any, whole: list[Series], zone: float
) -> None:
    back = parse(write(whole, zone=zone))
    assert [bare(one) for one in back] == [bare(one) for one in whole]
    # Once its own words are in it, nothing at all changes any more, in either form.
    assert parse(write_json(back)) == parse(write_xml(back, zone=zone)) == back


@pytest.mark.parametrize("data", [pi_json(), pi_xml()])
def test_both_forms_say_the_same(data: bytes) -> None:
    (one,) = parse(data)
    assert one == parse(pi_json())[0]
    assert (one.sensor, one.kind, one.unit) == ("Beispielpegel 1", Kind.WATER_LEVEL, "m")
    # Winter time all year: midnight is 23:00 of the day before.
    assert str(one.times[0]) == "2031-07-13T23:00:00"
    assert np.isnan(one.values).tolist() == [False, True, False]
    assert one.quality.tolist() == [Quality.GOOD, Quality.MISSING, Quality.SUSPECT]


def test_missing_value_is_compared_as_a_number() -> None:
    for said in ("-999", "-9.99E2", "-999.000"):
        (one,) = parse(pi_json(missVal=said))
        assert np.isnan(one.values[1])
    (one,) = parse(pi_json(missVal="NaN").replace(b'"flag": "9"', b'"flag": "6"'))
    assert one.values[1] == -999.0


def test_sensor_is_found_by_location_and_parameter_or_location() -> None:
    for key in ("Beispielpegel 1/H.obs", "Beispielpegel 1"):
        (one,) = parse(pi_json(units=None), {key: sensor("mine")})
        assert (one.sensor, one.unit) == ("mine", "cm")
    assert parse(pi_json(), {"Beispielpegel 2": sensor()}) == ()


def test_unknown_parameter_needs_its_meaning() -> None:
    with pytest.raises(SourceError, match="series 1: parameter 'Zauber' is unknown"):
        parse(pi_json(parameterId="Zauber"))
    (one,) = parse(
        pi_json(parameterId="Zauber", units=""), parameters={"Zauber": (Kind.DISCHARGE, "l/s")}
    )
    assert (one.kind, one.unit) == (Kind.DISCHARGE, "l/s")


def test_totals_take_their_time_from_the_step() -> None:
    for step, expected in (
        ({"unit": "hour", "multiplier": "1"}, timedelta(hours=1)),
        ({"unit": "hour", "multiplier": "1", "divider": "4"}, timedelta(minutes=15)),
        ({"unit": "day"}, timedelta(days=1)),
        ({"unit": "nonequidistant"}, timedelta(minutes=15)),
    ):
        (one,) = parse(pi_json(parameterId="P.obs", units="mm", timeStep=step))
        assert one.accumulation == expected


def test_members_by_index_and_by_name() -> None:
    assert parse(pi_json(ensembleMemberIndex="3"))[0].member == 3
    assert parse(pi_json(ensembleMemberId="07"))[0].member == 7
    assert parse(pi_json(ensembleMemberId="control"))[0].member is None
    for wrong in ("-1", "1.5", "viele", "1e9"):
        with pytest.raises(SourceError, match="no number"):
            parse(pi_json(ensembleMemberIndex=wrong))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((b'"value": "1.31"', b'"value": "hoch"'), "event 3: 'hoch' is no number"),
        ((b'"time": "00:30:00", "value"', b'"time": "25:30:00", "value"'), "event 3: .* no time"),
        ((b'"timeZone": "1.0"', b'"timeZone": "MEZ"'), "time zone 'MEZ' is no number of hours"),
        ((b'"timeZone": "1.0"', b'"timeZone": "99"'), "time zone '99' is no number of hours"),
        ((b'"units": "m"', b'"units": "Elle"'), "'Elle' does not fit"),
        ((b'"multiplier": "900"', b'"multiplier": "0"'), None),
        ((b'"locationId"', b'"ort"'), "series 1: has no 'locationId'"),
        ((b'"timeSeries"', b'"reihen"'), "holds no timeSeries"),
    ],
)
def test_document_that_cannot_be_understood_is_refused(
    change: tuple[bytes, bytes], words: str | None
) -> None:
    data = pi_json().replace(*change)
    if words is None:
        assert parse(data)  # the step of a state does not matter
        with pytest.raises(SourceError, match="has no length"):
            parse(data.replace(b"H.obs", b"P.obs").replace(b'"m"', b'"mm"'))
    else:
        with pytest.raises(SourceError, match=words):
            parse(data)


def test_xml_cut_off_anywhere_is_named_by_its_place() -> None:
    whole = pi_xml().rstrip()
    for length in range(60, len(whole) - 1, 13):
        with pytest.raises(
            SourceError, match=r"Delft-FEWS PI, line \d+, column \d+: is no valid XML"
        ):
            parse(whole[:length])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html><body/></html>", "web page"),
        (b"<Locations/>", "holds 'Locations', not TimeSeries"),
        (b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><TimeSeries/>", "document type"),
    ],
)
def test_other_xml_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(data)


def test_series_without_events_are_empty() -> None:
    (one,) = parse(b"<TimeSeries><series><header><locationId>a</locationId>"
                   b"<parameterId>H</parameterId></header></series></TimeSeries>")  # fmt: skip
    assert len(one) == 0


def test_forecast_is_written_as_quantiles() -> None:
    whole = forecast_series(forecast())
    document = json.loads(write_json(whole, zone=1.0))
    assert document["timeZone"] == "1.0"
    heads = [block["header"] for block in document["timeSeries"]]
    assert [head["qualifierId"] for head in heads] == [
        ["q0.05"], ["q0.1"], ["q0.25"], ["q0.5"], ["q0.75"], ["q0.9"], ["q0.95"],
    ]  # fmt: skip
    assert heads[0]["forecastDate"] == {"date": "2031-07-14", "time": "01:00:00"}
    assert heads[0]["startDate"] == {"date": "2031-07-14", "time": "04:00:00"}
    assert document["timeSeries"][3]["events"][0]["value"] == "4.5"
    for write in WRITERS:
        assert [one.quantile for one in parse(write(whole))] == [
            0.05,
            0.1,
            0.25,
            0.5,
            0.75,
            0.9,
            0.95,
        ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "anders"}, "no document of the format"),
        ({"issue_time": "heute"}, "issue_time"),
        ({"gauges": None}, "holds no list of gauges"),
        ({"gauges": [{"id": "a", "unit": "Elle", "leads": []}]}, "gauge 1: has no 'Elle'"),
        ({"gauges": [{"id": "a", "unit": "m", "leads": [{}]}]}, "station a, lead 1: has no"),
    ],
)
def test_forecast_that_is_none_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        forecast_series(forecast() | change)


def test_words_that_xml_cannot_hold_are_refused() -> None:
    (one,) = parse(pi_json(stationName="Pegel\u0007"))
    assert parse(write_json([one])) == (one,)
    with pytest.raises(ValueError, match="XML cannot"):
        write_xml([one])
    for zone in (24.0, float("nan")):
        with pytest.raises(ValueError, match="no number of hours"):
            write_json([one], zone=zone)


def test_period_and_filter_are_asked_for() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, content=pi_json())

    start, end = (datetime(2031, 7, 14, hour, tzinfo=UTC) for hour in (0, 3))
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        (one,) = fetch(
            {"Beispielpegel 1/H.obs": sensor("mine")}, start, end,
            base="https://f.example/rest/fewspiservice/v1", filter_id="Beispiel", client=client,
        )  # fmt: skip
    assert one.sensor == "mine"
    assert asked[0].path == "/rest/fewspiservice/v1/timeseries"
    assert {
        "filterId": "Beispiel",
        "locationIds": "Beispielpegel 1",
        "parameterIds": "H.obs",
        "documentFormat": "PI_JSON",
        "startTime": "2031-07-14T00:00:00Z",
    }.items() <= dict(asked[0].params).items()


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("json", 2), ("xml", 3)])
def test_real_documents_survive_a_round_trip(shared: Path, name: str, count: int) -> None:
    path = shared / f"data/flood/format_samples/fews_pi_timeseries.{name}"
    whole = parse(path.read_bytes())
    assert len(whole) == count
    assert {one.kind for one in whole} == {Kind.WATER_LEVEL}
    for write in WRITERS:
        assert parse(write(whole, zone=1.0)) == whole
