"""The command line: quick help, one line for what a person can mend, secrets masked."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from steiger.cli import LazyGroup, explanation, main

COMMANDS = [
    "accounts",
    "backup",
    "demo",
    "directory",
    "doctor",
    "index",
    "restore",
    "run",
    "serve",
    "settings",
    "worker",
]


def steiger(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing but these settings."""
    outer = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("STEIGER_")
        and name not in {"DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}
    }
    return subprocess.run(
        [sys.executable, "-m", "steiger", *words],
        env=outer | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_lists_every_command_and_loads_no_django() -> None:
    code = (
        "import sys, contextlib\nfrom steiger.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['--help'])\n"
        "print('django' in sys.modules, 'pydantic' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    listed = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")]
    assert [name for name in listed if name in COMMANDS] == COMMANDS
    assert result.stdout.endswith("False False\n")


def test_help_is_quick() -> None:
    # Of the processor, because other tests may keep the machine busy.
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert steiger("--help").returncode == 0
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime < 1.5


def test_every_command_has_help() -> None:
    assert isinstance(main, LazyGroup)
    lacking = [
        name
        for name, command in main.commands.items()
        if not command.help or (not command.help.endswith(".") and ")" not in command.help)
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"PORT": "abc"}, "PORT=abc: Input should be a valid integer"),
        ({"STEIGER_PROT": "1"}, "STEIGER_PROT is not a setting of this product."),
        ({"STEIGER_WEB_PROCESSES": "0"}, "STEIGER_WEB_PROCESSES=0: "),
        ({"STEIGER_REGION": "bw"}, "STEIGER_REGION=bw: there is no such region"),
        ({"DATABASE_URL": "mysql://x"}, "begins with neither postgres:// nor sqlite://"),
        (
            {"STEIGER_SECRET_KEY_FILE": "/nowhere"},
            "STEIGER_SECRET_KEY_FILE=/nowhere cannot be read",
        ),
    ],
)
@pytest.mark.parametrize("command", ["settings", "doctor", "run", "serve"])
def test_wrong_setting_is_one_line_and_code_2(
    command: str, env: dict[str, str], line: str, tmp_path: Path
) -> None:
    result = steiger(command, STEIGER_DATA_DIR=str(tmp_path), **env)
    assert result.returncode == 2
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_unreachable_database_is_one_line(tmp_path: Path) -> None:
    result = steiger(
        "index",
        "status",
        STEIGER_DATA_DIR=str(tmp_path),
        DATABASE_URL="postgres://nobody:geheim@127.0.0.1:1/nothing",
    )
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("steiger: The database refused: ")
    assert "geheim" not in result.stderr


def test_unusable_data_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = steiger("doctor", STEIGER_DATA_DIR=str(tmp_path / "file"))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


def test_settings_name_their_source_and_mask_secrets(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("sehr geheim\n")
    result = steiger(
        "settings",
        "--json",
        STEIGER_SMTP_PASSWORD_FILE=str(tmp_path / "password"),
        STEIGER_SECRET_KEY="noch geheimer, und lang genug dafür",
        DATABASE_URL="postgres://a:geheim@127.0.0.1/b",
        PORT="8001",
    )
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    shown = {
        name: (rows[name]["value"], rows[name]["source"])
        for name in ("STEIGER_SMTP_PASSWORD", "STEIGER_SECRET_KEY", "DATABASE_URL", "PORT")
    }
    assert shown == {
        "STEIGER_SMTP_PASSWORD": ("set", "file"),
        "STEIGER_SECRET_KEY": ("set", "environment"),
        "DATABASE_URL": ("set", "environment"),
        "PORT": ("8001", "environment"),
    }
    assert rows["STEIGER_REGION"]["source"] == "default"
    assert "geheim" not in result.stdout
    assert rows["STEIGER_BASE_URL"]["value"] == "http://127.0.0.1:8001"


def test_settings_as_a_table() -> None:
    lines = steiger("settings").stdout.splitlines()
    assert [line.split()[0] for line in lines][:2] == ["STEIGER_DATA_DIR", "DATABASE_URL"]


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), KeyError("x"), RuntimeError("x")])
def test_unforeseen_errors_are_not_hidden(error: Exception) -> None:
    assert explanation(error) is None


def test_errors_for_people_become_one_line() -> None:
    assert (
        explanation(OSError(28, "No space left on device")) == "[Errno 28] No space left on device"
    )
    assert explanation(FileNotFoundError("two\nlines")) == "two lines"


def test_unknown_command_is_explained() -> None:
    result: Any = CliRunner().invoke(main, ["backpu"])
    assert result.exit_code == 2
    assert "No such command" in result.output
