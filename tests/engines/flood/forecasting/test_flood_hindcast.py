"""A hindcast is what would have been issued, row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factories.flood_valley import AT, END, START, small_model, valley
from steiger.engines.flood.forecasting import (
    ForecastError,
    hindcast,
    issue_forecast,
    process_pool,
    rain_from_table,
)
from steiger.engines.flood.forecasting.core import QUANTILES
from steiger.engines.flood.network import NetworkError
from steiger.engines.flood.simulation import begin, beispieltal, rain_ensemble
from steiger.engines.flood.verification.tables import read_forecasts

HOUR = timedelta(hours=1)


def look_back(
    rain: Any = "none",
    *,
    start: datetime = AT,
    end: datetime = AT + 5 * HOUR,
    every: timedelta = HOUR,
    **more: Any,
) -> pa.Table:
    network, observations = valley()
    return hindcast(
        small_model(), network, observations, start=start, end=end, every=every, rain=rain, **more
    )


def ensemble() -> Any:
    network, _ = valley()
    tables = [
        rain_ensemble(
            beispieltal(),
            begin(beispieltal(), AT + hour * HOUR, seed=7, spin_up=24),
            lead_hours=15,
            members=3,
            seed=1,
        )
        for hour in (0, 3)
    ]
    return rain_from_table(pa.concat_tables(tables), network)


@pytest.mark.parametrize("mode", ["none", "observed", "ensemble"])
def test_hindcast_is_what_would_have_been_issued(mode: str) -> None:
    network, observations = valley()
    rain = ensemble() if mode == "ensemble" else mode
    rows = look_back(rain).to_pylist()
    assert len(rows) == 6 * 8 * 3
    for hour in range(6):
        at = AT + hour * HOUR
        forecast = issue_forecast(small_model(), network, observations, at, rain)
        for gauge in forecast.gauges:
            chosen = [r for r in rows if r["issue_time"] == at and r["gauge"] == gauge.id]
            for row, lead in zip(chosen, gauge.leads, strict=True):
                assert row["lead_minutes"] == lead.minutes
                assert tuple(row[name] for name in QUANTILES) == lead.quantiles
                chances = tuple(row[f"p_level_{n}"] for n in range(1, len(lead.p_levels) + 1))
                assert chances == lead.p_levels
                assert row["x_persistence"] == lead.experts.get("persistence")


def test_columns_are_those_of_the_format() -> None:
    table = look_back()
    assert table.column_names == [
        "issue_time",
        "gauge",
        "lead_minutes",
        *QUANTILES,
        "p_level_1",
        "p_level_2",
        "p_level_3",
        "x_persistence",
        "regime",
    ]
    assert table.schema.field("issue_time").type == pa.timestamp("s", tz="UTC")
    assert table.schema.field("lead_minutes").type == pa.int32()


def test_rows_are_sorted_by_gauge_time_and_lead() -> None:
    network, _ = valley()
    rows = look_back().select(["gauge", "issue_time", "lead_minutes"]).to_pylist()
    places = {sensor.id: place for place, sensor in enumerate(network.targets)}
    keys = [(places[r["gauge"]], r["issue_time"], r["lead_minutes"]) for r in rows]
    assert keys == sorted(keys)


def test_workers_do_not_change_a_byte(tmp_path: Path) -> None:
    pq.write_table(look_back("observed"), tmp_path / "none")
    for count in (1, 2):
        with process_pool(count) as pool:
            pq.write_table(look_back("observed", executor=pool), tmp_path / str(count))
    contents = {path.read_bytes() for path in tmp_path.iterdir()}
    assert len(contents) == 1


def test_verification_reads_the_file(tmp_path: Path) -> None:
    network, _ = valley()
    pq.write_table(look_back(), tmp_path / "forecasts.parquet")
    table = read_forecasts(tmp_path / "forecasts.parquet", network)
    assert (len(table), table.levels, table.leads) == (144, 3, (60, 180, 720))


def test_future_of_each_issue_time_is_unknown_to_it() -> None:
    network, observations = valley()
    values = observations.values.copy()
    middle = observations.index_of(AT + 2 * HOUR)
    values[middle + 1 :] = 50.0
    spoilt = hindcast(
        small_model(),
        network,
        observations.with_values(values),
        start=AT,
        end=AT + 2 * HOUR,
        every=HOUR,
    )
    assert spoilt.equals(look_back(end=AT + 2 * HOUR))


def test_every_third_hour_and_only_hours_that_were_observed() -> None:
    times = look_back(start=AT, end=AT + 8 * HOUR, every=3 * HOUR)["issue_time"].unique()
    assert times.to_pylist() == [AT, AT + 3 * HOUR, AT + 6 * HOUR]
    early = look_back(start=START - 5 * HOUR, end=START + HOUR, every=2 * HOUR)["issue_time"]
    assert early.unique().to_pylist() == [START + HOUR]
    late = look_back(start=END, end=END + 9 * HOUR)["issue_time"]
    assert late.unique().to_pylist() == [END]


def test_start_between_two_rows_begins_with_the_next() -> None:
    times = look_back(start=AT + HOUR / 4, end=AT + 2 * HOUR)["issue_time"].unique().to_pylist()
    assert times == [AT + HOUR, AT + 2 * HOUR]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"end": AT - HOUR}, "lies before the start"),
        ({"start": END + HOUR, "end": END + 2 * HOUR}, "no observation lies"),
        ({"every": timedelta(minutes=40)}, "no multiple"),
        ({"rain": "guessed"}, "rain is 'guessed'"),
    ],
)
def test_period_that_makes_no_sense_is_refused(options: dict[str, Any], word: str) -> None:
    with pytest.raises((ForecastError, NetworkError), match=word):
        look_back(**options)


def test_missing_rain_forecast_is_told_before_the_work() -> None:
    def never() -> None:
        raise AssertionError

    with pytest.raises(ForecastError, match="no rain forecast was there at 2021-07-10T05"):
        look_back(ensemble(), start=AT - HOUR, done=never)


def test_gap_in_the_record_is_forecast_through() -> None:
    network, observations = valley()
    values = observations.values.copy()
    values[observations.index_of(AT) - 30 : observations.index_of(AT) + 3] = np.nan
    table = hindcast(
        small_model(), network, observations.with_values(values), start=AT, end=AT, every=HOUR
    )
    assert table["q50"].null_count == 0
    assert table["x_persistence"].null_count == table.num_rows
