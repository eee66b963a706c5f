"""Imports take entries off the map, and bring back what they took off.

What a person took off the map, or nobody confirmed, stays off it, whatever a list says.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.index import queue
from steiger.web.directory.models import Actor, Source

TYPE = "directory.actor"
WITHDRAW, RESTORE = f"{TYPE}.withdraw", f"{TYPE}.restore"
State = Actor.State


def take_off(numbers: Collection[int], *, by: audit.Actor, source: Source) -> None:
    """Withdraw those of these actors that are on the map."""
    _move(numbers, (State.PUBLISHED, State.WITHDRAWN), WITHDRAW, by, source)


def bring_back(numbers: Collection[int], *, by: audit.Actor, source: Source) -> None:
    """Put those of these actors on the map again that an import took off it."""
    _move(_taken_off(numbers), (State.WITHDRAWN, State.PUBLISHED), RESTORE, by, source)


def _move(
    numbers: Collection[int], change: tuple[State, State], act: str, by: audit.Actor, source: Source
) -> None:
    before, after = change
    rows = Actor.objects.filter(pk__in=numbers, state=before)
    names = dict(rows.values_list("pk", "name"))
    rows.update(state=after, changed_at=timezone.now())
    entries = [
        audit.Entry(act, TYPE, str(number), name, {"state": [before.value, after.value]})
        for number, name in names.items()
    ]
    audit.record_many(by=by, reason=source.key, entries=entries)
    queue(names)


def _taken_off(numbers: Collection[int]) -> set[int]:
    """Those whose last withdrawing was an import's: by no person, for the sake of a source."""
    off = Actor.objects.filter(pk__in=numbers, state=State.WITHDRAWN)
    keys = [str(number) for number in off.values_list("pk", flat=True)]
    if not keys:
        return set()
    sources = set(Source.objects.values_list("key", flat=True))
    moves = LogEntry.objects.filter(object_type=TYPE, object_id__in=keys)
    last = {
        entry.object_id: entry for entry in moves.filter(act__in=(WITHDRAW, RESTORE)).order_by("pk")
    }
    return {
        int(key)
        for key, entry in last.items()
        if entry.act == WITHDRAW and entry.user_number is None and entry.reason in sources
    }
