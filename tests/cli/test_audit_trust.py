"""`steiger audit` scan, key, sign, verify, report: answers, codes; nothing written when wrong."""

from __future__ import annotations

import gzip
import json
import pickle
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from factories.audit_folders import CURVE, audit_folder
from factories.hostile_models import EVIL
from steiger.cli import main

ISSUER = "did:web:pruefstelle.example"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, words)])


def new_key(folder: Path, name: str = "key.json", *more: str) -> Result:
    where = ("--out", folder / name, "--document", folder / "issuer.json")
    return run("key", "new", "--issuer", ISSUER, "--name", "Prüfstelle", *where, *more)


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    audit_folder(tmp_path / "audit")
    assert new_key(tmp_path).exit_code == 0
    result = run(
        *("sign", tmp_path / "audit", "--key", tmp_path / "key.json"),
        *("--out", tmp_path / "certificate.json", "--applicant", "Beispiel GmbH"),
        *("--revocation-list", "https://pruefstelle.example/status/1"),
    )
    assert result.exit_code == 0, result.output
    return tmp_path


@pytest.mark.parametrize(
    ("content", "code", "verdict"),
    [
        (pickle.dumps([1, 2]), 0, "safe"),
        (EVIL, 1, "not_safe"),
        (b"", 3, "unknown"),
    ],
)
def test_scan_answers_by_code_and_json(
    content: bytes, code: int, verdict: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    result = run("scan", path, "--json")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (code, verdict)
    words = {"safe": "sicher", "not_safe": "nicht sicher", "unknown": "unbekannt"}[verdict]
    assert f": {words} (" in run("scan", path, "--lang", "de").stdout


def test_scan_speaks_german_throughout(tmp_path: Path) -> None:
    path = tmp_path / "m.joblib"
    path.write_bytes(gzip.compress(pickle.dumps([k * k * k for k in range(3000)]), mtime=0))
    size = path.stat().st_size
    assert 1000 < size < 1_000_000
    first = run("scan", path, "--lang", "de").stdout.splitlines()[0]
    assert first == f"{path}: sicher (gepackt, {size // 1000}.{size % 1000:03} Bytes)"
    assert f"safe (compressed, {size:,} bytes)" in run("scan", path).stdout


def test_signed_certificate_is_valid_and_bound_to_the_folder(signed: Path) -> None:
    certificate = signed / "certificate.json"
    result = run("verify", certificate, "--evidence", signed / "audit", "--json")
    assert result.exit_code == 0, result.output
    answer = {c["name"]: c["outcome"] for c in json.loads(result.stdout)["checks"]}
    assert answer["evidence"] == answer["catalogue"] == answer["signature"] == "passed"
    (signed / "audit" / CURVE).write_text("bin,rate\n1,0.6\n")
    result = run("verify", certificate, "--evidence", signed / "audit")
    assert result.exit_code == 1
    assert f"changed or missing: {CURVE}" in result.stdout


def test_verification_tells_what_was_certified(signed: Path) -> None:
    certificate = signed / "certificate.json"
    told = json.loads(run("verify", certificate, "--json").stdout)["certificate"]
    assert told == {
        "system": {"name": "Kreditprüfung <1>"},
        "applicant": "Beispiel GmbH",
        "examiner": "",
        "passed": True,
    }
    assert "result     PASSED: every dimension" in run("verify", certificate).stdout


def test_valid_certificate_of_a_system_that_failed_says_so(tmp_path: Path) -> None:
    path = audit_folder(tmp_path / "audit") / "verdict.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "passed": False}))
    new_key(tmp_path)
    out, key = tmp_path / "c.json", tmp_path / "key.json"
    words = ("sign", path.parent, "--key", key, "--out", out, "--applicant", "Haus\x1b[2J")
    assert run(*words, "--examiner", "Amt").exit_code == 0
    lines = run("verify", out).stdout.splitlines()
    assert lines[0].endswith(": valid")
    assert lines[1:5] == [
        "  system     Kreditprüfung <1>",
        "  applicant  Haus�[2J",
        "  examiner   Amt",
        "  result     NOT PASSED: not every dimension reaches the level that its protection need "
        "demands",
    ]
    out.write_bytes(out.read_bytes().replace(b'"passed":false', b'"passed":true'))
    changed = run("verify", out, "--json")
    assert (changed.exit_code, json.loads(changed.stdout)["certificate"]) == (1, None)
    assert "PASSED" not in run("verify", out).stdout


def test_certificate_says_what_came_out(signed: Path) -> None:
    subject = json.loads((signed / "certificate.json").read_bytes())["credentialSubject"]
    assert subject["verdicts"] == {"met": 1, "violated": 0, "undecidable": 1}
    assert subject["selfCheck"]
    assert "keine Zertifizierung" in subject["notice"]["de"]
    roles = {entry["name"]: entry["role"] for entry in subject["files"]}
    assert roles["model.onnx"] == "input"
    assert roles["catalogue.json"] == "catalogue"


def test_keys_rotate_and_old_certificates_stay_valid(signed: Path) -> None:
    first = json.loads((signed / "key.json").read_text())["id"]
    assert new_key(signed, "second.json", "--id", "second").exit_code == 0
    document = signed / "issuer.json"
    when = json.loads(document.read_bytes())["verificationMethod"][0]["validFrom"]
    assert run("key", "end", first, "--document", document, "--at", "2999-01-01").exit_code == 0
    assert run("verify", signed / "certificate.json").exit_code == 0
    assert run("key", "end", first, "--document", document, "--at", when).exit_code == 0
    assert "was not valid when it signed" in run("verify", signed / "certificate.json").stdout
    assert run("key", "revoke", first, "--document", document).exit_code == 0
    again = ("sign", signed / "audit", "--key", signed / "key.json", "--applicant", "X")
    result = run(*again, "--out", signed / "again.json")
    assert (result.exit_code, (signed / "again.json").exists()) == (2, False)
    assert "signs no more" in result.stderr


def test_secret_key_is_for_its_owner_alone(signed: Path) -> None:
    key = signed / "key.json"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    secret = json.loads(key.read_text())["secretKeyMultibase"]
    assert secret not in (signed / "issuer.json").read_text()
    key.chmod(0o644)
    words = ("sign", signed / "audit", "--key", key, "--applicant", "X", "--out", signed / "x")
    result = run(*words)
    assert result.exit_code == 2
    assert "chmod 600" in result.stderr


def test_report_is_written_as_pdf_and_page(tmp_path: Path) -> None:
    folder = audit_folder(tmp_path)
    pdf, page = tmp_path / "report.pdf", tmp_path / "report.html"
    result = run("report", folder, "--pdf", pdf, "--html", page, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["undecidable"] == 1
    assert pdf.read_bytes().startswith(b"%PDF")
    assert "nicht entscheidbar" in page.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["scan", "no.pkl"], "Name one model file"),
        (["scan", "."], "Name one model file"),
        (["verify", "no.json"], "cannot be read"),
        (["verify", "certificate.json", "--evidence", "no"], "is no folder"),
        (["verify", "certificate.json", "--at", "soon"], "is no moment"),
        (["verify", "certificate.json", "--issuer", "key.json"], "is no issuer's document"),
        (["verify", "certificate.json", "--status-list", "no"], "cannot be read"),
        (["report", "audit"], "--pdf FILE"),
        (["report", "no", "--pdf", "new.pdf"], "steiger audit run"),
        (["report", "audit", "--pdf", "no/new.pdf"], "its folder does not exist"),
        (["sign", "no", "--key", "key.json", "--out", "new"], "steiger audit run"),
        (["sign", "audit", "--key", "no", "--out", "new"], "cannot be read"),
        (["sign", "audit", "--key", "issuer.json", "--out", "new"], "others may read"),
        (["sign", "audit", "--key", "key.json", "--out", "certificate.json"], "exists already"),
        (["sign", "audit", "--key", "key.json", "--out", "new", "--model", "no"], "no such file"),
        (["sign", "audit", "--key", "key.json", "--out", "new", "--days", "0"], "end before"),
        (["sign", "audit", "--key", "key.json", "--out", "n", "--days", "99999999"], "year 9999"),
        (["key", "end", "x#y", "--document", "issuer.json"], "has no key"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_wrong_input_is_one_line_and_writes_nothing(
    words: list[str], says: str, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(signed)
    if words[0] == "sign":
        words = [*words, "--applicant", "X"]
    before = {path: path.read_bytes() for path in signed.rglob("*") if path.is_file()}
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in signed.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("issuer", ["nobody", "http://x", "did:web:a b"])
def test_key_for_nobody_is_refused(issuer: str, tmp_path: Path) -> None:
    where = ("--out", tmp_path / "k", "--document", tmp_path / "d", "--name", "X")
    result = run("key", "new", "--issuer", issuer, *where)
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])


def test_copy_of_the_model_in_the_folder_keeps_its_role_and_a_changed_one_is_refused(
    signed: Path,
) -> None:
    model = signed / "audit" / "net.onnx"
    model.write_bytes(b"model")
    words = ("sign", signed / "audit", "--key", signed / "key.json", "--applicant", "X")
    assert run(*words, "--model", model, "--out", signed / "two.json").exit_code == 0
    subject = json.loads((signed / "two.json").read_bytes())["credentialSubject"]
    (entry,) = (entry for entry in subject["files"] if entry["name"] == "net.onnx")
    assert (entry["role"], entry["size"]) == ("model", 5)
    (signed / "net.onnx").write_bytes(b"another")
    result = run(*words, "--model", signed / "net.onnx", "--out", signed / "three.json")
    assert (result.exit_code, (signed / "three.json").exists()) == (2, False)
