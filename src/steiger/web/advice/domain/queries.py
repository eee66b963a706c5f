"""Reads that several pages and rooms use; figures for reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Count, QuerySet

from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain.diaries import ZONE
from steiger.web.advice.models import Adviser, Booking, FollowUp


def window(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of a local day to the first moment after another."""
    return (
        datetime.combine(first, time.min, ZONE),
        datetime.combine(last + timedelta(days=1), time.min, ZONE),
    )


# --- for pages ------------------------------------------------------------------------------------
def adviser_of(user: User) -> Adviser | None:
    """The adviser that a person is, with everything that pages show."""
    found = Adviser.objects.select_related("user", "calendar").prefetch_related(
        "hours", "absences", "topics", "places"
    )
    return found.filter(user=user).first()


def bookings_of(person: User) -> QuerySet[Booking]:
    """Bookings that a person may see: an adviser her own, administrators all."""
    found = Booking.objects.select_related("adviser", "place")
    if person.has_role(RoleName.ADMINISTRATOR):
        return found
    if not person.has_role(RoleName.ADVISER):
        return found.none()
    return found.filter(adviser__user=person)


def on_days(bookings: QuerySet[Booking], first: date, last: date) -> QuerySet[Booking]:
    """Those that take place from one local day to another, in order."""
    begin, end = window(first, last)
    live = bookings.filter(starts_at__gte=begin, starts_at__lt=end, erased_at=None).exclude(
        state__in=(Booking.State.EXPIRED, Booking.State.CANCELLED)
    )
    return live.prefetch_related("topics").order_by("starts_at", "pk")


def over_unmarked(bookings: QuerySet[Booking], *, now: datetime) -> QuerySet[Booking]:
    """Those that are over and of which nobody has said whether they were held."""
    return bookings.filter(state=Booking.State.CONFIRMED, ends_at__lt=now, erased_at=None).order_by(
        "starts_at", "pk"
    )


#: A firm that was asked what came of a talk has so long before somebody rings it up,
LATE_AFTER = timedelta(days=14)
#: and so long afterwards nobody does any more.
LATE_UNTIL = timedelta(days=90)


def late_follow_ups(person: User, *, now: datetime) -> QuerySet[FollowUp]:
    """Questions "What came of it?" that firms of this person did not answer, the oldest first."""
    return (
        FollowUp.objects.filter(
            booking__in=bookings_of(person).filter(erased_at=None),
            answered_at=None,
            asked_at__lt=now - LATE_AFTER,
            asked_at__gt=now - LATE_UNTIL,
        )
        .select_related("booking__adviser")
        .order_by("asked_at", "pk")
    )


def day_bookings(adviser: Adviser, first: date, last: date) -> QuerySet[Booking]:
    """What stands in an adviser's calendar from one local day to another, in order."""
    begin, end = window(first, last)
    return (
        Booking.objects.filter(adviser=adviser, starts_at__gte=begin, starts_at__lt=end)
        .exclude(state__in=(Booking.State.EXPIRED, Booking.State.CANCELLED))
        .select_related("place", "adviser")
        .prefetch_related("topics")
        .order_by("starts_at")
    )


def next_booking_after(adviser: Adviser, last: date) -> Booking | None:
    """What comes first in an adviser's calendar after a local day; none if nothing is booked."""
    _begin, end = window(last, last)
    return (
        Booking.objects.filter(adviser=adviser, state=Booking.State.CONFIRMED, starts_at__gte=end)
        .order_by("starts_at")
        .first()
    )


def unmarked(adviser: Adviser, *, now: datetime) -> QuerySet[Booking]:
    """Talks that are over and of which nobody has said whether they were held."""
    return (
        Booking.objects.filter(adviser=adviser, state=Booking.State.CONFIRMED, ends_at__lt=now)
        .select_related("place", "adviser")
        .prefetch_related("topics")
        .order_by("starts_at")
    )


def find_booking(booking_id: UUID) -> Booking | None:
    """A booking with everything that pages show; None when it is gone or emptied."""
    return (
        Booking.objects.select_related("adviser__user", "place", "firm")
        .prefetch_related("topics", "follow_ups")
        .filter(pk=booking_id, erased_at=None)
        .first()
    )


def feed_bookings(adviser: Adviser, *, now: datetime) -> QuerySet[Booking]:
    """What a calendar program that subscribed shall show."""
    return (
        Booking.objects.filter(
            adviser=adviser, starts_at__gt=now - timedelta(days=31), erased_at=None
        )
        .exclude(state__in=(Booking.State.EXPIRED, Booking.State.ASKED))
        .select_related("adviser__user", "place")
        .order_by("starts_at")
    )


# --- for reports ----------------------------------------------------------------------------------
#: By what consultations are counted → the value of a booking; topics may be several.
DIMENSIONS: Mapping[str, Callable[[Booking], str]] = {
    "size": lambda booking: booking.size,
    "sector": lambda booking: booking.sector,
    "district": lambda booking: booking.municipality[:5],
    "format": lambda booking: booking.format,
}


def consultations_held(first: date, last: date) -> QuerySet[Booking]:
    """Consultations that were held from one local day to another, in order: the rows of figures."""
    begin, end = window(first, last)
    return Booking.objects.filter(
        state=Booking.State.HELD, starts_at__gte=begin, starts_at__lt=end
    ).order_by("starts_at", "pk")


def count_held_by(first: date, last: date, dimension: str) -> dict[str, int]:
    """Consultations held by size, sector, district, format or topic, most first.

    The empty key is what nobody said. A consultation on several topics counts under each.

    Raises:
        ValueError: there is no such dimension.
    """
    held = consultations_held(first, last)
    if dimension == "topic":
        rows = held.order_by().values_list("topics__key").annotate(n=Count("pk", distinct=True))
        counted = Counter({key or "": n for key, n in rows})
    elif dimension in DIMENSIONS:
        counted = Counter(DIMENSIONS[dimension](booking) for booking in held)
    else:
        raise ValueError(f"Consultations are not counted by {dimension}.")
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long firms waited from the confirmed wish to the talk, in days; None without talks."""

    talks: int
    median_days: float | None
    longest_days: float | None


def waiting_time(first: date, last: date) -> Waiting:
    """Waiting time of the consultations held in a period."""
    pairs = consultations_held(first, last).values_list("confirmed_at", "starts_at")
    days = [(start - asked).total_seconds() / 86_400 for asked, start in pairs if asked]
    if not days:
        return Waiting(0, None, None)
    return Waiting(len(days), round(median(days), 1), round(max(days), 1))


def count_states(first: date, last: date) -> dict[str, int]:
    """Bookings whose time lies in a period, by what became of them."""
    begin, end = window(first, last)
    rows = (
        Booking.objects.filter(starts_at__gte=begin, starts_at__lt=end)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def firms_advised(first: date, last: date) -> int:
    """Distinct firms among the consultations held; erased ones that no case knows count each."""
    held = consultations_held(first, last)
    known = held.exclude(firm=None).values("firm").distinct().count()
    return known + held.filter(firm=None).count()


def count_outcomes(first: date, last: date, days: int) -> dict[str, int]:
    """Answers, given in a period, to the question so many days after a talk."""
    begin, end = window(first, last)
    rows = (
        FollowUp.objects.filter(days=days, answered_at__gte=begin, answered_at__lt=end)
        .order_by()
        .values_list("answer")
        .annotate(n=Count("pk"))
    )
    return dict(rows)
