"""The document of a forecast: exact, complete, and never changed unseen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.flood_valley import AT, small_model, valley
from steiger.engines.flood.forecasting import (
    Driver,
    Forecast,
    ForecastError,
    GaugeForecast,
    LeadForecast,
    TimeToLevel,
    issue_forecast,
)
from steiger.engines.flood.forecasting.document import times_to_levels
from steiger.engines.flood.warning import read_outlook

numbers = st.floats(-10, 1e4, allow_nan=False)
words = st.text(max_size=20)


@st.composite
def gauges(draw: st.DrawFn) -> GaugeForecast:
    levels = tuple(sorted(draw(st.lists(numbers, max_size=3))))
    leads = tuple(
        LeadForecast(
            minutes=60 * number,
            valid_time="2021-07-14T12:00:00Z",
            quantiles=tuple(sorted(draw(st.lists(numbers, min_size=7, max_size=7)))),
            p_levels=tuple(draw(st.floats(0, 1)) for _ in levels),
            experts=draw(st.dictionaries(words, numbers, max_size=2)),
        )
        for number in range(1, draw(st.integers(1, 3)))
    )
    return GaugeForecast(
        id=draw(words),
        name=draw(words),
        unit="m",
        warning_levels=levels,
        last=draw(st.none() | st.tuples(st.just("2021-07-14T06:00:00Z"), numbers)),
        state=draw(st.sampled_from(["ok", "degraded", "blind"])),
        missing=tuple(draw(st.lists(words, max_size=2))),
        leads=leads,
        time_to_level=tuple(
            TimeToLevel(n, level, draw(st.none() | st.integers(0, 1440)), None)
            for n, level in enumerate(levels, start=1)
        ),
        drivers=tuple(draw(st.lists(st.builds(Driver, words, numbers, words, words), max_size=2))),
    )


forecasts = st.builds(
    Forecast,
    network=words,
    network_digest=words,
    observations_digest=words,
    model=st.dictionaries(words, words, max_size=2),
    issue_time=st.just("2021-07-14T06:00:00Z"),
    rain=st.sampled_from(["none", "observed", "ensemble"]),
    rain_digest=words,
    gauges=st.lists(gauges(), max_size=3).map(tuple),
)


@given(forecasts)
def test_document_comes_back_as_it_was(forecast: Forecast) -> None:
    again = Forecast.from_json(forecast.to_json())
    assert again == forecast
    assert again.to_json() == forecast.to_json()


@given(forecasts, st.data())
def test_changed_document_is_refused(forecast: Forecast, data: st.DataObject) -> None:
    document = json.loads(forecast.to_json())
    key = data.draw(st.sampled_from(["network", "issue_time", "rain", "observations_digest"]))
    document[key] += "x"
    with pytest.raises(ForecastError, match="was changed"):
        Forecast.from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "steiger-flood-forecast/1"}', "null"])
def test_other_document_is_refused(text: str) -> None:
    with pytest.raises(ForecastError):
        Forecast.from_json(text)


def lead(minutes: int, median: float, high: float) -> LeadForecast:
    low = median - 0.1
    return LeadForecast(minutes, "", (low, low, low, median, median, high, high), (), {})


RISING = (lead(60, 1.2, 1.6), lead(180, 2.0, 3.0), lead(360, 1.5, 2.0))


@pytest.mark.parametrize(
    ("last", "level", "expected", "earliest"),
    [
        (1.0, 0.9, 0, 0),  # above it already
        (1.0, 1.0, 0, 0),  # exactly on it
        (1.0, 1.1, 30, 10),  # before the first lead
        (1.0, 1.6, 120, 60),  # between two leads; exactly at one
        (1.0, 2.0, 180, 94),  # reached by the peak only
        (1.0, 2.5, None, 137),
        (1.0, 3.5, None, None),
        (None, 1.1, 60, 60),  # nobody knows where it stands now
        (None, 2.0, 180, 94),
    ],
)
def test_time_to_a_level(
    last: float | None, level: float, expected: int | None, earliest: int | None
) -> None:
    (entry,) = times_to_levels(last, RISING, (level,))
    assert (entry.expected_minutes, entry.earliest_minutes) == (expected, earliest)


def test_warning_reads_what_is_issued() -> None:
    network, observations = valley()
    forecast = issue_forecast(small_model(), network, observations, AT)
    outlook = read_outlook(forecast.to_json())
    assert (outlook.id, outlook.network) == (forecast.id, network.name)
    assert [gauge.id for gauge in outlook.gauges] == [sensor.id for sensor in network.targets]
    assert outlook.gauges[0].drivers == (("Der Pegel steigt", "The level is rising"),)


def test_gauge_without_forecast_is_refused() -> None:
    network, observations = valley()
    forecast = issue_forecast(small_model(), network, observations, AT)
    assert forecast.gauge("talbruecke").unit == "m"
    with pytest.raises(ForecastError, match="no gauge 'nile'"):
        forecast.gauge("nile")
