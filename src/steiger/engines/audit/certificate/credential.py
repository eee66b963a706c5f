"""The certificate itself: a W3C Verifiable Credential 2.0 about one examined system.

https://www.w3.org/TR/vc-data-model-2.0/. It is a "Prüfbescheinigung": it says what was examined, by
whom, against what, and how it ended. It is no certification by an accredited body, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.keys import Key
from steiger.engines.audit.certificate.manifest import FileDigest
from steiger.engines.audit.certificate.proof import sign
from steiger.engines.audit.certificate.status import PLACES, Purpose
from steiger.engines.audit.certificate.times import as_text

CONTEXT = ["https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:steiger:audit:"}]
TYPE = ["VerifiableCredential", "AuditCertificate"]
NOTICE = {
    "de": "Diese Prüfbescheinigung ist keine Zertifizierung durch eine akkreditierte Stelle. "
    "Sie gilt für genau die Dateien, deren Prüfsummen sie nennt.",
    "en": "This certificate of examination is no certification by an accredited body. "
    "It applies to exactly the files whose digests it names.",
}
_IDENTIFIER = re.compile(r"(urn:uuid:[0-9a-f-]{36}|https://[^\s]+)")


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of a certificate is kept.

    Attributes:
        address: of the status list.
        place: number in it; give it at random, so that it tells nothing about the order.
    """

    purpose: Purpose
    address: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a certificate says.

    Attributes:
        id: `urn:uuid:…` or an address; the caller makes it, because engines throw no dice.
        system: name and version of what was examined.
        applicant: who asked for the examination.
        examiner: who examined; empty for a self-check.
        outcome: for each dimension: its id, protection need, level reached, level demanded.
        verdicts: how many requirements were met, violated, undecidable.
        catalogue: id and version of what it was held against.
        tools: name → version of what measured.
        files: everything it is bound to.
    """

    id: str
    system: Mapping[str, str]
    applicant: str
    examiner: str
    passed: bool
    outcome: Sequence[Mapping[str, str]]
    verdicts: Mapping[str, int]
    catalogue: Mapping[str, str]
    tools: Mapping[str, str]
    files: Sequence[FileDigest]

    def __post_init__(self) -> None:
        if not _IDENTIFIER.fullmatch(self.id):
            raise CertificateError(
                f"{self.id!r} is no id of a certificate (urn:uuid:… or https://…)."
            )
        if not self.system.get("name") or not self.applicant:
            raise CertificateError("A certificate names the system and the applicant.")
        if not self.files:
            raise CertificateError("A certificate is bound to at least one file.")


def issue(
    statement: Statement,
    key: Key,
    *,
    issuer_name: str,
    valid_from: datetime,
    valid_until: datetime,
    now: datetime,
    status: Sequence[StatusPlace] = (),
) -> dict[str, Any]:
    """The signed certificate.

    Args:
        now: moment of signing.

    Raises:
        CertificateError: the dates are in the wrong order, or a place of status makes no sense.
    """
    if valid_until <= valid_from:
        raise CertificateError("The certificate would end before it begins.")
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": statement.id,
        "type": TYPE,
        "issuer": {"id": key.issuer, "name": issuer_name},
        "validFrom": as_text(valid_from),
        "validUntil": as_text(valid_until),
        "credentialSubject": _subject(statement),
    }
    if status:
        document["credentialStatus"] = [_status(entry) for entry in status]
    return sign(document, key, created=now)


def _subject(statement: Statement) -> dict[str, Any]:
    return {
        "type": "ExaminedSystem",
        "notice": NOTICE,
        "system": dict(statement.system),
        "applicant": statement.applicant,
        "examiner": statement.examiner,
        "selfCheck": not statement.examiner,
        "passed": statement.passed,
        "outcome": [dict(entry) for entry in statement.outcome],
        "verdicts": dict(statement.verdicts),
        "catalogue": dict(statement.catalogue),
        "tools": dict(statement.tools),
        "files": [entry.as_plain() for entry in statement.files],
    }


def _status(entry: StatusPlace) -> dict[str, Any]:
    if not 0 <= entry.place < PLACES or not entry.address.startswith("https://"):
        raise CertificateError(
            f"{entry.address} place {entry.place}: a status has an https address "
            f"and a place below {PLACES}."
        )
    return {
        "id": f"{entry.address}#{entry.place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": entry.purpose,
        "statusListIndex": str(entry.place),
        "statusListCredential": entry.address,
    }
