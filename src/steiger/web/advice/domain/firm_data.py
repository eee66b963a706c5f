"""What this room keeps about one firm: shown to it, and forgotten when it wants that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from steiger.web.accounts.domain.audit import VISITOR, Entry, record_many
from steiger.web.advice.domain import mails, texts
from steiger.web.advice.domain.booking import ROOM
from steiger.web.advice.domain.retention import EMPTIED, empty
from steiger.web.advice.domain.tokens import OWN, token_for
from steiger.web.advice.models import Booking, Format
from steiger.web.cases.domain.rooms import Appointment, RoomData, family_of

State = Booking.State
#: Told to the firm as they stand.
PLAIN = ("state", "format", "language", "size", "sector", "municipality", *EMPTIED)
TIMES = ("starts_at", "ends_at", "created_at", "confirmed_at")


def bookings_of(firm: UUID, addresses: Sequence[str]) -> QuerySet[Booking]:
    """The firm's bookings; those that were never confirmed belong to whose address they bear."""
    wanted = [address.lower() for address in addresses]
    mine = Q(firm__in=family_of(firm)) | Q(firm=None, email__in=wanted)
    return Booking.objects.filter(mine, erased_at=None).order_by("starts_at", "pk")


def kept(firm: UUID, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Every booking with its words, notes and answers, as JSON values."""
    found = bookings_of(firm, addresses).select_related("adviser").prefetch_related("follow_ups")
    return [_told(booking) for booking in found.prefetch_related("topics")]


def _told(booking: Booking) -> dict[str, Any]:
    told: dict[str, Any] = {"booking": str(booking.pk), "adviser": booking.adviser.name}
    told |= {name: getattr(booking, name) for name in PLAIN}
    times = {name: getattr(booking, name) for name in TIMES}
    told |= {name: at.isoformat() if at else None for name, at in times.items()}
    told["topics"] = [topic.key for topic in booking.topics.all()]
    told["answers"] = [
        {
            "days_after": one.days,
            "asked_at": one.asked_at.isoformat(),
            "answered_at": one.answered_at.isoformat() if one.answered_at else None,
            "answer": one.answer,
            "words": one.words,
        }
        for one in booking.follow_ups.all()
    ]
    return told


def ahead(firm: UUID, addresses: Sequence[str]) -> list[Appointment]:
    """Confirmed consultations that are not over. The video room is on the booking's own page."""
    found = bookings_of(firm, addresses).filter(state=State.CONFIRMED, ends_at__gt=timezone.now())
    return [
        Appointment(
            at=booking.starts_at,
            title=_("Consultation"),
            who=booking.adviser.name,
            where=texts.meeting_text(booking)
            if booking.format == Format.SITE
            else booking.get_format_display(),
            email=booking.email,
            own_url=reverse("advice:own", kwargs={"token": token_for(booking.pk, OWN)}),
        )
        for booking in found.select_related("adviser", "place")
    ]


@transaction.atomic
def erase(firm: UUID, addresses: Sequence[str]) -> int:
    """Forget names, addresses and words; times that lie ahead are free again.

    What was told to the firm's case stays there as a figure without words, so nothing is taken
    back; the adviser learns that a time is free, not whose it was.
    """
    return _forget(bookings_of(firm, addresses))


@transaction.atomic
def erase_person(address: str) -> int:
    """Forget every booking of one address, whatever firm it belongs to."""
    return _forget(Booking.objects.filter(email__iexact=address, erased_at=None))


def _forget(rows: QuerySet[Booking]) -> int:
    now = timezone.now()
    found = list(rows.select_for_update(of=("self",)).select_related("adviser__user"))
    gone = [b for b in found if b.state in {State.ASKED, State.EXPIRED}]
    stays = [b for b in found if b.state not in {State.ASKED, State.EXPIRED}]
    entries = [Entry("advice.booking.erase", "advice.booking", str(b.pk), str(b)) for b in gone]
    record_many(by=VISITOR, entries=entries)
    Booking.objects.filter(pk__in=[b.pk for b in gone]).delete()
    empty(stays, by=VISITOR, now=now)
    mails.forget_waiting(found)
    for booking in stays:
        if booking.state == State.CONFIRMED and booking.starts_at > now:
            _free(booking)
    return len(found)


def _free(booking: Booking) -> None:
    booking.state, booking.cancelled_by = State.CANCELLED, "firm"
    booking.sequence, booking.changed_at = booking.sequence + 1, timezone.now()
    booking.claims.all().delete()
    booking.save(update_fields=["state", "cancelled_by", "sequence", "changed_at"])
    with override("de"):  # the language of mails to advisers
        booking.firm_name = _("firm")
    mails.to_adviser(booking, "cancelled")


DATA = RoomData(room=ROOM, kept=kept, erase=erase, ahead=ahead)
