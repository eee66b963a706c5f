"""Asking for seats, confirming, changing, leaving: one function per act."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import VISITOR, Actor, record
from steiger.web.events.domain import mails, seats, telling_cases
from steiger.web.events.domain.persons import person
from steiger.web.events.models import Answer, Event, Question, Registration, TicketKind

State = Registration.State
#: How long seats are held for somebody who has not confirmed yet.
HOLD = timedelta(hours=1)
#: Unconfirmed registrations are erased after this long.
KEEP_UNCONFIRMED = timedelta(hours=24)
#: An address gets another mail about the same event after this long at the earliest.
QUIET = timedelta(minutes=10)
#: Open registrations of one address, and of everybody for one event within an hour.
MOST_OPEN, MOST_PER_HOUR = 5, 5000
#: No letter looks like another one or like a digit.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 10


class RegistrationError(Exception):
    """Why it does not work; ``reason`` is one of: closed, over, full, too_many, gone, group."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who registers, and what she says about her firm of her own accord."""

    name: str
    email: str
    language: str = "de"
    firm_name: str = ""
    firm_size: str = ""
    firm_sector: str = ""
    firm_municipality: str = ""


def is_open(event: Event, now: datetime) -> bool:
    """Whether one can register now."""
    if event.state != Event.State.PUBLISHED or (event.opens_at and now < event.opens_at):
        return False
    return now < (event.closes_at or event.starts_at) and now < event.ends_at


def register(
    *,
    ticket: TicketKind,
    who: Person,
    seats_wanted: int = 1,
    answers: Mapping[Question, str] | None = None,
) -> Registration | None:
    """Note a wish, hold its seats if there are any, and send the mail by which it is confirmed.

    What happens looks the same from outside whether or not the address is known already. None: it
    is, or too many wishes of it are open.

    Raises:
        RegistrationError: closed, a group too large, or too many open wishes of everybody.
    """
    email, now = who.email.strip().lower(), timezone.now()
    with transaction.atomic():
        locked = seats.lock(ticket.pk)
        event = locked.event
        if not is_open(event, now):
            raise RegistrationError("closed")
        if not 1 <= seats_wanted <= min(locked.most_per_group, max(locked.quota, 1)):
            raise RegistrationError("group")
        if _is_known(event, email, now) or _has_too_many(event, email, now):
            return None
        holds = seats.may_take(locked, seats_wanted)
        registration = Registration.objects.create(
            event=event,
            ticket=locked,
            state=State.ASKED if holds else State.ASKED_LATE,
            until=now + HOLD if holds else None,
            seats=seats_wanted,
            name=who.name,
            email=email,
            language=who.language,
            firm_name=who.firm_name,
            firm_size=who.firm_size,
            firm_sector=who.firm_sector,
            firm_municipality=who.firm_municipality,
            told_sequence=event.sequence,
            created_at=now,
            asked_at=now,
        )
        Answer.objects.bulk_create(
            Answer(registration=registration, question=question, value=value)
            for question, value in (answers or {}).items()
            if value
        )
        seats.settle(locked, now)
        record(by=VISITOR, act="events.registration.ask", on=registration)
        mails.queue(registration, "confirm", {"full": not holds})
    return registration


def _is_known(event: Event, email: str, now: datetime) -> bool:
    """Whether the address is on board; its link is then sent again, but not too often."""
    known = (
        Registration.objects.filter(event=event, email=email, state__in=Registration.ALIVE)
        .select_related("event", "ticket")
        .first()
    )
    if known is None:
        return False
    if now - known.asked_at >= QUIET:
        known.asked_at = now
        known.save(update_fields=["asked_at"])
        open_still = known.state in (State.ASKED, State.ASKED_LATE)
        mails.queue(known, "confirm" if open_still else "known", {"full": known.until is None})
    return True


def _has_too_many(event: Event, email: str, now: datetime) -> bool:
    unconfirmed = Registration.objects.filter(state__in=(State.ASKED, State.ASKED_LATE))
    lately = unconfirmed.filter(event=event, created_at__gte=now - timedelta(hours=1))
    if lately.count() >= MOST_PER_HOUR:
        raise RegistrationError("too_many")
    return unconfirmed.filter(email=email).count() >= MOST_OPEN


def _locked(registration_id: UUID) -> tuple[TicketKind, Registration]:
    """The registration under its ticket's lock.

    Raises:
        RegistrationError: gone.
    """
    ticket_pk = (
        Registration.objects.filter(pk=registration_id).values_list("ticket_id", flat=True).first()
    )
    if ticket_pk is None:
        raise RegistrationError("gone")
    ticket = seats.lock(ticket_pk)
    row = Registration.objects.filter(pk=registration_id).first()
    if row is None:
        raise RegistrationError("gone")
    row.ticket, row.event = ticket, ticket.event
    return ticket, row


