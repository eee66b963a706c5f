"""What advisers say about themselves and their time: one function per act."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction

from steiger.adapters.icalendar.addresses import normal_address
from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.accounts.models import User
from steiger.web.advice.models import (
    Absence,
    Adviser,
    BusyTime,
    CalendarSource,
    MeetingPlace,
    WorkingHours,
)
from steiger.web.advice.models.advisers import new_feed_key
from steiger.web.directory.models import Term

MOST_HOURS, MOST_ABSENCES, MOST_PLACES = 21, 100, 10
FIELDS = (
    *("name", "about_de", "about_en", "languages", "formats", "video_url"),
    *("minutes", "pause", "notice_hours", "horizon_days", "active"),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours on a day of the week (0 is Monday), as the clock on the wall shows them."""

    weekday: int
    begins: time
    ends: time


@transaction.atomic
def save_profile(
    *, user: User, values: Mapping[str, Any], topics: Collection[Term], by: Actor
) -> Adviser:
    """Create or change an adviser's profile."""
    adviser = Adviser.objects.select_for_update().filter(user=user).first()
    act = "advice.adviser.change" if adviser else "advice.adviser.create"
    adviser = adviser or Adviser(user=user)
    changed = sorted(n for n in FIELDS if n in values and values[n] != getattr(adviser, n))
    for name in changed:
        setattr(adviser, name, values[name])
    adviser.save()
    adviser.topics.set(topics)
    record(by=by, act=act, on=adviser, changes={"fields": changed})
    return adviser


@transaction.atomic
def save_hours(*, adviser: Adviser, hours: Sequence[Hours], by: Actor) -> None:
    """Replace the working hours; bookings that exist stay where they are."""
    adviser.hours.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(adviser=adviser, weekday=h.weekday, begins=h.begins, ends=h.ends)
        for h in hours[:MOST_HOURS]
    )
    record(by=by, act="advice.adviser.hours", on=adviser)


@transaction.atomic
def add_absence(*, adviser: Adviser, first: date, last: date, by: Actor) -> Absence | None:
    """Note days off; bookings on them stay until the adviser moves or cancels them."""
    if adviser.absences.count() >= MOST_ABSENCES:
        return None
    absence = Absence.objects.create(adviser=adviser, first=first, last=last)
    record(by=by, act="advice.adviser.absence", on=adviser)
    return absence


@transaction.atomic
def remove_absence(*, adviser: Adviser, absence_id: int, by: Actor) -> bool:
    """Take days off back; whether there were such."""
    deleted, _ = Absence.objects.filter(adviser=adviser, pk=absence_id).delete()
    if deleted:
        record(by=by, act="advice.adviser.absence", on=adviser)
    return bool(deleted)


@transaction.atomic
def add_place(*, adviser: Adviser, municipality: str, address: str, by: Actor) -> bool:
    """Add a place to meet; whether there was room for one more."""
    if adviser.places.filter(active=True).count() >= MOST_PLACES:
        return False
    MeetingPlace.objects.create(adviser=adviser, municipality=municipality, address=address)
    record(by=by, act="advice.adviser.place", on=adviser)
    return True


@transaction.atomic
def remove_place(*, adviser: Adviser, place_id: int, by: Actor) -> bool:
    """Offer a place no more; bookings there keep their address."""
    changed = adviser.places.filter(pk=place_id, active=True).update(active=False)
    if changed:
        record(by=by, act="advice.adviser.place", on=adviser)
    return bool(changed)


@transaction.atomic
def set_calendar(*, adviser: Adviser, url: str, by: Actor) -> CalendarSource | None:
    """Read another calendar from now on, or (without an address) none; busy times go with it.

    Raises:
        steiger.adapters.icalendar.reader.CalendarError: the address is not allowed.
    """
    url = normal_address(url) if url.strip() else ""
    known = CalendarSource.objects.filter(adviser=adviser).first()
    if known is not None and known.url == url:
        return known
    if known is not None:
        BusyTime.objects.filter(calendar=known).delete()
        known.delete()
    # The address is a secret of its owner and stays out of the log.
    record(by=by, act="advice.adviser.calendar", on=adviser)
    return CalendarSource.objects.create(adviser=adviser, url=url) if url else None


@transaction.atomic
def renew_feed_key(*, adviser: Adviser, by: Actor) -> str:
    """Give the own calendar a new secret address; the old one ends at once."""
    adviser.feed_key = new_feed_key()
    adviser.save(update_fields=["feed_key"])
    record(by=by, act="advice.adviser.feed_key", on=adviser)
    return adviser.feed_key
