"""One chain: run → verdict → report → certificate → verified; nothing is filled in by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from factories import audit
from steiger.cli import main

HELD_AGAINST = """
[needs]
FN = "high"
[ratings]
"VE1.1" = "B"
"""


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, words)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of an audit that was run."""
    path = audit.write_audit(tmp_path)
    path.write_text(path.read_text() + HELD_AGAINST)
    result = call("run", path, "--out", tmp_path / "out", "--workers", "1")
    assert result.exit_code == 0, result.output
    return tmp_path / "out"


def test_run_ends_with_a_verdict(out: Path) -> None:
    verdict = json.loads((out / "verdict.json").read_bytes())
    results = json.loads((out / "results.json").read_bytes())
    assert verdict["needs"]["FN"] == "high"
    assert verdict["needs"]["VE"] == "moderate"
    rows = [row for check in results["checks"] for row in check["measurements"]]
    assert rows
    assert {row["verdict"] for row in rows} <= {"met", "violated", "undecidable"}
    assert all(row["p_met_corrected"] >= row["p_met"] for row in rows)
    levels = {item["id"]: item for item in verdict["indicators"]}
    assert levels["VE1.1"]["rated"] == "B"
    # Compulsory checks that were not run are an answer of their own.
    undecided = [r for r in verdict["requirements"] if r["verdict"] == "undecidable"]
    assert undecided


def test_report_certificate_and_verification_follow(out: Path, tmp_path: Path) -> None:
    assert call("report", out, "--pdf", tmp_path / "report.pdf").exit_code == 0
    key, document = tmp_path / "key.json", tmp_path / "issuer.json"
    where = ("--out", key, "--document", document)
    made = call("key", "new", "--issuer", "did:web:a.example", "--name", "Prüfstelle", *where)
    assert made.exit_code == 0, made.output
    certificate = tmp_path / "certificate.json"
    signed = call("sign", out, "--key", key, "--out", certificate, "--applicant", "Beispiel GmbH")
    assert signed.exit_code == 0, signed.output
    assert call("verify", certificate, "--evidence", out).exit_code == 0
    catalogue = out / "catalogue.json"
    catalogue.write_bytes(catalogue.read_bytes().replace(b'"id"', b'"ID"', 1))
    assert call("verify", certificate, "--evidence", out).exit_code == 1


def test_unknown_dimension_and_indicator_are_one_line(tmp_path: Path) -> None:
    path = audit.write_audit(tmp_path)
    text = path.read_text()
    for wrong in ('[needs]\nXX = "high"\n', '[ratings]\n"X9.9" = "A"\n', '[needs]\nFN = "much"\n'):
        path.write_text(text + wrong)
        result = call("run", path, "--out", tmp_path / "out")
        assert result.exit_code == 2, wrong
        assert len(result.output.strip().splitlines()) == 1
        assert not (tmp_path / "out").exists()
