"""`steiger flood check`: one line for what is wrong, JSON for machines, no Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from factories.flood import TOML, hours, write_folder
from steiger.cli import main
from steiger.cli.flood.output import counted
from steiger.cli.groups import LazyGroup, explanation, refuses
from steiger.engines.flood.network import NetworkError

COLUMNS: dict[str, Any] = {
    "upper": [0.43, 0.44, -999.0, 0.44],
    "lower": [0.8, 0.81, 0.83, 0.9],
    "rain": [0.0, 1.5, 0.2, 0.0],
}


def check(*words: str) -> Result:
    return CliRunner().invoke(main, ["flood", "check", *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "net", COLUMNS)


def test_summary_and_findings_are_told(folder: Path) -> None:
    result = check(str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Test: every 1h, 4 rows, 2020-01-01 00:00 to 2020-01-01 03:00 UTC",
        "3 sensors: 2 water level, 1 rain",
        "Forecasts for: lower",
        "",
        "upper",
        "  2020-01-01 02:00: −999 m is a fault code of the device [fault_code, unusable]",
        "",
        "1 finding; 8.33 % of all values are not used.",
    ]


def test_quiet_is_one_line(folder: Path) -> None:
    assert check(str(folder), "--quiet").stdout == "1 finding; 8.33 % of all values are not used.\n"


def test_one_is_told_as_one() -> None:
    assert [counted(n, "gauge") for n in (0, 1, 2000)] == ["0 gauges", "1 gauge", "2,000 gauges"]


def test_json_is_complete(folder: Path) -> None:
    data = json.loads(check(str(folder), "--json").stdout)
    assert data["format"] == "steiger-flood-check/1"
    assert (data["rows"], data["targets"], data["step_minutes"]) == (4, ["lower"], 60)
    assert data["sensors"] == {"water_level": 2, "rain": 1}
    assert {row["rule"] for row in data["findings"]} == {"fault_code"}
    assert data["findings"][0]["reason"]["de"]
    assert len(data["observations_digest"]) == 64


def test_nothing_is_written(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    check(str(folder))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_many_findings_are_counted(tmp_path: Path) -> None:
    level = [0.8, -999.0] * 6
    columns = {"upper": level, "lower": level, "rain": [0.0] * 12}
    out = check(str(write_folder(tmp_path, columns))).stdout
    assert "… and 3 more of “fault_code” (3 values)" in out


def test_empty_network_can_be_checked(tmp_path: Path) -> None:
    columns = {name: pa.array([], pa.float64()) for name in COLUMNS}
    folder = write_folder(tmp_path, columns)
    assert check(str(folder)).exit_code == 0
    assert json.loads(check(str(folder), "--json").stdout)["from"] is None


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "network.toml").unlink(), "network.toml: cannot be read"),
        (lambda f: (f / "observations.parquet").unlink(), "observations.parquet: cannot be read"),
        (
            lambda f: (f / "network.toml").write_text(TOML.replace('"m"', '"ft"', 1)),
            "sensor 'upper'",
        ),
        (lambda f: write_folder(f, COLUMNS, hours(4, None)), "has no time zone"),
        (lambda f: write_folder(f, COLUMNS | {"x": [1.0] * 4}), "column 'x' belongs to no sensor"),
    ],
)
def test_bad_input_is_one_line_and_code_2(folder: Path, spoil: Any, words: str) -> None:
    spoil(folder)
    for options in ([], ["--json"], ["--quiet"]):
        result = check(str(folder), *options)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("steiger: ")
        assert words in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_every_mistake_has_a_line_of_its_own(folder: Path) -> None:
    toml = (folder / "network.toml").read_text()
    spoiled = toml.replace('step = "1h"', 'step = "15 Minuten"').replace('"water_level"', '"Pegel"')
    (folder / "network.toml").write_text(spoiled)
    result = check(str(folder))
    assert result.exit_code == 2
    head, upper, lower = result.stderr.splitlines()
    assert head.startswith(f"steiger: {folder / 'network.toml'}: step: '15 Minuten' is no duration")
    assert "sensor 'upper': kind 'Pegel' is unknown" in upper
    assert "sensor 'lower': kind 'Pegel' is unknown" in lower


def test_flood_commands_load_no_django(folder: Path) -> None:
    code = (
        "import sys\nsys.modules['django'] = None\nfrom steiger.cli import main\n"
        f"main(['flood', 'check', {str(folder)!r}, '--quiet'])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_help_of_the_group_imports_no_command() -> None:
    code = (
        "import sys, contextlib\nfrom steiger.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['flood', '--help'])\n"
        "print('numpy' in sys.modules, 'django' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    listed = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")]
    for name in ("check", "train", "hindcast", "verify", "forecast", "warn", "replay"):
        assert name in listed
    assert result.stdout.endswith("False False\n")


def test_every_listed_command_exists() -> None:
    group = main.get_command(None, "flood")  # type: ignore[arg-type]
    assert isinstance(group, LazyGroup)
    for name in group.lazy:
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name
        assert command.help


def test_refusals_of_engines_are_told_from_unforeseen_errors() -> None:
    error = NetworkError("two\nlines")
    assert refuses(error)
    assert explanation(error) == "two lines"
    assert not refuses(ValueError("x"))


@pytest.mark.shared
def test_wupper_is_checked_in_one_go(shared: Path) -> None:
    data = json.loads(check(str(shared / "data/flood/wupper"), "--json").stdout)
    assert {row["rule"] for row in data["findings"]} == {
        "daily_total",
        "dead",
        "frozen",
        "negative_discharge",
    }
