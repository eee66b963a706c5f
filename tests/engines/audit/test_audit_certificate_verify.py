"""Certificates are verified alike by us, by the small file, and by a stranger's library."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.certificates import (
    AUTHORITY,
    DAY,
    GOOD,
    LISTS,
    NOW,
    OLD,
    START,
    Case,
    cases,
    certificate,
    evidence_folder,
    lists,
)
from steiger.engines.audit import certificate as engine
from steiger.engines.audit.certificate import (
    CertificateError,
    StatusPlace,
    canonical,
    read_issuer,
    verify,
)
from steiger.engines.audit.certificate.proof import sign

SMALL = Path(engine.__file__).with_name("verify_certificate.py")
with tempfile.TemporaryDirectory() as _folder:
    NAMES = [case.name for case in cases(evidence_folder(Path(_folder)))]


def small_verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_certificate", SMALL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepared(name: str, folder: Path) -> tuple[Case, dict[str, tuple[str, str]]]:
    evidence_folder(folder)
    case = next(case for case in cases(folder) if case.name == name)
    if case.change:
        case.change(folder)
    if case.outcomes.get("form", ("", ""))[0] == "failed":
        return case, case.outcomes
    return case, {**GOOD, **case.outcomes}


@pytest.mark.parametrize("name", NAMES)
def test_each_check_has_its_answer(name: str, tmp_path: Path) -> None:
    case, expected = prepared(name, tmp_path)
    answer = verify(
        case.content,
        issuer=read_issuer(case.issuer, "issuer.json"),
        now=case.now,
        evidence=tmp_path,
        status_lists=case.lists,
        inclusion=case.inclusion,
    )
    assert {check.name: (check.outcome, check.code) for check in answer.checks} == expected
    assert answer.valid == case.valid


@pytest.mark.parametrize("name", NAMES)
def test_small_file_agrees(name: str, tmp_path: Path) -> None:
    case, expected = prepared(name, tmp_path)
    small = small_verifier()
    checks = small.verify(
        case.content,
        json.loads(case.issuer),
        case.now,
        evidence=tmp_path,
        lists=case.lists,
        inclusion=case.inclusion,
    )
    assert {name: answer[:2] for name, answer in checks.items()} == expected
    assert small.is_valid(checks) == case.valid


def test_small_file_runs_without_our_package(tmp_path: Path) -> None:
    case, _ = prepared("good", tmp_path / "evidence")
    for name, content in (
        ("certificate.json", case.content),
        ("issuer.json", case.issuer),
        ("status-1.json", case.lists[0]),
        ("status-2.json", case.lists[1]),
        ("inclusion.json", case.inclusion or b""),
    ):
        (tmp_path / name).write_bytes(content)
    code = (
        "import sys, runpy; sys.modules['steiger'] = None; sys.modules['rfc8785'] = None\n"
        "sys.argv = ['verify_certificate.py', *{arguments}]\n"
        f"runpy.run_path({str(SMALL)!r}, run_name='__main__')"
    )
    arguments = ["certificate.json", "--issuer", "issuer.json", "--evidence", "evidence"]
    arguments += ["--status-list", "status-1.json", "--status-list", "status-2.json"]
    arguments += ["--inclusion", "inclusion.json", "--at", "2026-07-01T00:00:00Z"]
    command = [sys.executable, "-c", code.replace("{arguments}", repr(arguments))]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert all(check["outcome"] == "passed" for check in answer["checks"])
    document = json.loads(case.content)
    told = answer["certificate"]
    subject = document["credentialSubject"]
    assert {name: told[name] for name in subject.keys() & told.keys()} == {
        name: value for name, value in subject.items() if name in told
    }
    assert {"passed", "outcome", "verdicts", "system", "catalogue"} <= set(told)
    assert (told["validFrom"], told["validUntil"]) == (
        document["validFrom"],
        document["validUntil"],
    )


def test_small_file_reads_the_result_aloud(tmp_path: Path) -> None:
    document = json.loads(prepared("good", tmp_path)[0].content)
    document["credentialSubject"] |= {
        "passed": False,
        "verdicts": {"met": 3, "violated": 1, "undecidable": 0},
        "outcome": [
            {"dimension": "Fairness", "need": "high", "level": "D", "demanded": "B"},
            {"dimension": "Sicherheit", "need": "none", "level": "", "demanded": "D"},
        ],
    }
    assert small_verifier().said(document)["words"] == (
        "The system did NOT pass. Requirements: 3 met, 1 violated, 0 undecidable. "
        "Levels: Fairness D (demanded B), Sicherheit not examined (demanded D)."
    )


def test_small_file_tells_nothing_that_was_not_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _ = prepared("good", tmp_path / "evidence")
    document = json.loads(case.content)
    document["credentialSubject"]["passed"] = not document["credentialSubject"]["passed"]
    (tmp_path / "certificate.json").write_bytes(canonical(document))
    (tmp_path / "issuer.json").write_bytes(case.issuer)
    words = [str(tmp_path / "certificate.json"), "--issuer", str(tmp_path / "issuer.json")]
    monkeypatch.setattr(sys, "argv", ["verify_certificate.py", *words])
    assert small_verifier().main() == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["valid"], answer["certificate"]) == (False, None)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    folder = evidence_folder(tmp_path_factory.mktemp("evidence"))
    return canonical(certificate(folder)), folder


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_byte_of_the_certificate_is_rejected(
    good: tuple[bytes, Path], data: st.DataObject
) -> None:
    content = bytearray(good[0])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    answer = verify(bytes(content), issuer=AUTHORITY, now=NOW)
    assert not answer.valid
    small = small_verifier()
    issuer = json.loads(AUTHORITY.as_file())
    assert not small.is_valid(small.verify(bytes(content), issuer, NOW))


PUBLISHED = lists()
VALUES = st.sampled_from([None, True, 0, -1, 2**53 - 1, "", "x", "٣", "é", [], {}, [[]], ["a"]])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_signed_document_gets_the_same_answer_from_both(
    good: tuple[bytes, Path], data: st.DataObject
) -> None:
    """Somewhere in the content stands something else, and the issuer signed it so."""
    document = json.loads(good[0])
    del document["proof"]
    place: Any = document
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    if isinstance(place, dict) and data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(VALUES)
    if "@context" not in document:
        return
    content = canonical(sign(document, OLD, created=START + DAY))
    options: dict[str, Any] = {"now": NOW, "evidence": good[1]}
    ours = verify(content, issuer=AUTHORITY, status_lists=PUBLISHED, **options)
    small = small_verifier()
    issuer = json.loads(AUTHORITY.as_file())
    theirs = small.verify(content, issuer, lists=PUBLISHED, **options)
    assert {c.name: (c.outcome, c.code) for c in ours.checks} == {
        name: answer[:2] for name, answer in theirs.items()
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_changed_byte_of_evidence_or_catalogue_is_rejected(
    tmp_path: Path, data: st.DataObject
) -> None:
    folder = evidence_folder(tmp_path)
    content = canonical(certificate(folder))
    names = ["results.json", "catalogue.json", "evidence/calibration/curve.csv"]
    path = folder / data.draw(st.sampled_from(names))
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    answer = verify(content, issuer=AUTHORITY, now=NOW, evidence=folder)
    outcome = {check.name: check.outcome for check in answer.checks}
    assert outcome["evidence"] == "failed"
    assert (outcome["catalogue"] == "failed") == (path.name == "catalogue.json")


def test_revoked_names_the_date_of_the_list(good: tuple[bytes, Path]) -> None:
    revoked = lists(revoked=(77_001,))
    answer = verify(good[0], issuer=AUTHORITY, now=NOW, status_lists=revoked)
    (status,) = [check for check in answer.checks if check.name == "status"]
    assert (status.code, status.values) == ("revoked", ("2026-06-30T00:00:00Z",))


def test_without_an_issuer_nothing_is_called_valid(good: tuple[bytes, Path]) -> None:
    assert not verify(good[0], issuer=None, now=NOW).valid


def test_a_strangers_library_verifies_our_certificate(good: tuple[bytes, Path]) -> None:
    from openvc import VerificationPolicy, verify_credential
    from openvc.did.base import parse_did_document
    from openvc.errors import OpenvcError

    class Offline:
        def supports(self, did: str) -> bool:
            return did == AUTHORITY.id

        def resolve(self, did: str) -> Any:
            assert did == AUTHORITY.id
            return parse_did_document(json.loads(AUTHORITY.as_file()))

    def check(content: bytes, published: list[bytes]) -> Any:
        documents = {json.loads(raw)["id"]: json.loads(raw) for raw in published}
        return verify_credential(
            json.loads(content),
            policy=VerificationPolicy(now=NOW, require_status_issuer_binding=True),
            resolver=Offline(),
            resolve_status_list=lambda address, *_, **__: documents[address],
        )

    assert set(LISTS.values()) == {json.loads(raw)["id"] for raw in lists()}
    assert check(good[0], lists()).issuer == AUTHORITY.id
    with pytest.raises(OpenvcError):
        check(good[0], lists(revoked=(77_001,)))
    with pytest.raises(OpenvcError):
        check(good[0].replace(b'"passed":true', b'"passed":false'), lists())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"valid_until": START}, "end before it begins"),
        ({"status": [StatusPlace("revocation", "http://x", 1)]}, "https address"),
        ({"status": [StatusPlace("revocation", "https://x", -1)]}, "a place below"),
        ({"now": NOW.replace(tzinfo=None)}, "no time zone"),
    ],
)
def test_what_makes_no_sense_is_not_issued(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(CertificateError, match=words):
        certificate(evidence_folder(tmp_path), **change)


def test_link_in_the_evidence_is_refused(tmp_path: Path) -> None:
    folder = evidence_folder(tmp_path)
    (folder / "link.csv").symlink_to("/etc/hosts")
    with pytest.raises(CertificateError, match="is a link"):
        certificate(folder)


def test_same_input_gives_the_same_bytes(good: tuple[bytes, Path]) -> None:
    assert canonical(certificate(good[1])) == good[0]
