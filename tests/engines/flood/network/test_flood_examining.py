"""A dry run names every mistake with its file, sensor, row and field."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steiger.engines.flood.network import NetworkError, examine, read_network, read_observations

GOOD = """
name = "Tal"
step = "1h"
[[sensor]]
id = "oben"
kind = "water_level"
unit = "cm"
target = true
warning_levels = [120, 180]
[[sensor]]
id = "regen"
kind = "rain"
unit = "mm"
"""


def folder(path: Path, toml: str, columns: dict[str, list[object]] | None = None) -> Path:
    (path / "network.toml").write_text(toml, encoding="utf-8")
    times = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"]
    table = columns or {"time": times, "oben": [50, 51, 52], "regen": [0.0, 0.1, 0.0]}
    pq.write_table(pa.table(table), path / "observations.parquet")
    return path


def places(path: Path) -> list[tuple[str, str, int | None, str]]:
    return [(p.file, p.sensor, p.row, p.field) for p in examine(path).problems]


def test_network_without_mistake_is_what_the_readers_read(tmp_path: Path) -> None:
    found = examine(folder(tmp_path, GOOD))
    network = read_network(tmp_path)
    assert found.problems == ()
    assert found.network == network
    assert found.observations is not None
    assert found.observations.digest() == read_observations(tmp_path, network).digest()


def test_every_sensor_with_a_mistake_is_named_not_only_the_first(tmp_path: Path) -> None:
    bad = GOOD.replace('unit = "cm"', 'unit = "furlong"').replace('kind = "rain"', 'kind = "hail"')
    assert places(folder(tmp_path, bad)) == [
        ("network.toml", "oben", None, "unit"),
        ("network.toml", "regen", None, "kind"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[120, 180]", "[180, 120]", ("network.toml", "oben", None, "warning_levels")),
        ('unit = "mm"', 'unit = "mm"\ntarget = true', ("network.toml", "regen", None, "target")),
        ('id = "regen"', 'id = "oben"', ("network.toml", "oben", None, "")),
        ('step = "1h"', 'step = "soon"', ("network.toml", "", None, "step")),
        ('unit = "mm"', 'unit = "mm"\nlat = 99\nlon = 7', ("network.toml", "regen", None, "lat")),
        ('name = "Tal"', "", ("network.toml", "", None, "name")),
    ],
)
def test_field_of_a_mistake_is_named(
    tmp_path: Path, old: str, new: str, place: tuple[str, str, int | None, str]
) -> None:
    assert places(folder(tmp_path, GOOD.replace(old, new, 1))) == [place]


def test_all_columns_with_a_mistake_are_named(tmp_path: Path) -> None:
    times = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"]
    columns: dict[str, list[object]] = {
        "time": list(times),
        "oben": [1.0, float("inf")],
        "regen": ["a", "b"],
        "unten": [1, 2],
    }
    assert places(folder(tmp_path, GOOD, columns)) == [
        ("observations.parquet", "unten", None, ""),
        ("observations.parquet", "oben", 2, ""),
        ("observations.parquet", "regen", 1, ""),
    ]


def test_row_of_a_time_that_is_none_is_named(tmp_path: Path) -> None:
    columns: dict[str, list[object]] = {"time": ["2026-01-01T00:00:00Z", "gestern"], "oben": [1, 2]}
    assert places(folder(tmp_path, GOOD, columns)) == [("observations.parquet", "", 2, "")]


def test_missing_files_are_mistakes_not_failures(tmp_path: Path) -> None:
    assert places(tmp_path) == [("network.toml", "", None, "")]
    (tmp_path / "network.toml").write_text(GOOD, encoding="utf-8")
    assert [p.file for p in examine(tmp_path).problems] == ["observations.parquet"]


def test_dry_run_and_reading_agree_on_what_is_refused(tmp_path: Path) -> None:
    folder(tmp_path, GOOD.replace("[120, 180]", '["high"]'))
    with pytest.raises(NetworkError) as told:
        read_network(tmp_path)
    assert str(told.value).endswith(examine(tmp_path).problems[0].text)
