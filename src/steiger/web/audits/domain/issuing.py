"""Certificates are signed, listed and proven to be in the log."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import sys
import uuid
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from django.core.files.storage import default_storage
from django.utils import timezone

from steiger import __version__
from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.models import User
from steiger.web.audits.domain import clock
from steiger.web.audits.domain.chain import append
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.keys import address, installation_key
from steiger.web.audits.domain.standing import results_of
from steiger.web.audits.models import Audit, Certificate, EvidenceFile

if TYPE_CHECKING:
    from steiger.engines.audit.certificate import Statement, Verification

_DIGEST = re.compile(r"[0-9a-f]{64}")
VALID_FOR = timedelta(days=730)
WATCHED_AFTER = timedelta(days=365)
#: So long may a status list be relied on; it is signed anew whenever it is fetched.
LIST_FOR = timedelta(days=7)
PURPOSES: dict[str, Literal["revocation", "suspension"]] = {
    "revocation": "revocation",
    "suspension": "suspension",
}


def issue_certificate(*, audit: Audit, by: User) -> Certificate:
    """Sign the certificate of a locked audit that was granted one.

    Raises:
        RefusedError: it cannot be signed.
    """
    from steiger.engines.audit.certificate import (
        CertificateError,
        StatusPlace,
        canonical,
        issue,
    )

    key, issuer = installation_key()
    now = clock.now().replace(microsecond=0)
    number = uuid.uuid4()
    place = _free_place()
    organisations = [one.organisation for one in audit.assignments.all()]
    try:
        document = issue(
            _statement(audit, number, organisations),
            key,
            issuer_name=issuer.name,
            valid_from=now,
            valid_until=now + VALID_FOR,
            now=now,
            status=[
                StatusPlace(purpose, address("audits:status", purpose=purpose), place)
                for purpose in PURPOSES.values()
            ],
        )
        content = canonical(document)
    except CertificateError as error:
        raise RefusedError("signing", str(error)) from error
    certificate = Certificate.objects.create(
        id=number,
        audit=audit,
        number=Certificate.objects.count(),
        place=place,
        content=content,
        system=audit.title,
        version=audit.version,
        organisation=audit.organisation,
        examined_by=", ".join(dict.fromkeys(organisations))[:410],
        issued_at=now,
        valid_until=now + VALID_FOR,
        surveillance_due=timezone.localdate(now + WATCHED_AFTER),
        state_since=now,
    )
    facts = {"certificate": str(number), "sha256": hashlib.sha256(content).hexdigest()}
    append(audit=audit, by=Actor.of(by), act="certificate.issue", facts=facts)
    return certificate


def _statement(audit: Audit, number: uuid.UUID, organisations: list[str]) -> Statement:
    from steiger.engines.audit.certificate import FileDigest, Statement

    result = audit.result or {}
    roles = {EvidenceFile.Kind.RESULTS.value: "results"}
    files = [
        FileDigest(
            f"evidence/{file.number:03}-{file.name}",
            roles.get(file.kind, "evidence"),
            file.sha256,
            file.size,
        )
        for file in audit.evidence.all()
    ]
    files += [FileDigest(name, "input", digest) for name, digest in _examined_files(audit)]
    # The chain's head binds every act and, by their digests, all words up to the decision.
    files.append(FileDigest("chain-head", "input", audit.chain_head))
    files.append(FileDigest("catalogue", "input", audit.catalogue_digest))
    counts = dict.fromkeys(("met", "violated", "undecidable"), 0)
    for requirement in result.get("requirements", []):
        counts[requirement["verdict"]] += 1
    return Statement(
        id=number.urn,
        system={"name": audit.title} | ({"version": audit.version} if audit.version else {}),
        applicant=audit.organisation,
        examiner=", ".join(dict.fromkeys(organisations)),
        passed=bool(result.get("passed")),
        outcome=[
            {
                "dimension": one["id"],
                "need": one["need"],
                # Without need nobody looked; that is no level D.
                "level": (one["need"] != "none" and one["level"]) or "",
                "demanded": one["demanded"],
            }
            for one in result.get("dimensions", [])
        ],
        verdicts=counts,
        catalogue={
            "id": audit.catalogue_id,
            "version": audit.catalogue_version,
            "sha256": audit.catalogue_digest,
        },
        tools={"steiger": __version__, "python": sys.version.split()[0]},
        files=files,
    )


def _examined_files(audit: Audit) -> list[tuple[str, str]]:
    """Name and SHA-256 of the model and the data that the tests read, as their results say."""
    file = results_of(audit)
    if file is None:
        return []
    with default_storage.open(file.path) as content:
        told = json.loads(content.read()).get("inputs")
    named = told.items() if isinstance(told, dict) else ()
    return [
        (f"examined/{PurePosixPath(name).name}", digest)
        for name, digest in named
        if isinstance(digest, str) and _DIGEST.fullmatch(digest) and PurePosixPath(name).name
    ]


def _free_place() -> int:
    from steiger.engines.audit.certificate.status import PLACES

    taken = set(Certificate.objects.values_list("place", flat=True))
    if len(taken) > PLACES // 2:
        raise RefusedError("signing", "status list")
    while (place := secrets.randbelow(PLACES)) in taken:
        pass
    return place


def signed_status_list(purpose: str) -> bytes:
    """The status list of today, signed and dated.

    Args:
        purpose: a key of :data:`PURPOSES`.
    """
    from steiger.engines.audit.certificate import canonical, status_list

    key, issuer = installation_key()
    state = {
        "revocation": Certificate.State.WITHDRAWN,
        "suspension": Certificate.State.SUSPENDED,
    }[purpose]
    now = timezone.now().replace(microsecond=0)
    return canonical(
        status_list(
            address=address("audits:status", purpose=purpose),
            purpose=PURPOSES[purpose],
            places=list(Certificate.objects.filter(state=state).values_list("place", flat=True)),
            name=issuer.name,
            key=key,
            now=now,
            until=now + LIST_FOR,
        )
    )


def inclusion_of(certificate: Certificate) -> bytes:
    """The proof that a certificate stands in the log, under a head signed now."""
    from steiger.engines.audit.certificate import canonical, inclusion_document, leaf_hash

    key, _ = installation_key()
    rows = Certificate.objects.order_by("number").values_list("content", flat=True)
    now = timezone.now().replace(microsecond=0)
    leaves = [leaf_hash(bytes(row)) for row in rows]
    name = address("audits:register")
    return canonical(inclusion_document(leaves, certificate.number, name, key, now=now))


def verified(content: bytes) -> tuple[Verification, Certificate | None]:
    """What can be said of a certificate that somebody hands in, and its row if it is ours."""
    from steiger.engines.audit.certificate import verify

    digest = hashlib.sha256(content).digest()
    rows = Certificate.objects.order_by("number")
    ours = next((r for r in rows if hashlib.sha256(bytes(r.content)).digest() == digest), None)
    lists = [signed_status_list(purpose) for purpose in PURPOSES]
    inclusion = inclusion_of(ours) if ours else None
    # After what was just signed: else its date, or a key changed meanwhile, lies in the future.
    _, issuer = installation_key()
    answer = verify(
        content, issuer=issuer, now=timezone.now(), status_lists=lists, inclusion=inclusion
    )
    return answer, ours


def issuer_document() -> dict[str, Any]:
    """Whose certificates these are: the keys with their validity."""
    return installation_key()[1].as_document()
