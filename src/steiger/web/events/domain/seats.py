"""Giving seats, under the lock of their ticket kind's row. Whatever moves seats ends here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Sum
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, record
from steiger.web.events.domain import mails, rules
from steiger.web.events.models import Event, Registration, TicketKind

State = Registration.State


def lock(ticket_pk: int) -> TicketKind:
    """The ticket kind, held until the transaction ends, with its event."""
    rows = TicketKind.objects.select_for_update(of=("self",)).select_related("event")
    return rows.get(pk=ticket_pk)


def queue_of(ticket: TicketKind) -> list[rules.Waiting]:
    """The waiting list in its order."""
    rows = Registration.objects.filter(ticket=ticket, state=State.WAITING).order_by("number")
    return [rules.Waiting(pk, seats) for pk, seats in rows.values_list("pk", "seats")]


def taken_of(ticket: TicketKind) -> int:
    """Seats that are held, offered or confirmed."""
    rows = Registration.objects.filter(ticket=ticket, state__in=Registration.HOLDING)
    return rows.aggregate(sum=Sum("seats"))["sum"] or 0


def next_number(ticket: TicketKind) -> int:
    """The place behind everybody who ever waited."""
    rows = Registration.objects.filter(ticket=ticket)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def may_take(ticket: TicketKind, seats: int) -> bool:
    """Whether seats are free for somebody who is not on the list."""
    return rules.may_take(
        quota=ticket.quota, taken=taken_of(ticket), queue=queue_of(ticket), seats=seats
    )


def settle(ticket: TicketKind, now: datetime | None = None) -> None:
    """Offer what is free to the head of the list, and note the sums. Needs :func:`lock`."""
    now = now or timezone.now()
    queue, taken = queue_of(ticket), taken_of(ticket)
    served: Mapping[UUID | int, rules.Waiting] = {}
    event = ticket.event
    if queue and event.state == Event.State.PUBLISHED and event.starts_at > now:
        offers = rules.next_offers(quota=ticket.quota, taken=taken, queue=queue)
        served = {one.key: one for one in offers}
        _offer([one.key for one in offers], ticket, now)
    ticket.taken = taken + sum(one.seats for one in served.values())
    left = [one for one in queue if one.key not in served]
    ticket.waiting = len(rules.servable(ticket.quota, left))
    ticket.save(update_fields=["taken", "waiting", "quota"])


def _offer(keys: list[UUID | int], ticket: TicketKind, now: datetime) -> None:
    event = ticket.event
    until = min(now + timedelta(hours=event.offer_hours), event.starts_at)
    rows = Registration.objects.filter(pk__in=[str(key) for key in keys]).select_related(
        "event", "ticket"
    )
    for row in rows.select_related("event", "ticket").order_by("number"):
        row.state, row.until = State.OFFERED, until
        row.save(update_fields=["state", "until"])
        record(by=SYSTEM, act="events.registration.offer", on=row)
        mails.queue(row, "offer")
