"""Mails to many: changes, cancellations, reminders, the question how it was.

Each row notes in the same transaction as its mail that it was told, so that a task that is cut off
and begins again tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.events.domain import mails, telling_cases
from steiger.web.events.models import Event, Registration, TicketKind

State = Registration.State
BATCH = 50
REMIND_BEFORE = timedelta(days=2)
#: Whoever registered this shortly before needs no reminder.
FRESH = timedelta(hours=12)
ASK_WITHIN = timedelta(days=7)


def tell_change(event_pk: int) -> int:
    """Tell everybody of the event's last change, or that it is called off; returns how many."""
    event = Event.objects.get(pk=event_pk)
    if event.state == Event.State.CANCELLED:
        rows = event.registrations.filter(state__in=Registration.ALIVE)
        return _in_batches(rows, lambda row: _call_off(row, event))
    concerned = (State.CONFIRMED, State.OFFERED, State.WAITING)
    rows = event.registrations.filter(state__in=concerned, told_sequence__lt=event.sequence)
    return _in_batches(rows, lambda row: _changed(row, event))


def remind_due(now: datetime | None = None) -> int:
    """Remind those who come within two days; returns how many."""
    now = now or timezone.now()
    rows = Registration.objects.filter(
        state=State.CONFIRMED,
        reminded_at=None,
        erased_at=None,
        event__state=Event.State.PUBLISHED,
        event__starts_at__gt=now,
        event__starts_at__lte=now + REMIND_BEFORE,
        confirmed_at__lt=now - FRESH,
    )

    def remind(row: Registration) -> None:
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        mails.queue(row, "reminder")

    return _in_batches(rows, remind)


def ask_opinions_due(now: datetime | None = None) -> int:
    """Ask those who came how it was, once, within a week; returns how many."""
    now = now or timezone.now()
    rows = Registration.objects.filter(
        state=State.CONFIRMED,
        asked_opinion_at=None,
        erased_at=None,
        gave_opinion=False,
        event__ends_at__lte=now,
        event__ends_at__gt=now - ASK_WITHIN,
        attendances__isnull=False,
    ).distinct()

    def ask(row: Registration) -> None:
        row.asked_opinion_at = now
        row.save(update_fields=["asked_opinion_at"])
        mails.queue(row, "opinion")

    return _in_batches(rows, ask)


def _changed(row: Registration, event: Event) -> None:
    row.told_sequence = event.sequence
    row.sequence += 1
    row.save(update_fields=["told_sequence", "sequence"])
    if row.state != State.CONFIRMED:
        mails.queue(row, "changed_list", {"offered": row.state == State.OFFERED})
        return
    telling_cases.tell_again(row, SYSTEM)
    mails.queue(row, "changed")


def _call_off(row: Registration, event: Event) -> None:
    known, had_place = row.confirmed_at is not None, row.state == State.CONFIRMED
    row.state, row.until, row.ended_at = State.CALLED_OFF, None, timezone.now()
    row.told_sequence = event.sequence
    row.sequence += 1
    row.save(update_fields=["state", "until", "ended_at", "told_sequence", "sequence"])
    entry = Entry("events.registration.call_off", "events.registration", str(row.pk), str(row))
    record_many(by=SYSTEM, entries=[entry])
    telling_cases.untell(row, SYSTEM)
    if known:
        mails.queue(row, "called_off" if had_place else "called_off_list")


def _in_batches(rows: QuerySet[Registration], act: Callable[[Registration], None]) -> int:
    keys, told = list(rows.order_by("created_at").values_list("pk", flat=True)), 0
    for begin in range(0, len(keys), BATCH):
        batch = keys[begin : begin + BATCH]
        with transaction.atomic():
            # Seats are moved under these locks; whoever is confirming at this moment goes first.
            pks = Registration.objects.filter(pk__in=batch).values("ticket")
            list(TicketKind.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
            fresh = set(rows.filter(pk__in=batch).values_list("pk", flat=True))
            found = Registration.objects.filter(pk__in=fresh).select_related("event", "ticket")
            for row in found.order_by("created_at"):
                act(row)
                told += 1
    return told
