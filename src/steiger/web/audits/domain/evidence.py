"""Evidence comes in, goes out, or is refused; a refusal is logged too."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.models import User
from steiger.web.audits.domain.chain import append, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.roles import check_applicant, check_part
from steiger.web.audits.domain.standing import measured
from steiger.web.audits.domain.uploads import Accepted, accept
from steiger.web.audits.models import Assignment, Audit, EvidenceFile

#: One examination keeps so many files.
MOST = 200
States = Audit.State


def add_evidence(*, audit: Audit, by: User, name: str, data: bytes, note: str = "") -> EvidenceFile:
    """Keep a file that shows something: the applicant's before handing in, then the examiner's.

    Raises:
        RefusedError: wrong person, wrong moment, or the file could do harm.
    """
    with transaction.atomic():
        _may_add(locked(audit), by)
    file = _accepted(audit, by, name, data)
    with transaction.atomic():
        found = locked(audit)
        _may_add(found, by)
        return _keep(found, by, file, note)


def add_results(*, audit: Audit, by: User, name: str, data: bytes) -> EvidenceFile:
    """Keep ``results.json`` of ``steiger audit run``; the newest counts.

    Raises:
        RefusedError: wrong person or moment, or these are no results of such a system.
    """
    with transaction.atomic():
        _may_add_results(locked(audit), by)
    file = _accepted(audit, by, name, data)
    measured(audit, data)
    with transaction.atomic():
        found = locked(audit)
        _may_add_results(found, by)
        kind = EvidenceFile.Kind.RESULTS
        return _keep(found, by, Accepted(file.name, kind, file.media_type, data), "")


@transaction.atomic
def remove_evidence(*, audit: Audit, by: User, number: int) -> None:
    """Take a file back, before handing in.

    Raises:
        RefusedError: wrong person or moment, or there is no such file.
    """
    found = locked(audit, States.DESCRIBED, States.RATING)
    check_applicant(found, by)
    file = found.evidence.filter(number=number).first()
    if file is None:
        raise RefusedError("file_gone", str(number))
    facts = {"number": number, "sha256": file.sha256}
    forget_file(file)
    append(audit=found, by=Actor.of(by), act="evidence.remove", facts=facts)


def forget_file(file: EvidenceFile) -> None:
    """Erase a file; its bytes go when no other row needs them, and only if the change is kept."""
    path = file.path
    file.delete()
    if not EvidenceFile.objects.filter(path=path).exists():
        transaction.on_commit(lambda: default_storage.delete(path))


def _may_add(audit: Audit, by: User) -> None:
    if audit.state in {States.DESCRIBED, States.RATING}:
        check_applicant(audit, by)
    elif audit.state == States.EXAMINING:
        check_part(audit, by, Assignment.Part.FIRST)
    else:
        raise RefusedError("order", str(audit.get_state_display()))


def _may_add_results(audit: Audit, by: User) -> None:
    if audit.kind == Audit.Kind.SELF and audit.state == States.RATING:
        check_applicant(audit, by)
    elif audit.state == States.EXAMINING:
        check_part(audit, by, Assignment.Part.FIRST)
    else:
        raise RefusedError("order", str(audit.get_state_display()))


def _accepted(audit: Audit, by: User, name: str, data: bytes) -> Accepted:
    try:
        return accept(name, data)
    except RefusedError as error:
        with transaction.atomic():
            facts = {"why": error.key, "size": len(data)}
            facts["sha256"] = hashlib.sha256(data).hexdigest()
            append(audit=locked(audit), by=Actor.of(by), act="evidence.refuse", facts=facts)
        raise


def _keep(audit: Audit, by: User, file: Accepted, note: str) -> EvidenceFile:
    if audit.evidence.count() >= MOST:
        raise RefusedError("file_many", str(MOST))
    digest = hashlib.sha256(file.data).hexdigest()
    path = f"audits/{digest[:2]}/{digest}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(file.data))
    last = audit.evidence.aggregate(last=Max("number"))["last"] or 0
    kept = EvidenceFile.objects.create(
        audit=audit,
        number=last + 1,
        kind=file.kind,
        name=file.name,
        note=note.strip()[:250],
        media_type=file.media_type,
        path=path,
        size=len(file.data),
        sha256=digest,
    )
    facts = {"number": kept.number, "kind": kept.kind, "sha256": digest, "size": kept.size}
    append(audit=audit, by=Actor.of(by), act="evidence.add", facts=facts)
    return kept
