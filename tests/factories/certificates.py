"""Certificates, good and bad, with everything that verification needs; always the same ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from steiger.engines.audit.certificate import (
    FileDigest,
    Issuer,
    Key,
    PublicKey,
    Statement,
    StatusPlace,
    canonical,
    inclusion_document,
    issue,
    leaf_hash,
    manifest_of,
    status_list,
)

ISSUER = "did:web:pruefstelle.example"
NAME = "Prüfstelle Beispiel"
LISTS = {
    "revocation": "https://pruefstelle.example/status/1",
    "suspension": "https://pruefstelle.example/status/2",
}
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = Key(f"{ISSUER}#key-2026", hashlib.sha256(b"old").digest())
NEW = Key(f"{ISSUER}#key-2027", hashlib.sha256(b"new").digest())
STRANGER = Key(OLD.id, hashlib.sha256(b"stranger").digest())


def public(key: Key, **more: Any) -> PublicKey:
    """A key as it stands in the issuer's document."""
    return PublicKey(key.id, key.public, START, **more)


AUTHORITY = Issuer(ISSUER, NAME, (public(OLD), public(NEW)))


def evidence_folder(folder: Path) -> Path:
    """A small folder with results, catalogue and one file of a check."""
    (folder / "evidence/calibration").mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text('{"format": "steiger-audit-results/1"}\n')
    (folder / "catalogue.json").write_text('{"id": "steiger"}\n')
    (folder / "evidence/calibration/curve.csv").write_text("bin,rate\n1,0.5\n")
    return folder


def statement(folder: Path) -> Statement:
    """What the certificate says."""
    model = FileDigest("model.onnx", "model", hashlib.sha256(b"model").hexdigest())
    return Statement(
        id="urn:uuid:00000000-0000-4000-8000-000000000001",
        system={"name": "Kreditprüfung „Ähre“ 𝄞", "version": "2.1"},
        applicant="Beispiel GmbH",
        examiner="Prüfstelle Beispiel",
        passed=True,
        outcome=[{"dimension": "fairness", "need": "moderate", "level": "B", "demanded": "C"}],
        verdicts={"met": 12, "violated": 0, "undecidable": 2},
        catalogue={"id": "steiger", "version": "2026-07"},
        tools={"steiger": "0.1.0"},
        files=manifest_of(folder, [model]),
    )


def certificate(folder: Path, key: Key = OLD, **more: Any) -> dict[str, Any]:
    """A signed certificate, valid in 2026 and 2027, with two places of status."""
    options: dict[str, Any] = {
        "issuer_name": NAME,
        "valid_from": START,
        "valid_until": START + 730 * DAY,
        "now": START + DAY,
        "status": [
            StatusPlace("revocation", LISTS["revocation"], 77_001),
            StatusPlace("suspension", LISTS["suspension"], 77_001),
        ],
    }
    return issue(statement(folder), key, **{**options, **more})


def lists(
    revoked: tuple[int, ...] = (), suspended: tuple[int, ...] = (), key: Key = OLD, **more: Any
) -> list[bytes]:
    """Both status lists."""
    options: dict[str, Any] = {"now": NOW - DAY, "until": NOW + 30 * DAY}
    return [
        canonical(
            status_list(
                address=LISTS[purpose],
                purpose=purpose,  # type: ignore[arg-type]
                places=places,
                name=NAME,
                key=key,
                **{**options, **more},
            )
        )
        for purpose, places in (("revocation", revoked), ("suspension", suspended))
    ]


def inclusion(content: bytes, key: Key = NEW, now: datetime = START + 2 * DAY) -> bytes:
    """The place of a certificate in a log of seven."""
    leaves = [leaf_hash(b"%d" % n) for n in range(6)]
    leaves.insert(4, leaf_hash(content))
    document = inclusion_document(leaves, 4, "https://pruefstelle.example/log", key, now=now)
    return json.dumps(document).encode()


@dataclass
class Case:
    """One certificate with all that is handed to a verifier, and what must come out.

    Attributes:
        outcomes: name of a check → outcome and code, where they are not those of a good one.
    """

    name: str
    valid: bool
    content: bytes
    outcomes: dict[str, tuple[str, str]]
    issuer: bytes = field(default_factory=AUTHORITY.as_file)
    lists: list[bytes] = field(default_factory=lists)
    inclusion: bytes | None = None
    now: datetime = NOW
    change: Callable[[Path], None] | None = None


GOOD = {
    "form": ("passed", "form"),
    "signature": ("passed", "signature"),
    "key": ("passed", "key"),
    "dates": ("passed", "dates"),
    "status": ("passed", "status"),
    "evidence": ("passed", "absent"),
    "catalogue": ("passed", "catalogue"),
    "inclusion": ("passed", "inclusion"),
}


def _changed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text("changed") and None


def _edited(document: dict[str, Any], **changes: Any) -> bytes:
    return canonical({**document, **changes})


