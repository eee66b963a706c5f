"""Irregular series of sources, and their way onto the step of a network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.engines.flood.network import Kind, Network, NetworkError, Sensor
from steiger.engines.flood.network.series import (
    Quality,
    Series,
    ensemble_table,
    onto_network,
    spacing,
    write_ensemble,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
START = datetime(2031, 7, 14, tzinfo=UTC)
ZERO = np.datetime64("2031-07-14T00:00:00", "s")


def at(minutes: float) -> np.datetime64:
    return ZERO + np.timedelta64(int(60 * minutes), "s")


def rows(*pairs: tuple[float, float]) -> list[tuple[np.datetime64, float, int]]:
    return [(at(minutes), value, Quality.UNCHECKED) for minutes, value in pairs]


def level(*pairs: tuple[float, float], **fields: Any) -> Series:
    known: dict[str, Any] = {"sensor": "a", "kind": Kind.WATER_LEVEL, "unit": "cm"}
    return Series.of_rows(rows(*pairs), **(known | fields))


def rain(*pairs: tuple[float, float], **fields: Any) -> Series:
    known: dict[str, Any] = {"sensor": "r", "kind": Kind.RAIN, "unit": "mm"}
    return Series.of_rows(rows(*pairs), **(known | fields))


def network(**rain_fields: Any) -> Network:
    gauge = Sensor(id="a", kind=Kind.WATER_LEVEL, unit="m", source_unit="cm")
    return Network(
        "Beispiel", HOUR, (gauge, Sensor(id="r", kind=Kind.RAIN, unit="mm", **rain_fields))
    )


def test_rows_are_sorted_and_the_last_of_a_time_counts() -> None:
    series = level((30, 3), (0, 1), (30, 4), (15, 2), (15, 2))
    assert series.times.tolist() == [at(0), at(15), at(30)]
    assert series.values.tolist() == [1, 2, 4]
    marks = [Quality.UNCHECKED, Quality.UNCHECKED, Quality.SUSPECT]
    assert series.quality.tolist() == marks


def test_missing_value_is_marked_whatever_the_source_says() -> None:
    series = Series.of_rows(
        [(at(0), np.nan, Quality.GOOD)], sensor="a", kind=Kind.WATER_LEVEL, unit="cm"
    )
    assert series.quality.tolist() == [Quality.MISSING]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"times": [at(1), at(0)]}, "do not ascend"),
        ({"times": [at(0), at(0)]}, "do not ascend"),
        ({"times": [at(0), np.datetime64("NaT")]}, "a time is missing"),
        ({"values": [1.0]}, "values"),
        ({"values": [1.0, np.inf]}, "not finite"),
        ({"values": [1.0, np.nan]}, "marked missing"),
        ({"quality": [0, Quality.MISSING]}, "marked missing"),
        ({"quality": [0, 9]}, "marked missing"),
        ({"unit": "mm"}, None),
        ({"unit": "Fuß"}, "does not fit"),
        ({"lat": 51.0}, "go together"),
        ({"accumulation": timedelta(0)}, "longer than 0"),
        ({"member": -1}, "less than 0"),
        ({"quantile": 1.0}, "between 0 and 1"),
        ({"quantile": 0.5, "member": 1}, "at once"),
    ],
)
def test_series_without_sense_is_refused(fields: dict[str, Any], words: str | None) -> None:
    known: dict[str, Any] = {
        "sensor": "a",
        "kind": Kind.WATER_LEVEL,
        "unit": "cm",
        "times": [at(0), at(1)],
        "values": [1.0, 2.0],
        "quality": [0, 0],
    }
    if words is None:
        assert len(Series(**(known | fields))) == 2
    else:
        with pytest.raises(NetworkError, match=words):
            Series(**(known | fields))


def test_equality_sees_values_and_words() -> None:
    one = level((0, 1), (15, np.nan))
    assert one == level((0, 1), (15, np.nan))
    assert hash(one) == hash(level((0, 1), (15, np.nan)))
    assert one != level((0, 1), (15, 2))
    assert one != replace(one, name="anders")
    assert one != "a"


def test_arrays_cannot_be_changed_from_outside() -> None:
    values = np.array([1.0])
    series = Series(
        sensor="a", kind=Kind.WATER_LEVEL, unit="m", times=np.array([at(0)]), values=values,
        quality=np.array([0], np.uint8),
    )  # fmt: skip
    values[0] = 9
    assert series.values.tolist() == [1.0]
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 9


def test_totals_are_summed_over_their_usual_distance() -> None:
    assert rain((5, 1), (10, 1), (15, 1), (30, 1)).accumulation == timedelta(minutes=5)
    assert rain((5, 1)).accumulation is None
    assert rain((5, 1), accumulation=HOUR).accumulation == HOUR
    assert spacing(np.array([], "datetime64[s]")) is None


def test_sum_of_a_step_needs_all_of_its_parts() -> None:
    quarter = rain((15, 1), (30, 2), (45, 3), (60, 4), (75, 1), (90, np.nan), (105, 1), (120, 1))
    hour = quarter.summed(HOUR)
    assert hour.times.tolist() == [at(60), at(120)]
    assert hour.values[0] == 10
    assert np.isnan(hour.values[1])
    assert hour.accumulation == HOUR


def test_sum_off_the_step_is_missing() -> None:
    assert np.isnan(rain((14, 1), (29, 1), (44, 1), (59, 1)).summed(HOUR).values).all()


def test_intensity_is_summed_as_depth() -> None:
    quarter = rain((15, 4), (30, 8), (45, 0), (60, 4), unit="mm/h")
    hour = quarter.summed(HOUR)
    assert (hour.unit, hour.values.tolist()) == ("mm", [4.0])


@pytest.mark.parametrize(
    "series", [level((0, 1)), rain((0, 1)), rain((0, 1), (15, 1), stamped="start")]
)
def test_what_is_no_total_at_its_end_cannot_be_summed(series: Series) -> None:
    with pytest.raises(NetworkError, match="cannot be summed"):
        series.summed(HOUR)


def test_step_that_is_no_multiple_is_refused() -> None:
    with pytest.raises(NetworkError, match="no multiple"):
        rain((0, 1), (7, 1)).summed(HOUR)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60), st.sampled_from([1, 2, 3, 4, 6]))
def test_no_rain_is_lost_or_made_by_summing(amounts: list[int], parts: int) -> None:
    whole = amounts[: len(amounts) // parts * parts]
    series = rain(*((10 * (i + 1), a / 8) for i, a in enumerate(whole)), accumulation=10 * MINUTE)
    summed = series.summed(10 * parts * MINUTE)
    assert summed.values.sum() == sum(whole) / 8
    assert len(summed) * parts == len(whole)


def test_state_is_the_latest_value_in_its_step() -> None:
    series = level((0, 100), (45, 110), (60, 120), (61, 130), (240, 140))
    found = onto_network([series], network(), START, START + 4 * HOUR)
    assert found.column("a")[:3].tolist() == [1.0, 1.2, 1.3]
    assert np.isnan(found.column("a")[3])
    assert found.column("a")[4] == 1.4
    assert np.isnan(found.column("r")).all()


def test_value_a_whole_step_old_is_no_value() -> None:
    found = onto_network([level((0, 100))], network(), START, START + HOUR)
    assert found.column("a")[0] == 1.0
    assert np.isnan(found.column("a")[1])


def test_rain_is_summed_onto_the_step() -> None:
    series = rain(*((15 * i, 1) for i in range(1, 9)))
    found = onto_network([series], network(), START, START + 2 * HOUR)
    assert np.isnan(found.column("r")[0])
    assert found.column("r")[1:].tolist() == [4, 4]


def test_rain_is_summed_onto_a_step_that_ends_at_half_past() -> None:
    series = rain(*((15 * i, i) for i in range(1, 9)))
    half = START + 30 * MINUTE
    found = onto_network([series], network(), half, half + HOUR)
    assert np.isnan(found.column("r")[0])
    assert found.column("r")[1] == 3 + 4 + 5 + 6


def test_later_series_fill_what_earlier_lack_by_their_names() -> None:
    first, second = level((0, 100), (60, np.nan)), level((0, 999), (60, 120), sensor="other")
    found = onto_network(
        [first, second], network(), START, START + HOUR, names={"other": "a", "x": "y"}
    )
    assert found.column("a").tolist() == [1.0, 1.2]
    left_out = onto_network([second], network(), START, START + HOUR)
    assert np.isnan(left_out.values).all()


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (level((0, 1), sensor="r"), "is a rain"),
        (rain((0, 1)), "over which time"),
        (rain((0, 1), (7, 1)), "no multiple"),
        (rain((0, 1), (60, 1), stamped="start"), "stamps the end"),
        (level((0, 1), issue_time=ZERO, member=0), "no observation"),
    ],
)
def test_series_that_does_not_fit_its_sensor_is_refused(series: Series, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        onto_network([series], network(), START, START + HOUR)


def test_period_that_is_no_number_of_steps_is_refused() -> None:
    for end in (START + 90 * MINUTE, START - HOUR):
        with pytest.raises(NetworkError, match="no whole number of steps"):
            onto_network([], network(), START, end)


def test_discharge_in_another_canonical_unit_is_refused() -> None:
    sensor = Sensor(id="a", kind=Kind.DISCHARGE, unit="mm/h")
    series = level((0, 1), kind=Kind.DISCHARGE, unit="m3/s")
    with pytest.raises(NetworkError, match="is in mm/h"):
        onto_network([series], Network("B", HOUR, (sensor,)), START, START)


def test_daily_total_keeps_the_stamp_of_its_sensor() -> None:
    day = timedelta(days=1)
    net = network(accumulation=day, stamped="start", available_after=day)
    series = rain((0, 12.5), (1440, 3), stamped="start", accumulation=day)
    found = onto_network([series], net, START, START + 2 * HOUR)
    assert found.column("r")[0] == 12.5
    assert np.isnan(found.column("r")[1:]).all()
    assert np.isnan(found.until(START + 2 * HOUR).column("r")).all()


@given(st.permutations(range(8)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    pairs = [(15.0 * i, float(i)) for i in range(8)]
    assert level(*(pairs[i] for i in order)) == level(*pairs)


def test_parts_of_a_series_are_joined_in_time() -> None:
    later, earlier, other = level((60, 3)), level((0, 1), (60, 2)), level((0, 9), sensor="b")
    found = Series.joined([later, other, earlier])
    assert [one.sensor for one in found] == ["a", "b"]
    assert found[0].values.tolist() == [1, 2]


def test_part_between_two_times_includes_both() -> None:
    series = level((0, 1), (15, 2), (30, 3), (45, 4))
    part = series.between(START + 15 * MINUTE, START + 30 * MINUTE)
    assert part.values.tolist() == [2, 3]


def member(number: int, *amounts: float) -> Series:
    return rain(
        *((30 * (i + 1), amount) for i, amount in enumerate(amounts)),
        issue_time=ZERO,
        member=number,
        accumulation=30 * MINUTE,
    )


def test_ensemble_is_written_on_the_step_of_the_network(tmp_path: Path) -> None:
    members = [member(2, 1, 2, 3, 4), member(1, 0, 1, 2, 2)]
    path = write_ensemble(tmp_path / "e.parquet", members, HOUR)
    table = pq.read_table(path).to_pydict()
    assert table["member"] == [1, 1, 2, 2]
    assert table["value"] == [1.0, 4.0, 3.0, 7.0]
    assert table["valid_time"][0] == START + HOUR
    assert table["issue_time"][0] == START
    assert [file.name for file in tmp_path.iterdir()] == ["e.parquet"]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(30, 1), (60, np.nan), (90, 3)], [30]),
        ([(30, np.nan), (60, 2), (90, 3)], [60, 90]),
        ([(30, 1), (60, 2), (120, 3)], [30, 60]),
        ([(-30, 1), (0, 1), (30, 2), (60, 3)], [30, 60]),
        ([(30, np.nan)], []),
        ([], []),
    ],
)
def test_member_ends_before_its_first_gap(
    pairs: list[tuple[float, float]], expected: list[int]
) -> None:
    one = rain(*pairs, issue_time=ZERO, member=1, accumulation=30 * MINUTE)
    table = ensemble_table([one], 30 * MINUTE)
    assert table["valid_time"].to_pylist() == [START + each * MINUTE for each in expected]
    assert table["value"].null_count == 0


def test_what_is_no_member_of_a_rain_forecast_is_not_written(tmp_path: Path) -> None:
    for series in (rain((0, 1), (60, 1)), level((0, 1), issue_time=ZERO, member=1)):
        with pytest.raises(NetworkError, match="no member of a rain forecast"):
            ensemble_table([series], HOUR)
    with pytest.raises(NetworkError, match="no multiple"):
        write_ensemble(tmp_path / "e.parquet", [member(1, 1, 2)], 45 * MINUTE)
    assert list(tmp_path.iterdir()) == []
