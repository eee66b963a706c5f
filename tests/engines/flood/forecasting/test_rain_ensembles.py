"""Rain forecasts from files: what makes no sense is refused with its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factories.flood_valley import valley
from steiger.engines.flood.forecasting import ForecastError, rain_from_table, read_rain
from steiger.engines.flood.forecasting.inputs import parse_rain
from steiger.engines.flood.simulation import begin, beispieltal, rain_ensemble

ISSUE = datetime(2021, 7, 10, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
GAUGES = ("regen_quellenau", "regen_sperre")


def rows(
    *, issue: datetime = ISSUE, hours: int = 3, members: int = 2, amount: float = 1.0
) -> list[dict[str, Any]]:
    return [
        {
            "issue_time": issue,
            "valid_time": issue + hour * HOUR,
            "sensor": gauge,
            "member": member,
            "value": amount * hour + member,
        }
        for member in range(members)
        for gauge in GAUGES
        for hour in range(1, hours + 1)
    ]


def table(data: list[dict[str, Any]]) -> pa.Table:
    utc = pa.timestamp("us", tz="UTC")
    fields = [("issue_time", utc), ("valid_time", utc), ("sensor", pa.string())]
    return pa.Table.from_pylist(
        data, pa.schema([*fields, ("member", pa.int32()), ("value", pa.float64())])
    )


def at(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "s")


def test_members_steps_and_sensors_are_in_order() -> None:
    network, _ = valley()
    values, sensors, _ = rain_from_table(table(rows()), network).at(at(ISSUE), 4)
    assert sensors == GAUGES
    assert values.shape == (2, 4, 2)
    assert values[1, :3, 0].tolist() == [2.0, 3.0, 4.0]
    assert np.isnan(values[:, 3]).all()


def test_order_of_rows_and_zone_do_not_matter() -> None:
    network, _ = valley()
    data = rows()
    shuffled = [data[place] for place in np.random.default_rng(1).permutation(len(data))]
    other = table(shuffled)
    berlin = pa.timestamp("us", tz="Europe/Berlin")
    for place, name in enumerate(("issue_time", "valid_time")):
        other = other.set_column(place, name, other[name].cast(berlin))
    one = rain_from_table(table(data), network).at(at(ISSUE), 3)
    two = rain_from_table(other, network).at(at(ISSUE), 3)
    assert np.array_equal(one[0], two[0])
    assert one[1] == two[1]


def test_latest_forecast_that_was_there_counts() -> None:
    network, _ = valley()
    data = rows(amount=1.0) + rows(issue=ISSUE + 6 * HOUR, amount=5.0)
    rain = rain_from_table(table(data), network)
    before, _, _ = rain.at(at(ISSUE + HOUR), 2)
    assert before[0, :, 0].tolist() == [2.0, 3.0]
    after, _, _ = rain.at(at(ISSUE + 6 * HOUR), 2)
    assert after[0, :, 0].tolist() == [5.0, 10.0]


@pytest.mark.parametrize(
    ("moment", "word"),
    [(ISSUE - HOUR, "no rain forecast was there"), (ISSUE + 5 * HOUR, "says nothing")],
)
def test_no_rain_forecast_for_the_time_is_told(moment: datetime, word: str) -> None:
    network, _ = valley()
    with pytest.raises(ForecastError, match=word):
        rain_from_table(table(rows()), network).at(at(moment), 12)


def test_used_rows_give_the_same_rain_again() -> None:
    network, _ = valley()
    whole = rain_from_table(table(rows() + rows(issue=ISSUE + HOUR)), network)
    values, sensors, part = whole.at(at(ISSUE + HOUR), 2)
    again, names, _ = rain_from_table(part.as_table(), network).at(at(ISSUE + HOUR), 2)
    assert np.array_equal(values, again)
    assert names == sensors


def changed(**change: Any) -> Callable[[list[dict[str, Any]]], None]:
    return lambda data: data[4].update(change)


WRONG: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str]] = {
    "nothing": (lambda data: data.clear(), "holds no rain forecast"),
    "unknown sensor": (changed(sensor="nile"), "row 5: 'nile' is no sensor"),
    "no rain sensor": (changed(sensor="talbruecke"), "row 5: 'talbruecke' is no rain sensor"),
    "negative": (changed(value=-0.1), "row 5: negative rain"),
    "not a number": (changed(value=float("nan")), "row 5: the value is not a finite"),
    "infinite": (changed(value=float("inf")), "row 5: the value is not a finite"),
    "too much": (changed(value=800.0), "row 5: more than 500 mm"),
    "missing": (changed(value=None), "row 5: value is missing"),
    "no time": (changed(valid_time=None), "row 5: valid_time is missing"),
    "past": (changed(valid_time=ISSUE), "row 5: valid_time is not after"),
    "off the step": (changed(valid_time=ISSUE + HOUR / 2), "row 5: valid_time does not lie"),
    "fraction": (
        changed(valid_time=ISSUE + HOUR + timedelta(microseconds=1)),
        "valid_time has fractions of a second",
    ),
    "twice": (lambda data: data.append(dict(data[0])), "row 13: the same step is given twice"),
}


@pytest.mark.parametrize("name", WRONG)
def test_nonsense_is_refused_with_its_row(name: str, tmp_path: Path) -> None:
    network, _ = valley()
    change, word = WRONG[name]
    data = rows()
    change(data)
    path = tmp_path / "rain.parquet"
    pq.write_table(table(data), path)
    with pytest.raises(ForecastError, match=word) as caught:
        read_rain(path, network)
    assert str(caught.value).startswith(str(path))


def test_longer_steps_than_the_networks_are_refused() -> None:
    network, _ = valley()
    data = [row for row in rows(hours=9) if row["valid_time"].hour % 3 == 0]
    with pytest.raises(ForecastError, match="steps of 3:00:00, the network of 1:00:00"):
        rain_from_table(table(data), network)


def test_steps_that_end_elsewhere_are_refused() -> None:
    network, _ = valley()
    rain = rain_from_table(table(rows(issue=ISSUE + HOUR / 2)), network)
    with pytest.raises(ForecastError, match="do not end when"):
        rain.at(at(ISSUE + HOUR), 3)


@pytest.mark.parametrize("lost", ["issue_time", "sensor", "member", "value"])
def test_missing_column_is_named(lost: str) -> None:
    network, _ = valley()
    with pytest.raises(ForecastError, match=lost):
        rain_from_table(table(rows()).drop_columns([lost]), network)


@pytest.mark.parametrize(
    ("column", "kind", "words"),
    [
        ("value", pa.string(), "value holds string"),
        ("member", pa.string(), "“member” holds string, not whole numbers"),
        ("issue_time", pa.timestamp("s"), "“issue_time” has no time zone"),
        ("valid_time", pa.int64(), "“valid_time” holds int64, not times"),
    ],
)
def test_column_of_another_type_is_named(column: str, kind: pa.DataType, words: str) -> None:
    network, _ = valley()
    data = table(rows())
    place = data.column_names.index(column)
    with pytest.raises(ForecastError, match=words):
        rain_from_table(data.set_column(place, column, data[column].cast(kind)), network)


def test_members_written_as_floats_are_whole_numbers() -> None:
    network, _ = valley()
    data = table(rows())
    place = data.column_names.index("member")
    floats = data.set_column(place, "member", data["member"].cast(pa.float64()))
    assert rain_from_table(floats, network).as_table() == rain_from_table(data, network).as_table()
    halves = pa.array(data["member"].to_numpy() + 0.5)
    with pytest.raises(ForecastError, match=r"row 1: member is \d\.5, not a whole number"):
        rain_from_table(data.set_column(place, "member", halves), network)


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and no more"])
def test_unreadable_file_is_named(content: bytes | None, tmp_path: Path) -> None:
    network, _ = valley()
    path = tmp_path / "rain.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ForecastError, match=r"rain\.parquet"):
        read_rain(path, network)


@pytest.mark.parametrize("text", ["perfect", "", "rain.csv"])
def test_rain_that_is_no_word_and_no_file_is_refused(text: str) -> None:
    with pytest.raises(ForecastError, match="neither"):
        parse_rain(text, valley()[0])


def test_simulated_ensemble_is_read() -> None:
    network, _ = valley()
    state = begin(beispieltal(), ISSUE, seed=7, spin_up=24)
    made = rain_ensemble(beispieltal(), state, lead_hours=12, members=5, seed=1)
    values, sensors, _ = rain_from_table(made, network).at(at(ISSUE), 12)
    assert values.shape == (5, 12, 8)
    assert set(sensors) <= set(network.ids)


def test_network_of_another_step_is_refused() -> None:
    network, _ = valley()
    quarter = replace(network, step=timedelta(minutes=15))
    with pytest.raises(ForecastError, match="the network of 0:15:00"):
        rain_from_table(table(rows()), quarter)
