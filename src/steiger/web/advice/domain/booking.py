"""Asking for a time, confirming, moving, cancelling: one function per act.

What keeps two firms from one time is the unique pair of adviser and quarter of an hour in `Claim`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, VISITOR, Actor, Entry, record, record_many
from steiger.web.advice.domain import mails
from steiger.web.advice.domain.diaries import free_times, quarters
from steiger.web.advice.domain.need import Need
from steiger.web.advice.domain.offering import Fit, pool
from steiger.web.advice.models import Adviser, Booking, Claim, FollowUp
from steiger.web.cases.domain import record as cases
from steiger.web.cases.models import CaseEntry, Firm
from steiger.web.directory.models import Term

ROOM = "advice"
#: So long a time is kept for a firm that has not confirmed its address.
HOLD = timedelta(minutes=30)
#: Unconfirmed wishes of one address, its bookings ahead, and wishes of everybody within an hour.
MOST_OPEN, MOST_AHEAD, MOST_PER_HOUR = 3, 4, 300


class TakenError(Exception):
    """The time is not free (any more)."""


class TooManyError(Exception):
    """So many wishes are open that no more are taken for now."""


class OverError(Exception):
    """The half hour is over, or the booking has ended; the time is free for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a firm says about itself. Keys are those of the region's vocabularies."""

    email: str
    firm_name: str
    contact: str = ""
    phone: str = ""
    size: str = ""
    sector: str = ""


def ask(
    *, need: Need, start: datetime, area: str, given: Given, language: str, now: datetime
) -> Booking:
    """Keep a time for half an hour and send the mail by which it is confirmed.

    Asking twice for the same time from one address is asking once.

    Raises:
        TakenError: nobody who fits is free then.
        TooManyError: too many wishes are open.
    """
    address = given.email.strip().lower()
    same = _same(address, start, now)
    if same is not None:
        return same
    # When many want one time, all but the first few learn it here, without waiting for a lock.
    candidates = [fit.adviser.pk for fit in pool(need, start=start, area=area, now=now)]
    if not candidates:
        raise TakenError
    with transaction.atomic():
        release_expired(now=now)
        # Whose turn it is can only be told while nobody else chooses among the same people.
        list(Adviser.objects.select_for_update().filter(pk__in=candidates).order_by("pk"))
        same = _same(address, start, now)
        if same is not None:
            return same
        _refuse_too_many(address, now)
        for fit in pool(need, start=start, area=area, now=now):
            booking = _draft(need, fit, start, given, now=now)
            booking.page_language = language
            if _claimed(booking):
                topics = Term.objects.filter(vocabulary__in=("method", "technology"))
                booking.topics.set(topics.filter(key__in=need.keys))
                record(by=VISITOR, act="advice.booking.ask", on=booking)
                mails.to_firm(booking, "confirm")
                return booking
    raise TakenError


def _same(address: str, start: datetime, now: datetime) -> Booking | None:
    asked = Booking.objects.filter(email=address, starts_at=start, held_until__gt=now)
    return asked.filter(state=Booking.State.ASKED).first()


def _draft(need: Need, fit: Fit, start: datetime, given: Given, *, now: datetime) -> Booking:
    return Booking(
        adviser=fit.adviser,
        starts_at=start,
        ends_at=start + timedelta(minutes=fit.adviser.minutes),
        format=need.format,
        place=fit.place,
        language=need.language,
        words=need.words,
        municipality=need.ags,
        firm_name=given.firm_name,
        contact=given.contact,
        email=given.email.strip().lower(),
        phone=given.phone,
        size=given.size,
        sector=given.sector,
        created_at=now,
        changed_at=now,
        held_until=now + HOLD,
    )


def _claimed(booking: Booking) -> bool:
    """Save the booking with its time; whether nobody was quicker."""
    try:
        with transaction.atomic():
            booking.save()
            _claim(booking)
    except IntegrityError:
        return False
    return True


def _claim(booking: Booking) -> None:
    Claim.objects.bulk_create(
        Claim(adviser_id=booking.adviser_id, quarter=quarter, booking=booking)
        for quarter in quarters(booking.starts_at, booking.ends_at)
    )


def _refuse_too_many(address: str, now: datetime) -> None:
    lately = Booking.objects.filter(created_at__gt=now - timedelta(hours=1))
    if lately.filter(state=Booking.State.ASKED).count() >= MOST_PER_HOUR:
        raise TooManyError
    own = Booking.objects.filter(email=address, starts_at__gt=now)
    if own.filter(state=Booking.State.ASKED).count() >= MOST_OPEN:
        raise TooManyError
    if own.filter(state=Booking.State.CONFIRMED).count() >= MOST_AHEAD:
        raise TooManyError


def confirm(*, booking_id: UUID, now: datetime | None = None) -> Booking:
    """Make the booking firm: the case hears of it, both sides get it for their calendars.

    Raises:
        OverError: the half hour is over, or the booking was cancelled.
    """
    now = now or timezone.now()
    waiting = Booking.objects.select_related("adviser", "place").filter(
        pk=booking_id, state=Booking.State.ASKED, held_until__gt=now
    )
    # Typesetting takes its time, in which nobody shall wait for a lock.
    attached = [one for booking in waiting for one in mails.sheet_of(booking)]
    with transaction.atomic():
        booking = _locked(booking_id)
        if booking is None:
            raise OverError
        if booking.state == Booking.State.CONFIRMED:
            return booking
        if booking.state != Booking.State.ASKED or booking.held_until <= now:
            raise OverError
        booking.state, booking.confirmed_at, booking.changed_at = Booking.State.CONFIRMED, now, now
        booking.firm = _firm_of(booking)
        booking.save(update_fields=["state", "confirmed_at", "changed_at", "firm"])
        record(by=VISITOR, act="advice.booking.confirm", on=booking)
        cases.record(
            firm=booking.firm,
            kind=CaseEntry.Kind.ENQUIRY,
            happened_at=now,
            title=title_of(booking),
            room=ROOM,
            source=source_of(booking),
            details={"format": booking.format, "topics": [t.key for t in booking.topics.all()]},
            by=VISITOR,
            adviser=booking.adviser.user,
        )
        mails.to_firm(booking, "booked", attached=attached)
        mails.to_adviser(booking, "booked")
    return booking


