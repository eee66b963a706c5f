"""Values of a source in a network's table: gaps are filled, what is known stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steiger.engines.flood.network import (
    Kind,
    Network,
    NetworkError,
    Sensor,
    read_observations,
)
from steiger.engines.flood.network.series import Quality, Series
from steiger.engines.flood.sources.filling import Ledger

QUARTER = timedelta(minutes=15)
BEGIN = datetime(2031, 7, 14, tzinfo=UTC)
LEVEL = Sensor(id="unten", kind=Kind.WATER_LEVEL, unit="m", source_unit="cm", target=True)
RAIN = Sensor(id="regen", kind=Kind.RAIN, unit="mm")
RIVER = Network("Beispiel", QUARTER, (LEVEL, RAIN))
LATER = BEGIN + timedelta(days=2)


def at(step: float) -> np.datetime64:
    return np.datetime64((BEGIN + step * QUARTER).replace(tzinfo=None), "s")


def sent(values: dict[float, float], **more: Any) -> Series:
    rows = [(at(step), value, Quality.UNCHECKED) for step, value in values.items()]
    known = {"sensor": "unten", "kind": Kind.WATER_LEVEL, "unit": "cm"}
    return Series.of_rows(rows, **(known | more))


def table(folder: Path, levels: list[float | None], **more: list[float | None]) -> Path:
    times = pa.array([at(step) for step in range(len(levels))]).cast(pa.timestamp("s", tz="UTC"))
    columns = {"time": times, "unten": pa.array(levels, pa.float64())}
    columns |= {name: pa.array(values, pa.float64()) for name, values in more.items()}
    pq.write_table(pa.table(columns), folder / "observations.parquet")
    return folder


def levels(folder: Path) -> list[float | None]:
    found: list[float | None] = pq.read_table(folder / "observations.parquet")["unten"].to_pylist()
    return found


def test_new_values_are_added_in_the_unit_of_the_file(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0, 44.0]), RIVER)
    taken = ledger.take(LEVEL, [sent({1: 0.44, 2: 0.455}, unit="m")], LATER)
    assert (taken.new, taken.same, taken.late, taken.changed) == (1, 1, 0, ())
    assert ledger.save()
    assert levels(tmp_path) == [43.0, 44.0, 45.5]
    assert read_observations(tmp_path, RIVER).column("unten").tolist() == [0.43, 0.44, 0.455]


def test_known_value_stays_and_the_other_one_is_told(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0, 44.0]), RIVER)
    taken = ledger.take(LEVEL, [sent({0: 43.0, 1: 47.0})], LATER)
    (change,) = taken.changed
    assert (change.time, change.known, change.sent) == (BEGIN + QUARTER, 0.44, 0.47)
    assert not ledger.save()
    assert levels(tmp_path) == [43.0, 44.0]


def test_late_value_fills_its_gap(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0, None, 45.0]), RIVER)
    taken = ledger.take(LEVEL, [sent({1: 44.0, 2: 45.0})], LATER)
    assert (taken.late, taken.new, taken.same) == (1, 0, 1)
    ledger.save()
    assert levels(tmp_path) == [43.0, 44.0, 45.0]


def test_first_table_is_made_of_what_was_sent(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, RIVER)
    assert ledger.last("unten") is None
    assert ledger.take(LEVEL, [sent({0: 43.0, 1: 44.0})], LATER).new == 2
    ledger.save()
    assert levels(tmp_path) == [43.0, 44.0]


def test_step_waits_until_its_source_has_gone_beyond_it(tmp_path: Path) -> None:
    hourly = Network("Beispiel", timedelta(hours=1), (LEVEL,))
    ledger = Ledger.open(tmp_path, hourly)
    early = {step: 40.0 + step for step in range(4)}  # 00:00 to 00:45
    assert ledger.take(LEVEL, [sent(early)], BEGIN + timedelta(minutes=50)).new == 1
    whole = early | {4: 44.0, 5: 45.0}
    taken = ledger.take(LEVEL, [sent(whole)], BEGIN + timedelta(minutes=76))
    assert (taken.new, taken.same, taken.changed) == (1, 1, ())
    ledger.save()
    assert levels(tmp_path) == [40.0, 44.0]


def test_rain_of_part_of_a_step_is_not_its_rain(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, RIVER)
    third = {n / 3: 0.5 for n in range(1, 8)}  # every five minutes, to 00:35
    rain = sent(third, sensor="regen", kind=Kind.RAIN, unit="mm")
    taken = ledger.take(RAIN, [rain], LATER)
    ledger.save()
    assert taken.new == 2
    assert pq.read_table(tmp_path / "observations.parquet")["regen"].to_pylist() == [1.5, 1.5]


def test_values_ahead_of_the_clock_are_left_out_and_counted(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0, 44.0]), RIVER)
    now = BEGIN + 2.2 * QUARTER
    taken = ledger.take(LEVEL, [sent({2: 45.0, 3: 46.0, 9: 52.0})], now)
    assert (taken.new, taken.ahead) == (1, 2)


def test_series_in_another_unit_than_was_said_is_refused(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0, 44.0, 46.0, 45.0]), RIVER)
    metres = sent({0: 0.43, 1: 0.44, 2: 0.46, 3: 0.45, 4: 0.5}, unit="cm")
    with pytest.raises(NetworkError, match=r"sensor 'unten': values are 0\.01 times those"):
        ledger.take(LEVEL, [metres], LATER)
    assert not ledger.save()


def test_source_that_takes_summer_time_for_utc_is_refused(tmp_path: Path) -> None:
    rising = [40.0 + step for step in range(16)]
    ledger = Ledger.open(table(tmp_path, rising), RIVER)
    ahead = sent({step + 4: rising[step] for step in range(16)})
    with pytest.raises(NetworkError, match="clock is 1 h ahead"):
        ledger.take(LEVEL, [ahead], LATER)


def test_river_that_stands_still_is_no_wrong_clock(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0] * 16), RIVER)
    taken = ledger.take(LEVEL, [sent(dict.fromkeys(range(20), 43.0))], LATER)
    assert (taken.same, taken.new) == (16, 4)


def test_another_kind_is_refused(tmp_path: Path) -> None:
    ledger = Ledger.open(table(tmp_path, [43.0]), RIVER)
    with pytest.raises(NetworkError, match="is a water_level, the series a discharge"):
        ledger.take(LEVEL, [sent({1: 3.0}, kind=Kind.DISCHARGE, unit="m³/s")], LATER)


def test_rows_out_of_order_and_twice_stay_as_they_are(tmp_path: Path) -> None:
    times = pa.array([at(2), at(0), at(0)]).cast(pa.timestamp("s", tz="UTC"))
    rows = pa.table({"time": times, "unten": [45.0, 43.0, 99.0]})
    pq.write_table(rows, tmp_path / "observations.parquet")
    ledger = Ledger.open(tmp_path, RIVER)
    taken = ledger.take(LEVEL, [sent({0: 43.0, 1: 44.0})], LATER)
    assert (taken.same, taken.late, taken.changed) == (1, 1, ())
    ledger.save()
    assert levels(tmp_path) == [45.0, 43.0, 99.0, 44.0]


VALUES = st.one_of(st.none(), st.floats(-50, 900, width=32))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    known=st.lists(VALUES, min_size=1, max_size=12),
    new=st.dictionaries(st.integers(0, 20), st.floats(-50, 900, width=32), max_size=12),
)
def test_nothing_that_is_there_ever_changes_a_bit(
    tmp_path: Path, known: list[float | None], new: dict[float, float]
) -> None:
    table(tmp_path, known, regen=[1.5] * len(known))
    ledger = Ledger.open(tmp_path, RIVER)
    try:
        taken = ledger.take(LEVEL, [sent(new)], LATER)
    except NetworkError:
        taken = None
    ledger.save()
    after = levels(tmp_path)
    assert [a for a, b in zip(after, known, strict=False) if b is not None] == [
        b for b in known if b is not None
    ]
    if taken is not None:
        there = sum(value is not None for value in after)
        assert there == sum(value is not None for value in known) + taken.new + taken.late
        again = Ledger.open(tmp_path, RIVER).take(LEVEL, [sent(new)], LATER)
        assert (again.new, again.late, len(again.changed)) == (0, 0, len(taken.changed))
