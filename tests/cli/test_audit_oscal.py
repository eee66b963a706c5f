"""`steiger audit oscal`: from an audit's folder to OSCAL that is built as OSCAL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from factories import audit
from steiger.adapters.oscal import check_results
from steiger.cli import main


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, words)])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an audit that was run."""
    home = tmp_path_factory.mktemp("audit")
    path = audit.write_audit(home)
    text = path.read_text().replace("checks = []", 'checks = ["train_test_duplicates"]')
    path.write_text(text + '[needs]\nFN = "high"\n[ratings]\n"VE1.1" = "B"\n')
    result = call("run", path, "--out", home / "out", "--workers", "1")
    assert result.exit_code == 0, result.output
    return home / "out"


def test_results_are_valid_and_say_what_the_verdict_says(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "results.oscal.json"
    result = call("oscal", out, "--out", target, "--json")
    assert result.exit_code == 0, result.output
    tree = json.loads(target.read_bytes())
    assert check_results(tree) == []
    verdict = json.loads((out / "verdict.json").read_bytes())
    found = tree["assessment-results"]["results"][0]
    assert len(found["findings"]) == len(verdict["requirements"])
    assert len(found["observations"]) == len(verdict["measurements"])
    states = {"met": "satisfied", "violated": "not-satisfied", "undecidable": "not-satisfied"}
    for finding, requirement in zip(found["findings"], verdict["requirements"], strict=True):
        assert finding["target"]["target-id"] == requirement["indicator"]
        assert finding["target"]["status"]["state"] == states[requirement["verdict"]]
    assert json.loads(result.output)["findings"] == len(found["findings"])


def test_thresholds_of_the_audits_own_stand_beside_those_of_the_catalogue(
    out: Path, tmp_path: Path
) -> None:
    target = tmp_path / "r.json"
    done = call("oscal", out, "--out", target, "--lang", "en")
    assert done.exit_code == 0, done.output
    tree = json.loads(target.read_bytes())
    assert check_results(tree) == []
    (result,) = tree["assessment-results"]["results"]
    name = "calibration/expected_calibration_error"
    told = [row for row in result["props"] if "group" in row]
    assert {row["name"]: row["value"] for row in told} == {
        "threshold-set": "0.2",
        "threshold-demanded": "0.05",
    }
    assert {(row["class"], row["group"], row["remarks"]) for row in told} == {
        (
            "calibration",
            "calibration.expected_calibration_error",
            f"{name}: set at most 0.2; the catalogue demands at most 0.05",
        )
    }
    beside = {
        row["title"]: {one["name"]: one["value"] for one in row["props"]}.get("threshold-demanded")
        for row in result["observations"]
    }
    assert {title for title, value in beside.items() if value} == {name.replace("/", " / ")}


def test_moments_and_language_are_taken(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    times = ("--start", "2026-11-01T08:00+01:00", "--end", "2026-11-02")
    assert call("oscal", out, "--out", target, "--lang", "en", *times).exit_code == 0
    result = json.loads(target.read_bytes())["assessment-results"]["results"][0]
    assert result["start"] == "2026-11-01T08:00:00+01:00"
    assert result["end"] == "2026-11-02T00:00:00+00:00"
    assert result["title"].startswith("Result of the examination")


def changed(out: Path, folder: Path, name: str, old: str, new: str) -> Path:
    folder.mkdir()
    for file in ("results.json", "verdict.json"):
        text = (out / file).read_text()
        (folder / file).write_text(text.replace(old, new, 1) if file == name else text)
    return folder


def test_what_makes_no_sense_is_one_line_and_nothing_is_written(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    other = changed(out, tmp_path / "a", "verdict.json", '"passed": false', '"passed": true')
    digest = json.loads((out / "verdict.json").read_bytes())["catalogue"]["sha256"]
    strange = changed(out, tmp_path / "b", "verdict.json", digest, "0" * 64)
    broken = changed(out, tmp_path / "c", "results.json", '"checks"', '"chucks"')
    for words, told in (
        ((tmp_path / "none",), "name the folder"),
        ((other,), "does not follow from results.json"),
        ((strange,), "--catalogue"),
        ((broken,), "results.json: KeyError"),
        ((out, "--start", "yesterday"), "is no moment"),
        ((out, "--start", "2030-01-01", "--end", "2029-01-01"), "before it starts"),
    ):
        result = call("oscal", *words, "--out", target)
        assert result.exit_code == 2, words
        assert told in result.output
        assert len(result.output.strip().splitlines()) == 1
        assert not target.exists()
