"""The one way to write to the audit log.

Every domain function that changes something calls :func:`record` (or :func:`record_many`) inside
its transaction, so that a change without an entry, or an entry without its change, cannot exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.db import transaction

from steiger.web.accounts.models import LogEntry, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person in a role, or the product itself.

    Attributes:
        user_number: number of the person's account; ``None`` for the product or a visitor.
        role: the role in which the person acts, or ``system`` / ``visitor``.
    """

    user_number: int | None
    role: str

    @classmethod
    def of(cls, user: Any, role: str = "") -> Actor:
        """The actor for a signed-in person (or a visitor)."""
        if not isinstance(user, User) or user.pk is None:
            return VISITOR
        return cls(user.pk, role or _strongest(user))


SYSTEM = Actor(None, "system")
VISITOR = Actor(None, "visitor")


def _strongest(user: User) -> str:
    order = ("administrator", "moderator", "examiner", "funding_officer", "adviser")
    held = "administrator" if user.is_superuser else ""
    return held or next((name for name in order if name in user.roles), "representative")


def kept(value: Any) -> Any:
    """A value as a change keeps it: as JSON knows it, times by ISO 8601, things by their name."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that is about to be written."""

    act: str
    object_type: str
    object_id: str
    object_label: str = ""
    changes: Mapping[str, Any] | None = None


def record(
    *,
    by: Actor,
    act: str,
    on: Any,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> LogEntry:
    """Write one entry.

    Args:
        by: who acts.
        act: ``room.verb``, for example ``directory.actor.withdraw``.
        on: the saved model instance that was changed.
        changes: field → ``[before, after]``.
        reason: why, in a person's words.

    Raises:
        RuntimeError: outside a transaction; the entry could then survive a failed change.
    """
    entry = Entry(act, on._meta.label_lower, str(on.pk), str(on)[:255], changes)
    return record_many(by=by, entries=[entry], reason=reason)[0]


def record_many(*, by: Actor, entries: Iterable[Entry], reason: str = "") -> list[LogEntry]:
    """Write many entries at once (imports).

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The audit log is written inside the transaction of the change.")
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    rows = [
        LogEntry(
            user_number=by.user_number,
            as_role=by.role,
            act=entry.act,
            object_type=entry.object_type,
            object_id=entry.object_id,
            object_label=entry.object_label[:255],
            changes=dict(entry.changes or {}),
            reason=reason,
            request_id=str(request_id)[:64],
        )
        for entry in entries
    ]
    return LogEntry.objects.bulk_create(rows, batch_size=1000)