def confirm(*, registration_id: UUID) -> Registration:
    """Confirm the address: seats that are held or free are hers, else she joins the list.

    Twice does no harm.

    Raises:
        RegistrationError: gone, or the event no longer takes place.
    """
    with transaction.atomic():
        ticket, row = _locked(registration_id)
        if row.state not in (State.ASKED, State.ASKED_LATE):
            return row
        now = timezone.now()
        if ticket.event.state != Event.State.PUBLISHED or ticket.event.ends_at <= now:
            raise RegistrationError("over")
        row.person = person(row.email, ticket.event.starts_at)
        row.confirmed_at = now
        record(by=VISITOR, act="events.registration.confirm", on=row)
        if row.state == State.ASKED or seats.may_take(ticket, row.seats):
            _place(row)
        else:
            row.state, row.until = State.WAITING, None
            row.number = seats.next_number(ticket)
            row.save()
            mails.queue(row, "waiting")
        seats.settle(ticket, now)
    return row


def accept(*, registration_id: UUID, seats_wanted: int | None = None) -> Registration:
    """Take an offered place, perhaps with fewer people. After its time, the offer is void.

    Raises:
        RegistrationError: gone, or a group larger than offered.
    """
    with transaction.atomic():
        ticket, row = _locked(registration_id)
        if row.state != State.OFFERED:
            return row
        now = timezone.now()
        if row.until is None or row.until <= now:
            lapse(row, now)
        else:
            wanted = row.seats if seats_wanted is None else seats_wanted
            if not 1 <= wanted <= row.seats:
                raise RegistrationError("group")
            row.seats = wanted
            record(by=VISITOR, act="events.registration.accept", on=row)
            _place(row)
        seats.settle(ticket, now)
    return row


def _place(row: Registration) -> None:
    """Seats are hers: code for the door, mail with the appointment, the firm's case."""
    row.state, row.until = State.CONFIRMED, None
    row.code = row.code or new_code()
    row.told_sequence = row.event.sequence
    row.save()
    mails.queue(row, "placed")
    telling_cases.tell(row, VISITOR)


def lapse(row: Registration, now: datetime) -> None:
    """An offer nobody took: she is told, and may register again."""
    row.state, row.until, row.ended_at = State.LAPSED, None, now
    row.save(update_fields=["state", "until", "ended_at"])
    record(by=VISITOR, act="events.registration.lapse", on=row)
    mails.queue(row, "lapsed")


def resize(*, registration_id: UUID, seats_wanted: int) -> Registration:
    """Come with more or fewer people. Fewer is always possible; more only past an empty list.

    Raises:
        RegistrationError: gone, over, a group too large, or no seats free.
    """
    with transaction.atomic():
        ticket, row = _locked(registration_id)
        if not 1 <= seats_wanted <= ticket.most_per_group:
            raise RegistrationError("group")
        if row.state not in Registration.ALIVE or ticket.event.ends_at <= timezone.now():
            raise RegistrationError("over")
        before, more = row.seats, seats_wanted - row.seats
        if more == 0:
            return row
        if more > 0 and (row.state != State.CONFIRMED or not seats.may_take(ticket, more)):
            raise RegistrationError("full")
        row.seats = seats_wanted
        row.save(update_fields=["seats"])
        telling_cases.tell_again(row, VISITOR)
        changes = {"seats": [before, seats_wanted]}
        record(by=VISITOR, act="events.registration.resize", on=row, changes=changes)
        seats.settle(ticket)
    return row


def leave(*, registration_id: UUID, by: Actor = VISITOR) -> bool:
    """Give seats or the place on the list back; whether there was one. Twice does no harm.

    Raises:
        RegistrationError: the event is over.
    """
    with transaction.atomic():
        try:
            ticket, row = _locked(registration_id)
        except RegistrationError:
            return False
        now = timezone.now()
        if row.state not in Registration.ALIVE:
            return False
        if ticket.event.ends_at <= now:
            raise RegistrationError("over")
        had_place = row.state == State.CONFIRMED
        record(by=by, act="events.registration.leave", on=row)
        if row.state in (State.ASKED, State.ASKED_LATE):
            row.delete()
        else:
            row.state, row.until, row.ended_at = State.LEFT, None, now
            row.sequence += 1
            row.save(update_fields=["state", "until", "ended_at", "sequence"])
            mails.queue(row, "left" if had_place else "left_list")
            telling_cases.untell(row, by)
        seats.settle(ticket, now)
    return True


def new_code() -> str:
    """A code for the door that nobody guesses (49 bits)."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
