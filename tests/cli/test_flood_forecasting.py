"""`steiger flood train`, `hindcast`, `forecast` and `replay`: files in, files out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from factories import flood_core
from factories.flood_valley import AT, small_model, valley, valley_folder
from steiger.cli import main
from steiger.cli.flood import values
from steiger.engines.flood.forecasting import Forecast, load_model
from steiger.engines.flood.forecasting.core import DEFAULT_CORE
from steiger.engines.flood.simulation import begin, beispieltal, rain_ensemble
from steiger.engines.flood.verification.tables import read_forecasts

TESTS = Path(__file__).resolve().parents[1]
CORE = ("--core", flood_core.NAME)
LEADS = ("--leads", "1h,3h,12h")
UNTIL = ("--until", "2021-07-01T00:00Z")


class Desk:
    """A folder with the valley, and the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.network = valley_folder(folder / "valley")
        self.model, self.store = folder / "model", folder / "store"
        self.forecasts, self.forecast_file = folder / "f.parquet", folder / "f.json"

    def run(self, command: str, *arguments: object) -> Result:
        words = ["flood", command, *(str(word) for word in arguments), *CORE]
        return CliRunner().invoke(main, words)

    def train(self, *more: str) -> Result:
        where = (self.network, "--model", self.model)
        return self.run("train", *where, *UNTIL, *LEADS, "--workers", "1", *more)

    def hindcast(self, *more: str) -> Result:
        where = (self.network, "--model", self.model, "--out", self.forecasts, "--workers", "1")
        times = ("--from", "2021-07-10T06:00Z", "--to", "2021-07-10T09:00Z")
        return self.run("hindcast", *where, *times, *more)

    def forecast(self, *more: str) -> Result:
        where = (self.network, "--model", self.model, "--out", self.forecast_file)
        kept = ("--store", self.store)
        return self.run("forecast", *where, *kept, "--at", "2021-07-10T06:00Z", *more)

    def contents(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def trained(desk: Desk) -> Desk:
    from steiger.engines.flood.forecasting import save_model

    save_model(small_model(), desk.model)
    return desk


def test_trained_model_is_that_of_the_engine(desk: Desk) -> None:
    result = desk.train()
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("a model of 8 gauges, learned from 1,465 rows.\n")
    assert load_model(desk.model, core=flood_core.NAME).digest == small_model().digest


def test_training_says_all_for_machines(desk: Desk) -> None:
    data = json.loads(desk.train("--json").stdout)
    assert data["digest"] == small_model().digest
    assert data["gauges"][0] == "quellenau"
    assert data["settings"]["leads"] == [3600.0, 10800.0, 43200.0]


def test_hindcast_is_a_file_that_verification_reads(trained: Desk) -> None:
    result = trained.hindcast()
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("96 forecasts of 8 gauges.\n")
    assert len(read_forecasts(trained.forecasts, valley()[0])) == 96
    data = json.loads(trained.hindcast("--json", "--rain", "observed").stdout)
    assert (data["rows"], data["issue_times"], data["rain"]) == (96, 4, "observed")
    assert (data["from"], data["to"]) == ("2021-07-10T06:00:00Z", "2021-07-10T09:00:00Z")
    assert data["lead_minutes"] == [60, 180, 720]


def test_forecast_can_be_replayed(trained: Desk) -> None:
    result = trained.forecast("--quiet")
    assert result.exit_code == 0, result.output
    forecast = Forecast.from_json(trained.forecast_file.read_bytes())
    assert result.output == f"{forecast.id}\n"
    again = trained.run("replay", forecast.id[:12], "--store", trained.store)
    assert again.exit_code == 0, again.output
    assert again.stdout == f"{forecast.id}: equal, bit by bit.\n"


def test_replayed_forecast_is_written(trained: Desk) -> None:
    trained.forecast()
    forecast = Forecast.from_json(trained.forecast_file.read_bytes())
    out = trained.folder / "again.json"
    result = trained.run("replay", forecast.id, "--store", trained.store, "--out", out, "--json")
    assert json.loads(result.stdout)["equal"] is True
    assert out.read_bytes() == trained.forecast_file.read_bytes()


def test_different_replay_ends_with_1(trained: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    trained.forecast()
    forecast = Forecast.from_json(trained.forecast_file.read_bytes())
    monkeypatch.setattr(flood_core, "SHIFTS", flood_core.SHIFTS * 2)
    result = trained.run("replay", forecast.id, "--store", trained.store)
    assert result.exit_code == 1
    assert "differs" in result.stdout
    assert "gauge 'quellenau': leads" in result.stdout


def test_forecast_is_told_in_a_few_words(trained: Desk) -> None:
    result = trained.forecast()
    lines = result.stdout.splitlines()
    assert lines[0] == "Beispieltal (simuliert), 2021-07-10T06:00:00Z, rain to come: none"
    assert len(lines) == 10
    assert "1 h: " in lines[1]


def test_forecast_without_a_time_takes_the_last_observation(trained: Desk) -> None:
    where = (trained.network, "--model", trained.model, "--out", trained.forecast_file)
    result = trained.run("forecast", *where, "--no-store", "--json")
    data = json.loads(result.stdout)
    assert (data["issue_time"], data["kept"]) == ("2021-07-20T00:00:00Z", False)
    assert not trained.store.exists()


def test_ensemble_from_a_file_is_used(trained: Desk) -> None:
    path = trained.folder / "rain.parquet"
    state = begin(beispieltal(), AT, seed=7, spin_up=24)
    pq.write_table(rain_ensemble(beispieltal(), state, lead_hours=16, members=4, seed=1), path)
    assert trained.forecast("--rain", str(path)).exit_code == 0
    forecast = Forecast.from_json(trained.forecast_file.read_bytes())
    assert forecast.rain == "ensemble"
    assert trained.hindcast("--rain", str(path)).exit_code == 0


def test_store_lies_in_the_data_folder(trained: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEIGER_DATA_DIR", str(trained.folder / "data"))
    where = (trained.network, "--model", trained.model, "--out", trained.forecast_file)
    forecast_id = trained.run("forecast", *where, "--quiet").stdout.strip()
    assert (trained.folder / "data/flood/forecasts/forecasts" / forecast_id).is_dir()
    monkeypatch.setenv("STEIGER_FLOOD_STORE", str(trained.folder / "data/flood/forecasts"))
    assert trained.run("replay", forecast_id).exit_code == 0


WRONG: dict[str, tuple[str, list[str], str]] = {
    "leads off the step": ("train", ["--leads", "90min"], "no multiple of the network's step"),
    "core": ("train", ["--core", "json"], "'json' is no science core"),
    "no core": ("train", ["--core", "no.such"], "cannot be imported"),
    "dask": ("train", ["--dask", "nonsense", "--workers", "2"], "Give --workers or --dask"),
    "too early": ("hindcast", ["--from", "2019-01-01", "--to", "2019-01-02"], "no observation"),
    "back to front": ("hindcast", ["--to", "2021-07-01"], "lies before the start"),
    "rain": ("hindcast", ["--rain", "perfect"], "neither"),
    "no rain file": ("forecast", ["--rain", "none.parquet"], "none.parquet: cannot be read"),
    "off the step": ("forecast", ["--at", "2021-07-10T06:10Z"], "not on the network's step"),
    "no folder": ("forecast", ["--out", "none/f.json"], "its folder does not exist"),
    "a folder": ("hindcast", ["--out", "."], "is a folder"),
    "unknown id": ("replay", ["00000000"], "no forecast '00000000' is kept"),
    "no id": ("replay", ["../../x"], "is no id of a forecast"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_one_line_code_2_and_nothing_written(name: str, trained: Desk) -> None:
    command, options, word = WRONG[name]
    before = trained.contents()
    if "--core" in options:
        where = (str(trained.network), "--model", str(trained.model))
        result = CliRunner().invoke(main, ["flood", "train", *where, *UNTIL, *options])
    elif command == "replay":
        result = trained.run("replay", *options, "--store", trained.store)
    else:
        result = getattr(trained, command)(*options)
    assert result.exit_code == 2, result.output
    assert word in result.output
    assert trained.contents() == before
    if "Usage" not in result.output:
        assert result.stderr.startswith("steiger: ")
        assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("what", ["network", "model", "changed model", "foreign folder"])
def test_wrong_files_are_one_line_and_nothing_written(what: str, trained: Desk) -> None:
    if what == "network":
        (trained.network / "network.toml").unlink()
    elif what == "model":
        (trained.model / "manifest.json").unlink()
    elif what == "changed model":
        next(trained.model.rglob("model.json")).write_text("{}")
    else:
        (trained.model / "letters.txt").write_text("dear")
    before = trained.contents()
    results = [trained.train()] if what == "foreign folder" else [trained.forecast()]
    if what in {"network", "model", "changed model"}:
        results.append(trained.hindcast())
    for result in results:
        assert result.exit_code == 2, result.output
        assert len(result.output.strip().splitlines()) == 1
    assert trained.contents() == before


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2019-09-30", False, datetime(2019, 9, 30, tzinfo=UTC)),
        ("2019-09-30", True, datetime(2019, 9, 30, 23, 59, 59, tzinfo=UTC)),
        ("2019-09-30T12:00", True, datetime(2019, 9, 30, 12, tzinfo=UTC)),
        ("2019-09-30T12:00+02:00", False, datetime(2019, 9, 30, 10, tzinfo=UTC)),
        ("2019-09-30 12:00Z", False, datetime(2019, 9, 30, 12, tzinfo=UTC)),
    ],
)
def test_moment_is_read_as_meant(text: str, end: bool, expected: datetime) -> None:
    assert values.Moment(end_of_day=end).convert(text, None, None) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2019-02-30", "0001-01-01T00:00+14:00"])
def test_nonsense_is_no_moment(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no time"):
        values.Moment().convert(text, None, None)


def test_leads_are_sorted_and_unlike() -> None:
    found = values.Durations().convert("3h,60min", None, None)
    assert found == (timedelta(hours=1), timedelta(hours=3))
    with pytest.raises(click.BadParameter, match="twice"):
        values.Durations().convert("1h,60min", None, None)
    with pytest.raises(click.BadParameter, match="no duration"):
        values.Durations().convert("soon", None, None)


def test_default_core_is_that_of_the_engine() -> None:
    assert values.DEFAULT_CORE == DEFAULT_CORE


def start(desk: Desk, **variables: str) -> subprocess.Popen[bytes]:
    where = [str(desk.network), "--model", str(desk.model)]
    words = ["flood", "train", *where, *UNTIL, *LEADS, *CORE, "--workers", "2"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])} | variables
    # Tests that run in the background may ignore Ctrl-C, and what they start would do so, too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "steiger", *words],
            env=env,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def test_interrupted_training_goes_on(desk: Desk) -> None:
    log = desk.folder / "log"
    slow: dict[str, Any] = {"FLOOD_CORE_SECONDS": "0.3", "FLOOD_CORE_LOG": str(log)}
    process = start(desk, **slow)
    end = time.monotonic() + 120
    while len(list(desk.model.glob(".work-*/0000_*"))) < 3:
        assert time.monotonic() < end
        time.sleep(0.02)
    # Ctrl-C reaches the whole group, as in a terminal.
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1, said.decode()
    assert b"Traceback" not in said
    assert not (desk.model / "manifest.json").exists()
    last = desk.folder / "last"
    again = start(desk, FLOOD_CORE_LOG=str(last))
    assert again.wait(120) == 0
    assert len(last.read_text().splitlines()) <= 2 + 5
    assert load_model(desk.model, core=flood_core.NAME).digest == small_model().digest
