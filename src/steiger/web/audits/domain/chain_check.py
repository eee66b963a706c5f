"""All chains and the whole register at once: is everything as it was written?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from steiger.web.audits.domain.chain import check, check_entries
from steiger.web.audits.domain.keys import has_key, installation_key
from steiger.web.audits.models import Audit, Certificate, ChainEntry, EvidenceFile


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: an examination's or a certificate's id."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """How much was looked at, and what was found."""

    chains: int
    entries: int
    files: int
    certificates: int
    problems: tuple[Problem, ...]

    def as_plain(self) -> dict[str, Any]:
        """For machines."""
        return {"format": "steiger-audit-chain/1", "whole": not self.problems} | asdict(self)


def check_all(*, files: bool = True) -> Check:
    """Check every chain, also of examinations that are erased, and the register.

    Args:
        files: also read every evidence file.
    """
    audits = {audit.pk: audit for audit in Audit.objects.all()}
    keys = set(ChainEntry.objects.order_by().values_list("audit_key", flat=True).distinct())
    problems = [one for key in sorted(keys | set(audits)) for one in _chain(key, audits, files)]
    problems += _register()
    return Check(
        chains=len(keys),
        entries=ChainEntry.objects.count(),
        files=EvidenceFile.objects.count() if files else 0,
        certificates=Certificate.objects.count(),
        problems=tuple(problems),
    )


def _chain(key: Any, audits: dict[Any, Audit], files: bool) -> Iterator[Problem]:
    audit = audits.get(key)
    if audit is None:
        found = check_entries(key)
        if not ChainEntry.objects.filter(audit_key=key, act="audit.erase").exists():
            yield Problem(str(key), "the examination is gone, and no entry says that it was erased")
    else:
        found = check(audit, files=files)
    if found.broken_at is not None:
        yield Problem(str(key), f"entry {found.broken_at} does not fit the one before")
    if found.cut:
        yield Problem(str(key), "entries at the end are missing")
    for name in found.files:
        yield Problem(str(key), f"evidence is missing or changed: {name}")


def _register() -> Iterator[Problem]:
    certificates = list(Certificate.objects.order_by("number"))
    if not certificates:
        return
    if not has_key():
        yield Problem("register", "the installation's keys are missing (audit-keys)")
        return
    from steiger.engines.audit.certificate import verify

    _, issuer = installation_key()
    if [one.number for one in certificates] != list(range(len(certificates))):
        yield Problem("register", "numbers of certificates are missing")
    for one in certificates:
        content = bytes(one.content)
        answer = verify(content, issuer=issuer, now=timezone.now())
        for line in answer.checks:
            if line.name in {"form", "signature", "key"} and line.outcome != "passed":
                yield Problem(str(one.pk), f"certificate: {line.name} {line.outcome} ({line.code})")
        digest = hashlib.sha256(content).hexdigest()
        entry = ChainEntry.objects.filter(audit_key=one.audit_id, act="certificate.issue").first()
        if entry is None or entry.facts.get("sha256") != digest:
            yield Problem(str(one.pk), "certificate: is not the one that the chain names")
        yield from _bound(one, content)


def _bound(certificate: Certificate, content: bytes) -> Iterator[Problem]:
    """The head of the chain that was signed is one of the chain's."""
    try:
        files = json.loads(content)["credentialSubject"]["files"]
        head = next(file["sha256"] for file in files if file["name"] == "chain-head")
    except (ValueError, KeyError, TypeError, StopIteration):
        yield Problem(str(certificate.pk), "certificate: names no head of a chain")
        return
    chain = ChainEntry.objects.filter(audit_key=certificate.audit_id)
    if not chain.filter(digest=head).exists():
        yield Problem(str(certificate.pk), "certificate: names a head that the chain does not hold")
