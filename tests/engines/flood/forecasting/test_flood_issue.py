"""A forecast sees the past only, in whatever form it comes, and goes on when sensors are lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import flood_core
from factories.flood_valley import AT, small_model, valley, valley_folder
from steiger.engines.flood.forecasting import (
    Forecast,
    ForecastError,
    RainEnsemble,
    issue_forecast,
    process_pool,
    rain_from_table,
)
from steiger.engines.flood.network import (
    Kind,
    Network,
    Observations,
    read_network,
    read_observations,
)
from steiger.engines.flood.simulation import begin, beispieltal, rain_ensemble

HOUR = timedelta(hours=1)
GAUGE = "unterbeispiel"


@cache
def ensemble() -> RainEnsemble:
    network, _ = valley()
    state = begin(beispieltal(), AT, seed=7, spin_up=24)
    return rain_from_table(
        rain_ensemble(beispieltal(), state, lead_hours=12, members=5, seed=1), network
    )


def issue(
    observations: Observations | None = None,
    rain: Any = "none",
    *,
    network: Network | None = None,
    at: datetime = AT,
    executor: Executor | None = None,
) -> Forecast:
    river, whole = valley()
    return issue_forecast(
        small_model(),
        network or river,
        whole if observations is None else observations,
        at,
        rain,
        executor=executor,
    )


def after(observations: Observations, moment: datetime = AT) -> np.ndarray:
    return observations.times > np.datetime64(moment.replace(tzinfo=None))


@settings(max_examples=20, deadline=None)
@given(data=st.data(), mode=st.sampled_from(["none", "ensemble"]))
def test_no_value_after_the_issue_time_plays_a_part(data: st.DataObject, mode: str) -> None:
    _, observations = valley()
    values = observations.values.copy()
    later = np.flatnonzero(after(observations))
    row = data.draw(st.sampled_from(later.tolist()))
    column = data.draw(st.integers(0, len(observations.ids) - 1))
    values[row:, column] = data.draw(st.floats(-1e4, 1e4) | st.just(float("nan")))
    rain = ensemble() if mode == "ensemble" else "none"
    spoilt = observations.with_values(values)
    assert issue(spoilt, rain).to_json() == issue(rain=rain).to_json()


def test_whole_future_may_be_missing() -> None:
    _, observations = valley()
    assert issue(observations.until(AT)).to_json() == issue().to_json()


def test_observed_rain_is_all_that_is_seen_of_the_future() -> None:
    network, observations = valley()
    values = observations.values.copy()
    rain = [s.kind is Kind.RAIN for s in network.sensors]
    values[np.ix_(after(observations), ~np.array(rain))] = 77.0
    values[after(observations, AT + 12 * HOUR)] = 77.0
    whole = issue(rain="observed").to_json()
    assert issue(observations.with_values(values), "observed").to_json() == whole
    values[np.ix_(after(observations), rain)] = 5.0
    assert issue(observations.with_values(values), "observed").to_json() != whole


def test_value_counts_only_when_it_can_be_known() -> None:
    """A sensor that reports two hours late: its newest values are not there yet."""
    network, observations = valley()
    sensors = tuple(
        replace(s, available_after=2 * HOUR) if s.id == GAUGE else s for s in network.sensors
    )
    late = replace(network, sensors=sensors)
    delays = [s.delay(network.step).total_seconds() for s in sensors]
    known = replace(observations, delays=np.array(delays).astype("timedelta64[s]"))
    values = known.values.copy()
    values[np.flatnonzero(after(known, AT - 2 * HOUR)), known.position(GAUGE)] += 0.5
    one, two = issue(known, network=late), issue(known.with_values(values), network=late)
    assert one.to_json() == two.to_json()
    assert one.gauge(GAUGE).last == (
        "2021-07-10T04:00:00Z",
        issue(at=AT - 2 * HOUR).gauge(GAUGE).last[1],
    )
    assert GAUGE not in one.gauge(GAUGE).missing


def shuffled(table: pa.Table) -> pa.Table:
    return table.take(np.random.default_rng(5).permutation(table.num_rows))


def duplicated(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table.slice(100, 500), table])


def in_berlin(table: pa.Table) -> pa.Table:
    """With summer time."""
    return table.set_column(0, "time", table["time"].cast(pa.timestamp("s", tz="Europe/Berlin")))


def as_text(table: pa.Table) -> pa.Table:
    """Local times with their offset, as a person would write them."""
    hour = timedelta(hours=2)
    texts = [(t.as_py() + hour).strftime("%Y-%m-%dT%H:%M:%S+02:00") for t in table["time"]]
    return table.set_column(0, "time", pa.array(texts))


FORMS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "shuffled": shuffled,
    "duplicated": duplicated,
    "berlin": in_berlin,
    "text": as_text,
    "all": lambda table: shuffled(duplicated(in_berlin(table))),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_of_the_file_does_not_matter(form: str, tmp_path: Path) -> None:
    folder = valley_folder(tmp_path)
    path = folder / "observations.parquet"
    pq.write_table(FORMS[form](pq.read_table(path)), path)
    network = read_network(folder)
    assert issue(read_observations(folder, network), network=network).to_json() == issue().to_json()


def test_unit_of_the_file_does_not_matter(tmp_path: Path) -> None:
    folder = valley_folder(tmp_path)
    network, _ = valley()
    toml, path = folder / "network.toml", folder / "observations.parquet"
    table = pq.read_table(path)
    text = toml.read_text().replace('unit = "m"', 'unit = "cm"')
    for sensor in network.of_kind(Kind.WATER_LEVEL):
        place = table.column_names.index(sensor.id)
        values = np.round(table[sensor.id].to_numpy() * 100, 6)
        table = table.set_column(place, sensor.id, pa.array(values, from_pandas=True))
        inside = ", ".join(repr(level) for level in sensor.warning_levels)
        hundred = ", ".join(repr(round(level * 100, 6)) for level in sensor.warning_levels)
        text = text.replace(f"[{inside}]", f"[{hundred}]")
    toml.write_text(text)
    pq.write_table(table, path)
    centimetres = read_network(folder)
    assert {s.source_unit for s in centimetres.of_kind(Kind.WATER_LEVEL)} == {"cm"}
    forecast = issue(read_observations(folder, centimetres), network=centimetres)
    assert forecast.to_json() == issue().to_json()


def without(*sensors: str, hours: int = 48) -> Observations:
    """The valley, with sensors silent for the last hours."""
    _, observations = valley()
    values = observations.values.copy()
    silent = after(observations, AT - hours * HOUR)
    for name in sensors:
        values[silent, observations.position(name)] = np.nan
    return observations.with_values(values)


def width(forecast: Forecast, gauge: str = GAUGE) -> list[float]:
    return [lead.quantiles[-1] - lead.quantiles[0] for lead in forecast.gauge(gauge).leads]


def test_lost_sensors_never_stop_a_forecast_and_widen_it() -> None:
    network, _ = valley()
    above = network.above(GAUGE)
    before = width(issue())
    for count in (1, 3, len(above)):
        forecast = issue(without(*above[:count]))
        gauge = forecast.gauge(GAUGE)
        assert set(above[:count]) <= set(gauge.missing)
        assert gauge.state == "degraded"
        wider = width(forecast)
        assert all(after > now for after, now in zip(wider, before, strict=True))
        before = wider


def test_blind_gauge_is_called_blind_and_forecast_all_the_same() -> None:
    gauge = issue(without(GAUGE)).gauge(GAUGE)
    assert gauge.state == "blind"
    assert len(gauge.leads) == 3
    assert gauge.last == ("2021-07-08T06:00:00Z", issue(at=AT - 48 * HOUR).gauge(GAUGE).last[1])


def test_everything_lost_still_is_a_forecast() -> None:
    _, observations = valley()
    values = np.full_like(observations.values, np.nan)
    forecast = issue(observations.with_values(values))
    for gauge in forecast.gauges:
        assert (gauge.state, gauge.last) == ("blind", None)
        assert len(gauge.leads) == 3


def test_silent_network_is_forecast_from_what_was_there() -> None:
    _, observations = valley()
    forecast = issue(observations.until(AT - 3 * HOUR))
    gauge = forecast.gauge(GAUGE)
    assert forecast.issue_time == "2021-07-10T06:00:00Z"
    assert gauge.last is not None
    assert gauge.last[0] == "2021-07-10T03:00:00Z"
    assert GAUGE in gauge.missing


def test_faults_are_not_forecast_from() -> None:
    _, observations = valley()
    values = observations.values.copy()
    values[observations.index_of(AT), observations.position(GAUGE)] = -999.0
    gauge = issue(observations.with_values(values)).gauge(GAUGE)
    assert gauge.last is not None
    assert gauge.last[1] > 0
    assert gauge.leads[0].quantiles[3] > 0


def test_forecast_is_the_same_with_workers() -> None:
    whole = issue(rain=ensemble()).to_json()
    for count in (1, 2):
        with process_pool(count) as pool:
            assert issue(rain=ensemble(), executor=pool).to_json() == whole


def test_document_names_its_origin() -> None:
    network, observations = valley()
    forecast = issue(rain=ensemble())
    assert forecast.network_digest == network.digest()
    assert forecast.observations_digest == observations.until(AT).digest()
    assert forecast.model["digest"] == small_model().digest
    assert forecast.rain == "ensemble"
    assert len(forecast.rain_digest) == 64
    assert len({forecast.id, issue().id, issue(rain="observed").id}) == 3


def test_valid_times_follow_from_the_leads() -> None:
    leads = issue().gauge(GAUGE).leads
    assert [lead.minutes for lead in leads] == [60, 180, 720]
    assert [lead.valid_time for lead in leads] == [
        "2021-07-10T07:00:00Z",
        "2021-07-10T09:00:00Z",
        "2021-07-10T18:00:00Z",
    ]


def test_new_target_is_shown_without_a_forecast() -> None:
    network, _ = valley()
    sensors = tuple(
        replace(s, target=True) if s.id == "abgabe_sperre" else s for s in network.sensors
    )
    gauge = issue(network=replace(network, sensors=sensors)).gauge("abgabe_sperre")
    assert (gauge.state, gauge.leads, gauge.drivers) == ("blind", (), ())


@pytest.mark.parametrize(
    ("at", "word"),
    [
        (AT.replace(minute=17), "not on the network's step of 1:00:00; take 2021-07-10T06:00:00Z"),
        (datetime(2020, 1, 1, tzinfo=UTC), "before the observations, which begin at 2021-05-01"),
        (datetime(2022, 1, 1, tzinfo=UTC), "more than 30 days after the last observation"),
    ],
)
def test_time_that_makes_no_sense_is_refused(at: datetime, word: str) -> None:
    with pytest.raises(ForecastError, match=word):
        issue(at=at)


def test_rain_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ForecastError, match="rain is 'perfect'"):
        issue(rain="perfect")


def test_network_without_rows_is_refused() -> None:
    _, observations = valley()
    with pytest.raises(ForecastError, match="no observations"):
        issue(observations.between(AT, AT - HOUR))


BROKEN: dict[str, Callable[[flood_core.Prediction], dict[str, Any]]] = {
    "shape": lambda p: {"quantiles": p.quantiles[:, :, :5]},
    "expert": lambda p: {"experts": {"x_a": p.regime[:, :1]}},
    "order": lambda p: {"quantiles": p.quantiles[:, :, ::-1]},
    "chance": lambda p: {"p_levels": p.p_levels + 2},
}


@pytest.mark.parametrize("name", BROKEN)
def test_model_that_errs_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = flood_core.predict_gauge

    def predict(*arguments: Any) -> flood_core.Prediction:
        prediction = original(*arguments)
        return replace(prediction, **BROKEN[name](prediction))

    monkeypatch.setattr(flood_core, "predict_gauge", predict)
    with pytest.raises(ForecastError, match="gauge 'quellenau': the model gives"):
        issue()


def test_lead_without_numbers_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    original = flood_core.predict_gauge

    def predict(*arguments: Any) -> flood_core.Prediction:
        prediction = original(*arguments)
        prediction.quantiles[:, 1, 2] = np.nan
        return prediction

    monkeypatch.setattr(flood_core, "predict_gauge", predict)
    assert [lead.minutes for lead in issue().gauge(GAUGE).leads] == [60, 720]


def test_failing_model_of_another_version_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def predict(*_arguments: Any) -> None:
        raise IndexError("feature 170 of 169")

    monkeypatch.setattr(flood_core, "predict_gauge", predict)
    with pytest.raises(IndexError):
        issue()
    old = replace(small_model(), origin={**small_model().origin, "code": "0" * 64})
    network, observations = valley()
    with pytest.raises(ForecastError, match=r"by another version .*; train again"):
        issue_forecast(old, network, observations, AT)
