"""`steiger audit init` and `run`: exit codes, one line for what is wrong, nothing half-written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from factories import audit
from steiger.cli import main


def call(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["audit", *words], input=answers)


def test_init_writes_what_run_understands(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    words = ("--task", "classification", "--modality", "tabular", "--kind", "onnx")
    result = call("init", str(folder), "--name", "N", "--target", "y", *words)
    assert result.exit_code == 0, result.output
    again = call("init", str(folder), "--name", "N", "--target", "y", *words)
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    wrong = call("run", str(folder / "audit.toml"), "--out", str(tmp_path / "out"))
    assert wrong.exit_code == 2
    assert len(wrong.output.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_groups_of_people_need_the_class_that_is_good_for_them(tmp_path: Path) -> None:
    path = audit.write_audit(tmp_path, **{'favourable = "3"': 'favourable = ""'})
    result = call("run", str(path), "--out", str(tmp_path / "out"))
    assert (result.exit_code, len(result.output.strip().splitlines())) == (2, 1)
    assert "favourable is needed" in result.output
    assert not (tmp_path / "out").exists()


def test_init_asks_for_what_is_not_given(tmp_path: Path) -> None:
    result = call("init", str(tmp_path / "n"), answers="Prüfling\ntext\n")
    assert result.exit_code == 0, result.output
    assert 'task = "text"' in (tmp_path / "n/audit.toml").read_text()


def test_run_writes_results_and_says_so(tmp_path: Path) -> None:
    path = audit.write_audit(tmp_path)
    out = tmp_path / "out"
    result = call("run", str(path), "--out", str(out), "--workers", "1", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == json.loads((out / "results.json").read_bytes())
    again = call("run", str(path), "--out", str(out), "--workers", "1")
    assert "calibration" in again.stdout
    assert str(out / "results.json") in again.stdout
    # What is not met is named with its reason, and what nobody rated is counted.
    verdict = json.loads((out / "verdict.json").read_bytes())
    measured = {row["check"] for row in verdict["measurements"]}
    open_ = [row for row in verdict["requirements"] if row["verdict"] != "met"]
    told = [row for row in open_ if row["check"] in measured]
    assert told
    for row in told:
        assert f"  {row['verdict']}: {row['id']}: {row['reason']['en']}\n" in again.stdout
    count = len(verdict["indicators"])
    assert f"Not rated: {count} of {count} indicators" in again.stdout
    assert ", demanded C" in again.stdout


def test_wrong_path_is_one_line_and_nothing_written(tmp_path: Path) -> None:
    for file in (tmp_path / "none.toml", audit.write_audit(tmp_path, **{'"test.parquet"': '"t"'})):
        result = call("run", str(file), "--out", str(tmp_path / "out"))
        assert result.exit_code == 2
        assert len(result.output.strip().splitlines()) == 1
        assert not (tmp_path / "out").exists()


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = audit.write_audit(tmp_path)
    (tmp_path / "out").write_text("mine")
    result = call("run", str(path), "--out", str(tmp_path / "out"), "--workers", "1")
    assert (result.exit_code, (tmp_path / "out").read_text()) == (2, "mine")


def test_missing_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "audit.toml").write_text(
        '[audit]\ntask = "text"\nmodality = "text"\n'
        '[text]\naddress = "http://127.0.0.1:9"\nkey_env = "NO_SUCH_KEY"\n'
    )
    result = call("run", str(tmp_path / "audit.toml"), "--out", str(tmp_path / "out"))
    assert (result.exit_code, "NO_SUCH_KEY" in result.output) == (2, True)


def test_help_loads_nothing_heavy() -> None:
    import subprocess

    script = """
import sys
from click.testing import CliRunner
from steiger.cli import main
assert CliRunner().invoke(main, ["audit", "run", "--help"]).exit_code == 0
print(sorted({"numpy", "django", "httpx", "sklearn"} & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
