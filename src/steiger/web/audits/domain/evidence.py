"""Evidence comes in, goes out, or is refused; a refusal is logged too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.models import User
from steiger.web.audits.domain import clock
from steiger.web.audits.domain.chain import append, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.roles import check_applicant, check_part
from steiger.web.audits.domain.standing import catalogue_of, measured
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
        return _keep(found, by, file, note, named_in(found, note))


def add_results(*, audit: Audit, by: User, name: str, data: bytes) -> EvidenceFile:
    """Keep ``results.json`` of ``steiger audit run``; the newest counts.

    Raises:
        RefusedError: wrong person or moment, or these are no results of such a system.
    """
    with transaction.atomic():
        may_measure(locked(audit), by)
    file = _accepted(audit, by, name, data)
    measurements, _ = measured(audit, data)
    shown = shown_by(audit, {one.check for one in measurements})
    with transaction.atomic():
        found = locked(audit)
        may_measure(found, by)
        kind = EvidenceFile.Kind.RESULTS
        kept = Accepted(file.name, kind, file.media_type, data)
        return _keep(found, by, kept, "", shown)


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


def may_measure(audit: Audit, by: User) -> None:
    """Results come from the first examiner, or from the applicant of a self-check.

    Raises:
        RefusedError: somebody else, or another moment.
    """
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


def keep_own(
    *, audit: Audit, by: User, name: str, data: bytes, note: str, checks: set[str]
) -> EvidenceFile:
    """Keep what a run of tests here wrote for a locked audit, at the indicators of its checks.

    Raises:
        RefusedError: wrong person or moment.
    """
    may_measure(audit, by)
    file = Accepted(name, EvidenceFile.Kind.DATA, "application/zip", data)
    return _keep(audit, by, file, note, shown_by(audit, checks))


@transaction.atomic
def link(*, audit: Audit, by: User, shown: Mapping[str, Sequence[int]]) -> None:
    """Say which files are evidence for which indicators; others stay as they were.

    Args:
        shown: indicator → numbers of files, all that show it.

    Raises:
        RefusedError: wrong person or moment, or there is no such indicator or file.
    """
    found = locked(audit, States.RATING)
    check_applicant(found, by)
    files = {file.number: file for file in found.evidence.all()}
    known = {item.id for item in catalogue_of(found).indicators}
    facts: dict[str, list[int]] = {}
    for indicator, numbers in shown.items():
        if indicator not in known:
            raise RefusedError("rating", indicator)
        if strange := sorted(set(numbers) - set(files)):
            raise RefusedError("file_gone", str(strange[0]))
        before = {n for n, file in files.items() if indicator in file.indicators}
        if before != set(numbers):
            facts[indicator] = sorted(set(numbers))
        for number, file in files.items():
            others = set(file.indicators) - {indicator}
            file.indicators = sorted(others | ({indicator} if number in numbers else set()))
    if facts:
        EvidenceFile.objects.bulk_update(files.values(), ["indicators"])
        append(audit=found, by=Actor.of(by), act="evidence.link", facts=facts)


def named_in(audit: Audit, words: str) -> list[str]:
    """Indicators whose ids stand in a note."""
    found = set(re.findall(r"[A-Z]{2}\d+\.\d+", words))
    return sorted(found & {item.id for item in catalogue_of(audit).indicators})


def shown_by(audit: Audit, checks: set[str]) -> list[str]:
    """Indicators for which these checks give evidence."""
    methods = catalogue_of(audit).methods
    return sorted({i for method in methods if method.check in checks for i in method.indicators})


def _keep(
    audit: Audit, by: User, file: Accepted, note: str, indicators: Sequence[str] = ()
) -> EvidenceFile:
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
        indicators=list(indicators),
        media_type=file.media_type,
        path=path,
        size=len(file.data),
        sha256=digest,
        uploaded_at=clock.now(),
    )
    facts = {"number": kept.number, "kind": kept.kind, "sha256": digest, "size": kept.size}
    facts["indicators"] = list(indicators)
    append(audit=audit, by=Actor.of(by), act="evidence.add", facts=facts)
    return kept
