"""Everything about a certificate that can be checked, each with its own answer.

Nothing is fetched: what verification needs is handed in. What was not handed in is *not checked*,
and said so. A certificate is valid if nothing failed and form, signature, key and dates were
checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from steiger.engines.audit.certificate import manifest
from steiger.engines.audit.certificate.canonical import read_canonical, read_json
from steiger.engines.audit.certificate.credential import TYPE
from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.keys import Issuer, PublicKey
from steiger.engines.audit.certificate.log import INCLUSION_FORMAT, inclusion_holds, leaf_hash
from steiger.engines.audit.certificate.proof import proof_of, signature_holds
from steiger.engines.audit.certificate.status import bit
from steiger.engines.audit.certificate.times import as_text, as_time

Outcome = Literal["passed", "failed", "not_checked"]
#: In the order in which they are shown.
NAMES = ("form", "signature", "key", "dates", "status", "evidence", "catalogue", "inclusion")
_PLACE = re.compile(r"[0-9]{1,9}")
NECESSARY = frozenset({"form", "signature", "key", "dates"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Attributes:
        code: which case, for programs and translations.
        values: what stands in the text: dates, names.
    """

    name: str
    outcome: Outcome
    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer about one certificate."""

    checks: tuple[Check, ...]
    certificate: dict[str, Any] | None

    @property
    def valid(self) -> bool:
        """Whether nothing failed and the necessary was checked."""
        passed = {check.name for check in self.checks if check.outcome == "passed"}
        failed = any(check.outcome == "failed" for check in self.checks)
        return not failed and passed >= NECESSARY

    @property
    def told(self) -> dict[str, Any] | None:
        """What the certificate says: system, applicant, examiner, result; None unless its signature
        holds, as anybody could have written it."""
        holds = any(c.name == "signature" and c.outcome == "passed" for c in self.checks)
        if self.certificate is None or not holds:
            return None
        subject = self.certificate["credentialSubject"]
        return {name: subject.get(name) for name in ("system", "applicant", "examiner", "passed")}

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "format": "steiger-audit-verification/1",
            "valid": self.valid,
            "checks": [
                {
                    "name": check.name,
                    "outcome": check.outcome,
                    "code": check.code,
                    "values": list(check.values),
                }
                for check in self.checks
            ],
        }


def verify(
    content: bytes,
    *,
    issuer: Issuer | None,
    now: datetime,
    evidence: Path | None = None,
    status_lists: Sequence[bytes] = (),
    inclusion: bytes | None = None,
) -> Verification:
    """Check a certificate.

    Args:
        content: bytes of the certificate's file.
        issuer: whom the reader trusts, from a source that she trusts.
        now: at what moment it shall be valid.
        evidence: folder with the files that it is bound to.
        status_lists: bytes of status list files.
        inclusion: bytes of the file that shows its place in the log.
    """
    try:
        document = read_canonical(content, "the certificate")
        _form(document)
    except CertificateError as error:
        return Verification((Check("form", "failed", "form", (str(error),)),), None)
    logged = _inclusion(content, inclusion, issuer)
    checks = [
        Check("form", "passed", "form"),
        *_signature(document, issuer, logged),
        _dates(document, now),
        _status(document, status_lists, issuer, now),
        *_evidence(document, evidence),
        logged,
    ]
    order = {name: place for place, name in enumerate(NAMES)}
    return Verification(tuple(sorted(checks, key=lambda check: order[check.name])), document)


def _form(document: dict[str, Any]) -> None:
    """Everything that later steps read, so that they need not look again."""
    proof_of(document)
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    if (
        document.get("type") != TYPE
        or not isinstance(issuer, dict)
        or not isinstance(subject, dict)
    ):
        raise CertificateError("the certificate is of another kind.")
    for name in ("validFrom", "validUntil"):
        as_time(document.get(name))
    files, status = subject.get("files"), document.get("credentialStatus", [])
    if not isinstance(files, list) or not isinstance(status, list):
        raise CertificateError("the certificate names no files.")
    names = set()
    for entry in files:
        if not isinstance(entry, dict) or set(entry) - {"size"} != {"name", "role", "sha256"}:
            raise CertificateError("the certificate names a file without a digest.")
        manifest.FileDigest(str(entry["name"]), str(entry["role"]), str(entry["sha256"]))
        names.add(entry["name"])
    if len(names) != len(files):
        raise CertificateError("the certificate names a file twice.")
    for entry in status:
        if not isinstance(entry, dict) or not _PLACE.fullmatch(str(entry.get("statusListIndex"))):
            raise CertificateError("the certificate names a status without a place.")


def _signature(document: dict[str, Any], issuer: Issuer | None, logged: Check) -> list[Check]:
    if issuer is None:
        return [
            Check("signature", "not_checked", "no_issuer"),
            Check("key", "not_checked", "no_issuer"),
        ]
    proof = proof_of(document)
    key = issuer.key(str(proof["verificationMethod"]))
    if key is None or document["issuer"].get("id") != issuer.id:
        unknown = (str(proof["verificationMethod"]), issuer.id)
        return [
            Check("signature", "failed", "unknown_key", unknown),
            Check("key", "failed", "unknown_key", unknown),
        ]
    try:
        holds, created = signature_holds(document, key.raw), as_time(proof["created"])
    except CertificateError as error:
        return [Check("signature", "failed", "broken", (str(error),)),
                Check("key", "not_checked", "broken")]  # fmt: skip
    signature = Check("signature", "passed" if holds else "failed", "signature", (key.id,))
    return [signature, _key(key, created, logged)]


def _key(key: PublicKey, created: datetime, logged: Check) -> Check:
    """Whether the key might sign at that moment."""
    when = as_text(created)
    if created < key.since or (key.until and created >= key.until):
        return Check("key", "failed", "not_then", (key.id, when))
    if key.revoked is None:
        return Check("key", "passed", "key", (key.id, when))
    # Whoever stole a key can sign under any date; only a head of the log that another key signed
    # before the theft shows that the certificate is older.
    head_time, head_key = (*logged.values, "", "")[:2]
    older = logged.outcome == "passed" and as_time(head_time) < key.revoked and head_key != key.id
    if older:
        return Check("key", "passed", "revoked_later", (key.id, as_text(key.revoked), head_time))
    return Check("key", "failed", "revoked_key", (key.id, as_text(key.revoked)))


def _might_sign(key: PublicKey, created: datetime) -> bool:
    """Whether a key might sign a list or a head at that moment; one that was revoked never."""
    return _key(key, created, Check("inclusion", "not_checked", "")).outcome == "passed"


def _dates(document: dict[str, Any], now: datetime) -> Check:
    first, last = as_time(document["validFrom"]), as_time(document["validUntil"])
    values = (document["validFrom"], document["validUntil"])
    if now < first:
        return Check("dates", "failed", "too_early", values)
    if now > last:
        return Check("dates", "failed", "expired", values)
    return Check("dates", "passed", "dates", values)


def _status(
    document: dict[str, Any], lists: Sequence[bytes], issuer: Issuer | None, now: datetime
) -> Check:
    entries = document.get("credentialStatus", [])
    if not entries:
        return Check("status", "not_checked", "no_status")
    if not lists or issuer is None:
        return Check("status", "not_checked", "no_list")
    try:
        known = {
            str(found.get("id")): found for found in (_read_list(raw, issuer, now) for raw in lists)
        }
        states = [_state(entry, known.get(_address(entry))) for entry in entries]
    except CertificateError as error:
        return Check("status", "failed", "broken_list", (str(error),))
    for word, date in filter(None, states):
        if word != "status":
            return Check("status", "failed", word, (date,))
    dates = [state[1] for state in states if state]
    if len(dates) < len(entries):
        return Check("status", "not_checked", "other_list", tuple(dates))
    return Check("status", "passed", "status", (min(dates),))


def _address(entry: dict[str, Any]) -> str:
    address = entry.get("statusListCredential")
    if not isinstance(address, str):
        raise CertificateError("the status list has no address")
    return address


def _state(entry: dict[str, Any], found: dict[str, Any] | None) -> tuple[str, str] | None:
    """What a list says about one entry, and the list's date; None if the list was not handed in.

    Raises:
        CertificateError: the list is for another purpose, or has no such place.
    """
    if found is None:
        return None
    subject, purpose = found["credentialSubject"], entry.get("statusPurpose")
    if subject.get("statusPurpose") != purpose:
        raise CertificateError("the list is for another purpose")
    words = {"revocation": "revoked", "suspension": "suspended"}
    is_set = bit(subject.get("encodedList"), int(entry["statusListIndex"]))
    return words.get(str(purpose), "revoked") if is_set else "status", str(found["validFrom"])


def _read_list(content: bytes, issuer: Issuer, now: datetime) -> dict[str, Any]:
    """A status list whose signature holds.

    Raises:
        CertificateError: it is none, of somebody else, or too old.
    """
    document = read_canonical(content, "the status list")
    proof = proof_of(document)
    key = issuer.key(str(proof["verificationMethod"]))
    subject, owner = document.get("credentialSubject"), document.get("issuer")
    if not isinstance(subject, dict) or not isinstance(owner, dict) or key is None:
        raise CertificateError("the status list is of another kind, or of somebody else.")
    if owner.get("id") != issuer.id or not signature_holds(document, key.raw):
        raise CertificateError("the signature of the status list does not hold.")
    if not _might_sign(key, as_time(proof["created"])):
        raise CertificateError("the key of the status list was not valid then.")
    if now > as_time(document.get("validUntil")):
        raise CertificateError(f"the status list ended on {document['validUntil']}.")
    if now < as_time(document.get("validFrom")):
        raise CertificateError(f"the status list begins on {document['validFrom']}.")
    return document


def _evidence(document: dict[str, Any], folder: Path | None) -> list[Check]:
    if folder is None:
        return [
            Check("evidence", "not_checked", "no_folder"),
            Check("catalogue", "not_checked", "no_folder"),
        ]
    files = document["credentialSubject"]["files"]
    try:
        found = manifest.compare(files, folder)
    except (CertificateError, OSError) as error:
        return [Check("evidence", "failed", "unreadable", (str(error),)),
                Check("catalogue", "not_checked", "unreadable")]  # fmt: skip
    catalogues = {entry["name"] for entry in files if entry["role"] == "catalogue"}
    wrong = (*found.changed, *found.missing)
    if wrong:
        evidence = Check("evidence", "failed", "changed", wrong)
    else:
        code = "unlisted" if found.unlisted else "absent" if found.absent else "evidence"
        evidence = Check("evidence", "passed", code, (*found.unlisted, *found.absent))
    if not catalogues:
        return [evidence, Check("catalogue", "not_checked", "no_catalogue")]
    bad = bool(catalogues & set(wrong))
    outcome: Outcome = "failed" if bad else "passed"
    return [evidence, Check("catalogue", outcome, "changed" if bad else "catalogue",
                            tuple(sorted(catalogues)))]  # fmt: skip


def _inclusion(content: bytes, inclusion: bytes | None, issuer: Issuer | None) -> Check:
    if inclusion is None or issuer is None:
        return Check("inclusion", "not_checked", "no_inclusion")
    try:
        data = read_json(inclusion, "the proof of the log")
        head = data["head"]
        proof = proof_of(head)
        key = issuer.key(str(proof["verificationMethod"]))
        path = [bytes.fromhex(part) for part in data["path"]]
        good = (
            data["format"] == INCLUSION_FORMAT
            and key is not None
            and head["type"] == "LogHead"
            and signature_holds(head, key.raw)
            and _might_sign(key, as_time(proof["created"]))
            and as_time(head["time"]) == as_time(proof["created"])
            and all(len(part) == 32 for part in path)
            and inclusion_holds(
                leaf_hash(content), data["index"], head["size"], path, bytes.fromhex(head["root"])
            )
        )
    except (CertificateError, KeyError, TypeError, ValueError, AttributeError) as error:
        return Check("inclusion", "failed", "broken_inclusion", (str(error),))
    if not good:
        return Check("inclusion", "failed", "not_included")
    values = (head["time"], str(proof["verificationMethod"]), str(head["size"]))
    return Check("inclusion", "passed", "inclusion", values)
