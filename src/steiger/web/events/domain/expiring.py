"""What time brings about: holds and offers end, unconfirmed registrations leave."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.events.domain import seats
from steiger.web.events.domain.registering import KEEP_UNCONFIRMED, lapse
from steiger.web.events.models import Registration

State = Registration.State


def expire_due(now: datetime | None = None) -> int:
    """End holds and offers whose time is up and serve the list; returns how many ended."""
    now = now or timezone.now()
    due = Registration.objects.filter(state__in=(State.ASKED, State.OFFERED), until__lte=now)
    tickets = sorted(set(due.values_list("ticket_id", flat=True)))
    return sum(_expire(ticket, now) for ticket in tickets) + prune_unconfirmed(now)


@transaction.atomic
def _expire(ticket_pk: int, now: datetime) -> int:
    ticket = seats.lock(ticket_pk)
    rows = Registration.objects.filter(ticket=ticket, until__lte=now)
    held = rows.filter(state=State.ASKED).update(state=State.ASKED_LATE, until=None)
    offered = list(rows.filter(state=State.OFFERED).select_related("ticket").order_by("number"))
    for row in offered:
        row.event = ticket.event
        lapse(row, now)
    seats.settle(ticket, now)
    return held + len(offered)


@transaction.atomic
def prune_unconfirmed(now: datetime) -> int:
    """Erase registrations that nobody confirmed; their seats were given on before."""
    old = Registration.objects.filter(
        state=State.ASKED_LATE, created_at__lt=now - KEEP_UNCONFIRMED
    ).select_for_update()
    ids = list(old.values_list("pk", flat=True))
    entries = [
        Entry("events.registration.expire", "events.registration", str(pk), "") for pk in ids
    ]
    record_many(by=SYSTEM, entries=entries)
    Registration.objects.filter(pk__in=ids, state=State.ASKED_LATE).delete()
    return len(ids)
