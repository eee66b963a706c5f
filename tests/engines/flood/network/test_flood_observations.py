"""Observations: any order, zone, unit in; one canonical form out; nonsense refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factories.flood import (
    START,
    TOML,
    hours,
    make_network,
    make_observations,
    make_sensor,
    write_folder,
)
from steiger.engines.flood.network import (
    Kind,
    NetworkError,
    Observations,
    joined,
    read_network,
    read_observations,
    write_observations,
)
from steiger.engines.flood.network.tables import table_problems

COLUMNS: dict[str, Any] = {
    "upper": [0.43, 0.44, 0.45, 0.44],
    "lower": [0.8, 0.81, 0.83, 0.9],
    "rain": [0.0, 1.5, 0.2, 0.0],
}


def read(folder: Path, **period: Any) -> Observations:
    return read_observations(folder, read_network(folder), **period)


def test_observations_are_read(tmp_path: Path) -> None:
    found = read(write_folder(tmp_path, COLUMNS))
    assert found.ids == ("upper", "lower", "rain")
    assert found.column("lower").tolist() == COLUMNS["lower"]
    assert found.times[0] == START
    assert found.step == timedelta(hours=1)
    assert found.notes == ()


def test_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    plain = read(write_folder(tmp_path / "a", COLUMNS))
    order = [2, 0, 3, 1]
    columns = {name: [COLUMNS[name][i] for i in order] for name in ("rain", "lower", "upper")}
    mixed = read(write_folder(tmp_path / "b", columns, hours(4).take(pa.array(order))))
    assert mixed.digest() == plain.digest()
    assert [(note.rule, len(note.times)) for note in mixed.notes] == [("shuffled", 2)]


def test_row_numbers_that_pandas_writes_along_are_no_sensor(tmp_path: Path) -> None:
    plain = read(write_folder(tmp_path / "a", COLUMNS))
    numbered = write_folder(tmp_path / "b", COLUMNS | {"__index_level_0__": [0, 1, 2, 3]})
    assert read(numbered).digest() == plain.digest()
    assert table_problems(numbered / "observations.parquet", read_network(numbered)) == []


def test_categories_are_the_values_that_they_stand_for(tmp_path: Path) -> None:
    plain = read(write_folder(tmp_path / "a", COLUMNS))
    texts = pa.array([f"{time.isoformat()}" for time in hours(4).to_pylist()])
    columns = {name: pa.array(values).dictionary_encode() for name, values in COLUMNS.items()}
    encoded = write_folder(tmp_path / "b", columns, texts.dictionary_encode())
    assert read(encoded).digest() == plain.digest()
    assert table_problems(encoded / "observations.parquet", read_network(encoded)) == []


def test_equal_duplicates_are_one_row(tmp_path: Path) -> None:
    plain = read(write_folder(tmp_path / "a", COLUMNS))
    order = [0, 1, 1, 2, 3, 3]
    columns = {name: [values[i] for i in order] for name, values in COLUMNS.items()}
    twice = read(write_folder(tmp_path / "b", columns, hours(4).take(pa.array(order))))
    assert twice.digest() == plain.digest()
    assert [note.rule for note in twice.notes] == ["duplicate"]


@pytest.mark.parametrize("order", [[0, 1, 4, 2, 3], [0, 4, 1, 2, 3], [4, 3, 1, 2, 0]])
def test_contradicting_rows_are_missing_whatever_their_order(
    tmp_path: Path, order: list[int]
) -> None:
    columns = {name: [*values, values[1]] for name, values in COLUMNS.items()}
    columns["lower"][4] = 7.0
    shuffled = {name: [values[i] for i in order] for name, values in columns.items()}
    times = hours(4).take(pa.array([(0, 1, 2, 3, 1)[i] for i in order]))
    found = read(write_folder(tmp_path, shuffled, times))
    assert np.isnan(found.column("lower")[1])
    assert np.delete(found.column("lower"), 1).tolist() == np.delete(COLUMNS["lower"], 1).tolist()
    assert found.column("upper").tolist() == COLUMNS["upper"]
    notes = [note for note in found.notes if note.rule != "shuffled"]
    rules = [(note.rule, note.sensor, note.times.tolist()) for note in notes]
    moment = datetime(2020, 1, 1, 1)  # noqa: DTZ001 - numpy gives times without a zone
    assert rules == [("duplicate", "", [moment]), ("contradicting", "lower", [moment])]


def test_duplicates_complete_each_other(tmp_path: Path) -> None:
    columns = {"upper": [0.4, None], "lower": [None, 0.9], "rain": [None, None]}
    times = hours(1).take(pa.array([0, 0]))
    found = read(write_folder(tmp_path, columns, times))
    assert found.values[0, :2].tolist() == [0.4, 0.9]
    assert np.isnan(found.values[0, 2])


def test_gaps_are_missing_rows(tmp_path: Path) -> None:
    keep = [0, 3]
    columns = {name: [values[i] for i in keep] for name, values in COLUMNS.items()}
    found = read(write_folder(tmp_path, columns, hours(4).take(pa.array(keep))))
    assert len(found) == 4
    assert np.isnan(found.values[1:3]).all()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "+05:30", "America/New_York"])
def test_zone_does_not_matter(tmp_path: Path, zone: str) -> None:
    plain = read(write_folder(tmp_path / "a", COLUMNS))
    other = read(write_folder(tmp_path / "b", COLUMNS, hours(4, zone)))
    assert other.digest() == plain.digest()


def test_texts_with_offset_are_read_over_the_change_to_winter_time(tmp_path: Path) -> None:
    texts = ["2020-10-25T02:00:00+02:00", "2020-10-25T02:00:00+01:00", "2020-10-25T03:00:00+01:00"]
    columns = {name: values[:3] for name, values in COLUMNS.items()}
    found = read(write_folder(tmp_path, columns, pa.array(texts)))
    assert [str(time)[11:13] for time in found.times] == ["00", "01", "02"]
    assert not np.isnan(found.values).any()


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64(), pa.int32(), pa.decimal128(20, 2)])
def test_every_numeric_type_is_read(tmp_path: Path, kind: pa.DataType) -> None:
    column = pa.array([43, 44, 45, 44], pa.int32()).cast(kind)
    toml = TOML.replace('unit = "m"', 'unit = "cm"', 1)
    found = read(write_folder(tmp_path, COLUMNS | {"upper": column}, toml=toml))
    assert found.column("upper").tolist() == [0.43, 0.44, 0.45, 0.44]


@pytest.mark.parametrize(("unit", "factor"), [("m", 1), ("cm", 100), ("mm", 1000)])
def test_unit_does_not_change_a_bit(tmp_path: Path, unit: str, factor: int) -> None:
    levels = np.arange(1, 500) / 100
    toml = TOML.replace('unit = "m"', f'unit = "{unit}"').replace(
        "[1.25, 2.1, 2.53]", str([1.25 * factor, 2.1 * factor, 2.53 * factor])
    )
    count = len(levels)
    for dtype in (np.float32, np.float64):
        column = (levels * factor).astype(dtype)
        columns = {"upper": column, "lower": column, "rain": np.zeros(count)}
        folder = write_folder(tmp_path / f"{unit}{dtype.__name__}", columns, toml=toml)
        found = read(folder)
        assert found.column("upper").tolist() == levels.tolist()


def test_intensity_becomes_a_total_of_the_step(tmp_path: Path) -> None:
    toml = TOML.replace('"1h"', '"15min"').replace('unit = "mm"', 'unit = "mm/h"')
    times = START + np.arange(4) * np.timedelta64(900, "s")
    column = pa.array(times, pa.timestamp("s")).cast(pa.timestamp("s", "UTC"))
    found = read(write_folder(tmp_path, COLUMNS, column, toml))
    assert found.column("rain").tolist() == [0.0, 0.375, 0.05, 0.0]


def test_sensor_without_a_column_has_no_values(tmp_path: Path) -> None:
    columns = {name: values for name, values in COLUMNS.items() if name != "upper"}
    found = read(write_folder(tmp_path, columns))
    assert np.isnan(found.column("upper")).all()
    assert [(note.rule, note.sensor) for note in found.notes] == [("no_column", "upper")]


def test_period_is_cut_at_both_ends(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, COLUMNS)
    part = read(
        folder,
        start=datetime(2020, 1, 1, 1, tzinfo=UTC),
        end=datetime(2020, 1, 1, 3, tzinfo=timezone(timedelta(hours=1))),
    )
    assert part.column("lower").tolist() == [0.81, 0.83]


def test_daily_network_may_report_at_six(tmp_path: Path) -> None:
    times = START + np.timedelta64(6, "h") + np.arange(4) * np.timedelta64(1, "D")
    column = pa.array(times.astype("datetime64[s]")).cast(pa.timestamp("s", "UTC"))
    found = read(write_folder(tmp_path, COLUMNS, column, TOML.replace('"1h"', '"1d"')))
    assert len(found) == 4


def test_empty_file_is_no_fault(tmp_path: Path) -> None:
    columns = {name: pa.array([], pa.float64()) for name in COLUMNS}
    assert read(write_folder(tmp_path, columns)).values.shape == (0, 3)


def odd(seconds: list[int]) -> pa.Array:
    moments = START + np.array(seconds) * np.timedelta64(1, "s")
    return pa.array(moments, pa.timestamp("s")).cast(pa.timestamp("s", "UTC"))


@pytest.mark.parametrize(
    ("columns", "times", "words"),
    [
        ({"lwoer": [1.0] * 4}, None, "column 'lwoer' belongs to no sensor"),
        ({"upper": [0.4, np.inf, 0.4, 0.4]}, None, "sensor 'upper', row 2 (2020-01-01T01:00:00Z)"),
        ({"upper": ["a", "b", "c", "d"]}, None, "sensor 'upper': the column holds string"),
        ({"upper": [True] * 4}, None, "sensor 'upper': the column holds bool"),
        ({}, hours(4, None), "has no time zone"),
        ({}, pa.array(range(4)), "the column “time” holds int64"),
        ({}, odd([0, 3600, 5400, 7200]), "row 3 (2020-01-01T01:30:00Z): does not lie on"),
        ({}, odd([0, 3600, 7200, 3600 * 24 * 365 * 400]), "row 4 (2419-09-26T00:00:00Z): lies far"),
        ({}, pa.array([None, *hours(3).to_pylist()], hours(1).type), "row 1: the time is missing"),
        (
            {},
            pa.array(["2020-01-01T00:00:00"] * 4),
            "row 1: time '2020-01-01T00:00:00' has no time zone",
        ),
        ({}, pa.array(["yesterday"] * 4), "row 1: time 'yesterday' is no time"),
    ],
)
def test_nonsense_in_a_file_is_refused_by_name(
    tmp_path: Path, columns: dict[str, Any], times: pa.Array | None, words: str
) -> None:
    folder = write_folder(tmp_path, COLUMNS | columns, times)
    with pytest.raises(NetworkError) as caught:
        read(folder)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{folder / 'observations.parquet'}: ")


def test_fractions_of_a_second_are_refused(tmp_path: Path) -> None:
    times = pa.array([0, 3_600_500, 7_200_000, 10_800_000], pa.timestamp("ms", "UTC"))
    with pytest.raises(NetworkError, match=r"row 2 .* fractions of a second"):
        read(write_folder(tmp_path, COLUMNS, times))


def test_file_without_times_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, COLUMNS)
    pq.write_table(pa.table(COLUMNS), folder / "observations.parquet")
    with pytest.raises(NetworkError, match="the column “time” is missing"):
        read(folder)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"time,level\n"])
def test_file_that_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_folder(tmp_path, COLUMNS)
    (folder / "observations.parquet").write_bytes(content)
    with pytest.raises(NetworkError, match=r"observations\.parquet: is no valid Parquet file"):
        read(folder)


def test_missing_observations_are_named(tmp_path: Path) -> None:
    (tmp_path / "network.toml").write_text(TOML)
    with pytest.raises(NetworkError, match=r"observations\.parquet: cannot be read"):
        read(tmp_path)


def test_values_cannot_be_written_to() -> None:
    found = make_observations(make_network(), {"level": [1.0, 2.0]})
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 3.0


def test_until_hides_what_was_not_known() -> None:
    total = make_sensor("total", Kind.RAIN, accumulation=timedelta(hours=3), stamped="start")
    network = make_network(make_sensor(), total)
    found = make_observations(network, {"level": np.arange(6.0), "total": np.arange(6.0)})
    known = found.until(datetime(2020, 1, 1, 4, tzinfo=UTC))
    assert known.column("level").tolist() == [0, 1, 2, 3, 4]
    assert known.column("total")[:2].tolist() == [0, 1]
    assert np.isnan(known.column("total")[2:]).all()
    assert found.column("total").tolist() == [0, 1, 2, 3, 4, 5]


def test_row_is_found_by_its_time() -> None:
    found = make_observations(make_network(), {"level": [1.0, 2.0, 3.0]})
    assert found.index_of(datetime(2020, 1, 1, 2, tzinfo=timezone(timedelta(hours=1)))) == 1
    with pytest.raises(NetworkError, match=r"no row at 2020-01-01T03:00:00Z; they run from"):
        found.index_of(np.datetime64("2020-01-01T03:00:00"))
    with pytest.raises(NetworkError, match="has no time zone"):
        found.index_of(datetime(2020, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("times", "values", "words"),
    [
        (np.arange(3), np.ones((2, 1)), "need"),
        (np.array([0, 1, 3]) * 3600, np.ones((3, 1)), "row 3 .* not regular"),
        (np.array([2, 1, 0]) * 3600, np.ones((3, 1)), "not regular"),
        (np.arange(3) * 3600, np.full((3, 1), np.inf), "row 1 .* not a finite number"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(times: Any, values: Any, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        Observations(times.astype("datetime64[s]"), ("level",), values)


def test_parts_are_joined() -> None:
    network = make_network()
    whole = make_observations(network, {"level": np.arange(5.0)})
    first, second = (
        whole.between(START, whole.times[2]),
        whole.between(whole.times[3], whole.times[4]),
    )
    assert joined([first, second]).digest() == whole.digest()
    with pytest.raises(NetworkError, match="not regular"):
        joined([first, first])


def test_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, COLUMNS)
    network, found = read_network(folder), read(folder)
    foreign = Observations(found.times, ("x", "y", "z"), found.values)
    with pytest.raises(NetworkError, match="has no sensor 'x'"):
        write_observations(folder, network, foreign)
    assert read(folder).digest() == found.digest()
    assert sorted(path.name for path in folder.iterdir()) == [
        "network.toml",
        "observations.parquet",
    ]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["network_a", "wupper", "catchment_b"])
def test_real_observations_survive_writing(shared: Path, tmp_path: Path, name: str) -> None:
    network = read_network(shared / "data/flood" / name)
    found = read_observations(shared / "data/flood" / name, network)
    write_observations(tmp_path, network, found)
    assert read_observations(tmp_path, network).digest() == found.digest()


@pytest.mark.shared
def test_no_part_of_a_real_day_is_known_before_it_is_over(shared: Path) -> None:
    folder = shared / "data/flood/wupper"
    found = read_observations(folder, read_network(folder))
    for row in (60, 75, 95, 5000):
        known = found.until(found.times[row]).column("p_beyenburg_mm_daily")
        # The day of this source begins at 23:00 UTC.
        day = (found.times[row] - np.timedelta64(23, "h")).astype("datetime64[D]")
        begin = day.astype("datetime64[s]") + np.timedelta64(23, "h")
        assert np.isnan(known[found.times[: row + 1] >= begin]).all()