def cases(folder: Path) -> list[Case]:
    """Good and bad certificates; `folder` is that of :func:`evidence_folder`."""
    document = certificate(folder)
    good = canonical(document)
    base = Case("good", True, good, {}, inclusion=inclusion(good))
    subject = {**document["credentialSubject"], "passed": False}
    by_new = canonical(certificate(folder, NEW))
    by_stranger = canonical(certificate(folder, STRANGER))
    stolen = Issuer(ISSUER, NAME, (public(OLD, revoked=START + 90 * DAY), public(NEW)))
    ended = Issuer(ISSUER, NAME, (public(OLD, until=START + 10 * DAY), public(NEW)))
    too_late = Issuer(ISSUER, NAME, (public(OLD, until=START), public(NEW)))
    by_other_lists = lists(key=NEW)
    failed = "failed"
    new = replace
    return [
        base,
        new(base, name="signed with the second key", content=by_new, inclusion=inclusion(by_new)),
        new(base, name="nothing but the issuer", lists=[], inclusion=None,
            outcomes={"status": ("not_checked", "no_list"),
                      "inclusion": ("not_checked", "no_inclusion")}),
        new(base, name="key ended later", issuer=ended.as_file(), lists=by_other_lists),
        new(base, name="key ended before", issuer=too_late.as_file(), lists=by_other_lists,
            valid=False, outcomes={"key": (failed, "not_then")}),
        new(base, name="key stolen later, log shows it", issuer=stolen.as_file(),
            lists=by_other_lists, outcomes={"key": ("passed", "revoked_later")}),
        new(base, name="key stolen, no log", issuer=stolen.as_file(), lists=by_other_lists,
            inclusion=None, valid=False,
            outcomes={"key": (failed, "revoked_key"),
                      "inclusion": ("not_checked", "no_inclusion")}),
        new(base, name="key stolen, log signed with it", issuer=stolen.as_file(),
            lists=by_other_lists, inclusion=inclusion(good, OLD), valid=False,
            outcomes={"key": (failed, "revoked_key"), "inclusion": (failed, "not_included")}),
        new(base, name="signed by a stranger", content=by_stranger,
            inclusion=inclusion(by_stranger), valid=False,
            outcomes={"signature": (failed, "signature")}),
        new(base, name="unknown key", valid=False,
            issuer=Issuer(ISSUER, NAME, (public(NEW),)).as_file(), lists=by_other_lists,
            outcomes={"signature": (failed, "unknown_key"), "key": (failed, "unknown_key")}),
        new(base, name="content changed", content=_edited(document, credentialSubject=subject),
            valid=False, outcomes={"signature": (failed, "signature"),
                                   "inclusion": (failed, "not_included")}),
        new(base, name="later end", content=_edited(document, validUntil="2036-01-01T00:00:00Z"),
            valid=False, outcomes={"signature": (failed, "signature"),
                                   "inclusion": (failed, "not_included")}),
        new(base, name="written with spaces", content=json.dumps(document, indent=1).encode(),
            valid=False, outcomes={"form": (failed, "form")}),
        new(base, name="a key twice", valid=False, outcomes={"form": (failed, "form")},
            content=good.replace(b'{"@context"', b'{"id":"x","@context"', 1)),
        new(base, name="no proof", valid=False, outcomes={"form": (failed, "form")},
            content=canonical({k: v for k, v in document.items() if k != "proof"})),
        new(base, name="cut off", content=good[:-1], valid=False,
            outcomes={"form": (failed, "form")}),
        new(base, name="a fraction", valid=False, outcomes={"form": (failed, "form")},
            content=good.replace(b'"met":12', b'"met":12.5')),
        new(base, name="too early", now=START - DAY, valid=False, lists=[], inclusion=None,
            outcomes={"dates": (failed, "too_early"), "status": ("not_checked", "no_list"),
                      "inclusion": ("not_checked", "no_inclusion")}),
        new(base, name="expired", now=START + 731 * DAY, valid=False, lists=[],
            outcomes={"dates": (failed, "expired"), "status": ("not_checked", "no_list")}),
        new(base, name="revoked", lists=lists(revoked=(77_001,)), valid=False,
            outcomes={"status": (failed, "revoked")}),
        new(base, name="suspended", lists=lists(suspended=(77_001,)), valid=False,
            outcomes={"status": (failed, "suspended")}),
        new(base, name="neighbours revoked", lists=lists((77_000, 77_002), (0, 131_071))),
        new(base, name="list too old", lists=lists(until=NOW - timedelta(hours=1)), valid=False,
            outcomes={"status": (failed, "broken_list")}),
        new(base, name="list of a stranger", lists=lists(key=STRANGER), valid=False,
            outcomes={"status": (failed, "broken_list")}),
        new(base, name="only one of two lists", lists=lists()[:1],
            outcomes={"status": ("not_checked", "other_list")}),
        new(base, name="evidence changed", change=_changed("evidence/calibration/curve.csv"),
            valid=False, outcomes={"evidence": (failed, "changed")}),
        new(base, name="evidence missing", change=lambda f: (f / "results.json").unlink(),
            valid=False, outcomes={"evidence": (failed, "changed")}),
        new(base, name="catalogue changed", change=_changed("catalogue.json"), valid=False,
            outcomes={"evidence": (failed, "changed"), "catalogue": (failed, "changed")}),
        new(base, name="evidence added", change=_changed("extra.txt"),
            outcomes={"evidence": ("passed", "unlisted")}),
        new(base, name="log of another certificate", inclusion=inclusion(by_new), valid=False,
            outcomes={"inclusion": (failed, "not_included")}),
        new(base, name="log is no JSON", inclusion=b"[", valid=False,
            outcomes={"inclusion": (failed, "broken_inclusion")}),
    ]  # fmt: skip
