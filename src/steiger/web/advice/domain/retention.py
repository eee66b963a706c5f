"""What is erased when: names and words go, figures stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Actor, Entry, record_many
from steiger.web.advice.domain.booking import ROOM, answer_source, release_expired, source_of
from steiger.web.advice.models import Adviser, Booking, BusyTime, CalendarSource, FollowUp
from steiger.web.cases.domain.erasing import let_go
from steiger.web.cases.domain.record import forget_told

#: Never confirmed; cancelled, missed or left unmarked; held. Counted from the time of the talk
#: (of the wish, where it was never confirmed).
KEEP_UNCONFIRMED = timedelta(days=2)
KEEP_UNHELD = timedelta(days=90)
KEEP_HELD = timedelta(days=730)
#: What is emptied. The municipality is shortened to its district, which the figures need.
EMPTIED = (
    *("firm_name", "contact", "email", "phone", "words"),
    *("situation", "data", "idea", "risk", "next_steps"),
)


@transaction.atomic
def prune(*, now: datetime | None = None) -> int:
    """Erase what is past its time; returns how many bookings were erased or emptied."""
    now = now or timezone.now()
    release_expired(now=now)
    erased = _erase_unconfirmed(now) + _empty(now)
    BusyTime.objects.filter(ends_at__lt=now - timedelta(days=1)).delete()
    for adviser in Adviser.objects.filter(user=None).exclude(name=""):
        forget_adviser(adviser)
    return erased


def forget_adviser(adviser: Adviser) -> None:
    """Empty what names a person whose account is closed; the row stays for the figures."""
    with transaction.atomic():
        CalendarSource.objects.filter(adviser=adviser).delete()
        adviser.name = adviser.about_de = adviser.about_en = adviser.video_url = ""
        adviser.active, adviser.user = False, None
        adviser.save(update_fields=["name", "about_de", "about_en", "video_url", "active", "user"])
        entry = Entry("advice.adviser.forget", "advice.adviser", str(adviser.pk))
        record_many(by=SYSTEM, entries=[entry])


def _erase_unconfirmed(now: datetime) -> int:
    old = Booking.objects.filter(state=Booking.State.EXPIRED, created_at__lt=now - KEEP_UNCONFIRMED)
    found = list(old)
    _log("advice.booking.erase", found)
    old.delete()
    return len(found)


def _empty(now: datetime) -> int:
    states = Booking.State
    over = Q(state=states.HELD, ends_at__lt=now - KEEP_HELD) | (
        ~Q(state__in=(states.HELD, states.ASKED, states.EXPIRED)) & Q(ends_at__lt=now - KEEP_UNHELD)
    )
    found = list(Booking.objects.filter(over, erased_at=None))
    addresses = {booking.email for booking in found}
    empty(found, by=SYSTEM, now=now)
    sources = [source_of(booking) for booking in found]
    let_go(addresses=addresses, room=ROOM, sources=sources, at=now)
    return len(found)


def empty(bookings: list[Booking], *, by: Actor, now: datetime) -> None:
    """Empty names, addresses and words within the caller's transaction; figures stay.

    The copies that the firm's case was told end with them.
    """
    for booking in bookings:
        for name in EMPTIED:
            setattr(booking, name, "")
        booking.municipality, booking.erased_at = booking.municipality[:5], now
    Booking.objects.bulk_update(bookings, [*EMPTIED, "municipality", "erased_at"], batch_size=200)
    questions = FollowUp.objects.filter(booking__in=[b.pk for b in bookings])
    questions.update(words="")
    sources = [source_of(booking) for booking in bookings]
    sources += [answer_source(question) for question in questions]
    forget_told(room=ROOM, sources=sources)
    _log("advice.booking.empty", bookings, by)


def _log(act: str, bookings: list[Booking], by: Actor = SYSTEM) -> None:
    entries = [Entry(act, "advice.booking", str(b.pk), str(b)) for b in bookings]
    record_many(by=by, entries=entries)
