"""The chained log of an examination: every act writes one entry, here and in the common log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.audits.domain import clock
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.models import Audit, ChainEntry, EvidenceFile


@dataclass(frozen=True, slots=True)
class ChainState:
    """Whether a chain is whole.

    Attributes:
        broken_at: number of the first entry that does not fit; None if all do.
        cut: entries at the end are missing.
        files: names of evidence files whose bytes are missing or changed.
    """

    count: int
    head: str
    broken_at: int | None
    cut: bool
    files: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Nothing was changed, taken out or added."""
        return self.broken_at is None and not self.cut and not self.files


def digest_of_text(text: str) -> str:
    """What the chain holds instead of words."""
    return hashlib.sha256(text.encode()).hexdigest()


def locked(audit: Audit, *states: str) -> Audit:
    """The audit, locked until the transaction ends.

    Raises:
        RefusedError: it is in none of these states.
    """
    found = Audit.objects.select_for_update().get(pk=audit.pk)
    if states and found.state not in states:
        raise RefusedError("order", str(found.get_state_display()))
    return found


def append(
    *, audit: Audit, by: Actor, act: str, facts: Mapping[str, Any] | None = None
) -> ChainEntry:
    """Write one entry for a locked audit, and one in the common log; the caller saves the audit.

    Args:
        act: ``thing.verb``, without the room's name.
        facts: no words of people; put :func:`digest_of_text` instead.
    """
    entry = ChainEntry(
        audit_key=audit.pk,
        number=audit.chain_count + 1,
        at=clock.now(),
        user_number=by.user_number,
        as_role=by.role,
        act=act,
        facts=dict(facts or {}),
        previous=audit.chain_head,
    )
    entry.digest = _digest(entry)
    entry.save(force_insert=True)
    audit.chain_count, audit.chain_head = entry.number, entry.digest
    audit.changed_at = entry.at
    audit.save()
    record(by=by, act=f"audits.{act}", on=audit)
    return entry


def check(audit: Audit, *, files: bool = True) -> ChainState:
    """Whether chain and evidence are as they were written.

    Args:
        files: also read the evidence.
    """
    chain = check_entries(audit.pk)
    cut = (chain.count, chain.head) != (audit.chain_count, audit.chain_head)
    changed = [f.name for f in audit.evidence.all() if not _unchanged(f)] if files else []
    return ChainState(chain.count, chain.head, chain.broken_at, cut, tuple(changed))


def check_entries(audit_key: UUID) -> ChainState:
    """Whether every entry fits the one before."""
    previous, count, broken = "", 0, None
    for entry in ChainEntry.objects.filter(audit_key=audit_key).order_by("number"):
        count += 1
        fits = entry.number == count and entry.previous == previous
        if broken is None and not (fits and entry.digest == _digest(entry)):
            broken = count
        previous = entry.digest
    return ChainState(count, previous, broken, cut=False)


def _digest(entry: ChainEntry) -> str:
    content = {
        "audit": str(entry.audit_key),
        "number": entry.number,
        "at": entry.at.timestamp(),
        "user": entry.user_number,
        "role": entry.as_role,
        "act": entry.act,
        "facts": entry.facts,
        "previous": entry.previous,
    }
    return digest_of_text(json.dumps(content, sort_keys=True, ensure_ascii=False))


def _unchanged(file: EvidenceFile) -> bool:
    try:
        with default_storage.open(file.path) as content:
            return hashlib.sha256(content.read()).hexdigest() == file.sha256
    except OSError:
        return False
