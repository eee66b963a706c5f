"""`steiger flood verify`: scores as JSON, table and page, and one line when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from factories.flood_forecasts import (
    network_folder,
    observations_of,
    small_network,
    table_columns,
    wave,
    write_table,
)
from steiger.cli import main
from steiger.engines.flood.network import write_observations

NETWORK = small_network(gauges=("g1", "g2"))
VALUES = {"g1": wave(24 * 60, floods=(300, 900)), "g2": wave(24 * 60, seed=1, floods=(310,))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    network = network_folder(tmp_path / "network", NETWORK)
    write_observations(network, NETWORK, observations_of(VALUES))
    write_table(tmp_path / "f.parquet", table_columns(VALUES))
    return tmp_path


def verify(folder: Path, *options: str) -> Result:
    command = ["flood", "verify", str(folder / "network"), str(folder / "f.parquet"), *options]
    return CliRunner().invoke(main, command)


def test_scores_are_written_and_shown(folder: Path) -> None:
    file, page = folder / "scores.json", folder / "report.html"
    result = verify(folder, "--json", str(file), "--html", str(page))
    assert result.exit_code == 0, result.output
    scores = json.loads(file.read_text())
    assert scores["format"] == "steiger-flood-scores/1"
    assert [lead["lead_minutes"] for lead in scores["leads"]] == [60, 180]
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "Persistence index" in result.stdout
    assert "Floods as events" in result.stdout


def test_json_to_standard_output_is_nothing_but_json(folder: Path) -> None:
    result = verify(folder, "--json", "-", "--quiet")
    assert json.loads(result.stdout)["network"] == "Tal"
    assert result.stderr == ""


def test_quiet_says_nothing(folder: Path) -> None:
    result = verify(folder, "--json", str(folder / "s.json"), "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_german_is_german(folder: Path) -> None:
    page = folder / "r.html"
    result = verify(folder, "--lang", "de", "--html", str(page))
    assert "Persistenzindex" in result.stdout
    assert '<html lang="de">' in page.read_text()


def test_same_input_gives_the_same_bytes(folder: Path) -> None:
    files = [folder / name for name in ("a.json", "b.json", "a.html", "b.html")]
    for number in (0, 1):
        verify(folder, "--json", str(files[number]), "--html", str(files[number + 2]), "--quiet")
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[2].read_bytes() == files[3].read_bytes()


def test_level_changes_what_counts_as_flood(folder: Path) -> None:
    first = json.loads(verify(folder, "--json", "-", "--level", "1", "--quiet").stdout)
    assert first["settings"]["flood_level_by_gauge"] == {"g1": 1, "g2": 1}


def test_rejected_observations_can_be_left_out(folder: Path) -> None:
    stuck = {g: values.copy() for g, values in VALUES.items()}
    stuck["g1"][500:800] = stuck["g1"][500]
    write_observations(folder / "network", NETWORK, observations_of(stuck))
    count = {
        option: json.loads(verify(folder, "--json", "-", "--quiet", *option).stdout)["leads"][0]
        for option in ((), ("--checked",))
    }
    assert count[("--checked",)]["pairs"] < count[()]["pairs"]


def no_network(folder: Path) -> None:
    (folder / "network" / "network.toml").unlink()


def no_observations(folder: Path) -> None:
    (folder / "network" / "observations.parquet").unlink()


def no_forecasts(folder: Path) -> None:
    (folder / "f.parquet").unlink()


def broken_forecasts(folder: Path) -> None:
    (folder / "f.parquet").write_bytes((folder / "f.parquet").read_bytes()[:-200])


def crossed(folder: Path) -> None:
    columns = table_columns(VALUES)
    columns["q95"][7] = -9.0
    write_table(folder / "f.parquet", columns)


def elsewhere(folder: Path) -> None:
    columns = table_columns(VALUES)
    columns["gauge"] = np.where(columns["gauge"] == "g2", "g7", columns["gauge"])
    write_table(folder / "f.parquet", columns)


@pytest.mark.parametrize(
    ("spoil", "options", "word"),
    [
        (no_network, (), "network.toml"),
        (no_observations, (), "observations"),
        (no_forecasts, (), "f.parquet: does not exist"),
        (broken_forecasts, (), "no readable Parquet"),
        (crossed, (), "gauge 'g1', issued 2021-07-14T13:00:00Z, lead 60 min"),
        (elsewhere, (), "gauge 'g7'"),
        (None, ("--level", "0"), "level"),
        (None, ("--level", "5"), "--level is 5, but no gauge of the forecasts has more than"),
        (None, ("--probability", "1.5"), "probability"),
        (None, ("--html", "none/r.html"), "its folder does not exist"),
    ],
)
def test_wrong_input_is_one_line_code_2_and_nothing_written(
    spoil: Callable[[Path], None] | None, options: tuple[str, ...], word: str, folder: Path
) -> None:
    if spoil:
        spoil(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result = verify(folder, "--json", str(folder / "s.json"), "--quiet", *options)
    assert result.exit_code == 2, result.output
    assert len(result.output.strip().splitlines()) == 1
    assert result.output.startswith("steiger: ")
    assert word in result.output
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