def _firm_of(booking: Booking) -> Firm:
    given = cases.FirmGiven(
        name=booking.firm_name,
        size=booking.size,
        sector=booking.sector,
        municipality=booking.municipality,
        contact=booking.contact,
    )
    return cases.firm_for(email=booking.email, given=given, by=VISITOR)


def other_times(booking: Booking, *, now: datetime) -> list[datetime]:
    """To when a booking can be moved: free times of the same adviser."""
    adviser = Adviser.objects.prefetch_related("hours", "absences").get(pk=booking.adviser_id)
    if not adviser.active:
        return []
    length = booking.ends_at - booking.starts_at
    free = free_times([adviser], now=now, without=booking.pk)[adviser.pk]
    return [
        slot.start
        for slot in free
        if slot.end - slot.start >= length and slot.start != booking.starts_at
    ]


@transaction.atomic
def move(*, booking_id: UUID, start: datetime, by: Actor, now: datetime | None = None) -> Booking:
    """Move a booking to another time of the same adviser.

    Raises:
        OverError: it has ended, or begun.
        TakenError: the new time is not free.
    """
    now = now or timezone.now()
    booking = _locked(booking_id)
    if booking is None or booking.state != Booking.State.CONFIRMED or booking.starts_at <= now:
        raise OverError
    if start == booking.starts_at:
        return booking
    release_expired(now=now)
    if start not in other_times(booking, now=now):
        raise TakenError
    before, length = booking.starts_at, booking.ends_at - booking.starts_at
    booking.starts_at, booking.ends_at = start, start + length
    booking.sequence, booking.changed_at = booking.sequence + 1, now
    try:
        with transaction.atomic():
            booking.claims.all().delete()
            _claim(booking)
    except IntegrityError as error:
        raise TakenError from error
    booking.save(update_fields=["starts_at", "ends_at", "sequence", "changed_at"])
    changes = {"starts_at": [before.isoformat(), start.isoformat()]}
    record(by=by, act="advice.booking.move", on=booking, changes=changes)
    mails.to_firm(booking, "moved", {"before": before})
    mails.to_adviser(booking, "moved", {"before": before})
    return booking


@transaction.atomic
def cancel(*, booking_id: UUID, by: Actor, side: str, now: datetime | None = None) -> Booking:
    """End a booking and give its time back; doing it twice does no harm.

    Args:
        side: "firm" or "adviser".

    Raises:
        OverError: the talk has begun, or there is no such booking.
    """
    now = now or timezone.now()
    booking = _locked(booking_id)
    if booking is None:
        raise OverError
    if booking.state == Booking.State.CANCELLED:
        return booking
    if not booking.is_live or booking.starts_at <= now:
        raise OverError
    confirmed = booking.state == Booking.State.CONFIRMED
    booking.state, booking.cancelled_by = Booking.State.CANCELLED, side
    booking.sequence, booking.changed_at = booking.sequence + 1, now
    booking.claims.all().delete()
    booking.save(update_fields=["state", "cancelled_by", "sequence", "changed_at"])
    record(by=by, act="advice.booking.cancel", on=booking)
    if confirmed:
        cases.unrecord(room=ROOM, source=source_of(booking), by=by)
        mails.to_firm(booking, "cancelled")
        mails.to_adviser(booking, "cancelled")
    return booking


@transaction.atomic
def release_expired(*, now: datetime | None = None) -> int:
    """Give back the times of wishes that nobody confirmed in time; returns how many."""
    now = now or timezone.now()
    over = list(
        Booking.objects.select_for_update(skip_locked=_can_skip())
        .filter(state=Booking.State.ASKED, held_until__lte=now)
        .order_by("pk")
    )
    if not over:
        return 0
    numbers = [booking.pk for booking in over]
    Claim.objects.filter(booking__in=numbers).delete()
    Booking.objects.filter(pk__in=numbers).update(state=Booking.State.EXPIRED)
    record_many(
        by=SYSTEM,
        entries=[Entry("advice.booking.expire", "advice.booking", str(b.pk), str(b)) for b in over],
    )
    return len(over)


def _can_skip() -> bool:
    return transaction.get_connection().features.has_select_for_update_skip_locked


def _locked(booking_id: UUID) -> Booking | None:
    return (
        Booking.objects.select_for_update(of=("self",))
        .select_related("adviser__user", "place", "firm")
        .filter(pk=booking_id)
        .first()
    )


def source_of(booking: Booking) -> str:
    """How the firm's case names this booking."""
    return f"booking/{booking.pk}"


def answer_source(question: FollowUp) -> str:
    """How the firm's case names the answer what came of a booking."""
    return f"follow-up/{question.booking_id}/{question.days}"


def title_of(booking: Booking) -> str:
    """What the firm's case says about it: topics, never words of the firm."""
    topics = ", ".join(term.label_de for term in booking.topics.all())
    return f"Sprechstunde: {topics}" if topics else "Sprechstunde"
