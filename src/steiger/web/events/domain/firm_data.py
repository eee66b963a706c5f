"""What this room keeps about one firm: shown to it, and forgotten when it wants that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from steiger.web.accounts.domain.audit import VISITOR, record
from steiger.web.cases.domain.rooms import Appointment, RoomData, numbers_of, of_others
from steiger.web.events.domain import erasing, seats, words
from steiger.web.events.domain.telling_cases import ROOM, SOURCE, names_firm
from steiger.web.events.domain.tokens import token_for
from steiger.web.events.models import Registration

State = Registration.State
#: Told to the firm as they stand.
PLAIN = (
    *("state", "seats", "name", "email", "language"),
    *("firm_name", "firm_size", "firm_sector", "firm_municipality"),
)


def registrations_of(firm: UUID, addresses: Sequence[str]) -> list[Registration]:
    """Registrations that were told to the firm's case, and others of its people's addresses."""
    wanted = [address.lower() for address in addresses]
    by_address = Registration.objects.filter(email__in=wanted, erased_at=None)
    keys = {str(pk) for pk in by_address.values_list("pk", flat=True)}
    keys -= of_others(ROOM, firm, SOURCE, sorted(keys))
    keys |= numbers_of(ROOM, firm, SOURCE)
    found = Registration.objects.filter(pk__in=keys, erased_at=None).select_related("event")
    return list(found.prefetch_related("answers__question", "attendances").order_by("created_at"))


def kept(firm: UUID, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Every registration with its answers and when its seats came, as JSON values."""
    return [_told(row) for row in registrations_of(firm, addresses)]


def _told(row: Registration) -> dict[str, Any]:
    told: dict[str, Any] = {"registration": str(row.pk), "event": row.event.title_de}
    told["starts_at"] = row.event.starts_at.isoformat()
    told |= {name: getattr(row, name) for name in PLAIN}
    times = {"created_at": row.created_at, "confirmed_at": row.confirmed_at}
    told |= {name: at.isoformat() if at else None for name, at in times.items()}
    told["answers"] = [
        {"question": one.question.label_de, "answer": one.value} for one in row.answers.all()
    ]
    told["came_at"] = [one.came_at.isoformat() for one in row.attendances.all()]
    return told


def ahead(firm: UUID, addresses: Sequence[str]) -> list[Appointment]:
    """Events for which the firm has a place, or waits for one.

    What its people do without naming it is theirs alone: colleagues and advisers see this list.
    """
    now = timezone.now()
    waits = (State.WAITING, State.OFFERED)
    return [
        Appointment(
            at=row.event.starts_at,
            title=row.event.title,
            where=words.place_text(row.event),
            state=row.get_state_display() if row.state in waits else "",
            email=row.email,
            own_url=reverse("events:own", kwargs={"token": token_for(row.pk)}),
        )
        for row in registrations_of(firm, addresses)
        if names_firm(row) and row.state in (State.CONFIRMED, *waits) and row.event.ends_at > now
    ]


@transaction.atomic
def erase(firm: UUID, addresses: Sequence[str]) -> int:
    """Forget names, addresses and answers; seats of events that lie ahead are given back.

    What was told to the firm's case stays there as a figure without words.
    """
    return _forget(registrations_of(firm, addresses))


@transaction.atomic
def erase_person(address: str) -> int:
    """Forget every registration of one address, whatever firm it was told to."""
    rows = Registration.objects.filter(email__iexact=address, erased_at=None)
    return _forget(list(rows.select_related("event").order_by("created_at")))


def _forget(found: list[Registration]) -> int:
    now = timezone.now()
    # Locks of ticket kinds are always taken in this order.
    tickets = {pk: seats.lock(pk) for pk in sorted({row.ticket_id for row in found})}
    rows = Registration.objects.filter(pk__in=[row.pk for row in found], erased_at=None)
    rest = []
    for row in rows.select_related("event"):
        if row.state in {State.ASKED, State.ASKED_LATE}:
            record(by=VISITOR, act="events.registration.leave", on=row)
            row.delete()
            continue
        rest.append(row.pk)
        if row.state in Registration.ALIVE and row.event.ends_at > now:
            record(by=VISITOR, act="events.registration.leave", on=row)
            row.state, row.until, row.ended_at = State.LEFT, None, now
            row.save(update_fields=["state", "until", "ended_at"])
    erasing.erase(rest, now)
    for ticket in tickets.values():
        seats.settle(ticket, now)
    return len(found)


DATA = RoomData(room=ROOM, kept=kept, erase=erase, ahead=ahead)
