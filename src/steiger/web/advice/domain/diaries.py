"""When advisers are free: working hours minus days off, other appointments and bookings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from steiger.engines.advice import Shift, Span, free_slots
from steiger.regions.advice import load_advice
from steiger.web.advice.models import QUARTER_S, Adviser, BusyTime, Claim

ZONE = ZoneInfo(settings.TIME_ZONE)


def quarters(start: datetime, end: datetime) -> range:
    """The quarters of an hour that a time touches."""
    return range(int(start.timestamp()) // QUARTER_S, -(-int(end.timestamp()) // QUARTER_S))


def free_times(
    advisers: Sequence[Adviser],
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    without: UUID | None = None,
) -> dict[int, list[Span]]:
    """Free slots of each adviser, by the adviser's number.

    Args:
        advisers: with `hours` and `absences` prefetched.
        now: nothing starts sooner than the adviser's notice after it.
        since, until: narrow the time further.
        without: a booking whose own time counts as free, because it is to be moved.
    """
    if not advisers:
        return {}
    horizon = max(adviser.horizon_days for adviser in advisers)
    last = now + timedelta(days=horizon + 1)
    taken = _taken([adviser.pk for adviser in advisers], now, last, without)
    holidays = load_advice(settings.REGION).days_off(
        now.astimezone(ZONE).date(), last.astimezone(ZONE).date()
    )
    return {
        adviser.pk: _slots_of(
            adviser, taken.get(adviser.pk, ()), holidays, now=now, since=since, until=until
        )
        for adviser in advisers
    }


def _slots_of(
    adviser: Adviser,
    taken: Iterable[Span],
    holidays: frozenset[date],
    *,
    now: datetime,
    since: datetime | None,
    until: datetime | None,
) -> list[Span]:
    first = max(now + timedelta(hours=adviser.notice_hours), since or now)
    last = now + timedelta(days=adviser.horizon_days)
    last = min(last, until or last)
    if first >= last:
        return []
    return free_slots(
        shifts=[Shift(h.weekday, h.begins, h.ends) for h in adviser.hours.all()],
        days_off=holidays | _absent(adviser, first, last),
        taken=taken,
        first=first,
        last=last,
        length=timedelta(minutes=adviser.minutes),
        pause=timedelta(minutes=adviser.pause),
        zone=ZONE,
    )


def _absent(adviser: Adviser, first: datetime, last: datetime) -> frozenset[date]:
    begin, end = first.astimezone(ZONE).date(), last.astimezone(ZONE).date()
    days: set[date] = set()
    for absence in adviser.absences.all():
        day = max(absence.first, begin)
        while day <= min(absence.last, end):
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)


def _taken(
    numbers: Sequence[int], now: datetime, last: datetime, without: UUID | None
) -> dict[int, list[Span]]:
    found: defaultdict[int, list[Span]] = defaultdict(list)
    busy = BusyTime.objects.filter(
        calendar__adviser__in=numbers, ends_at__gt=now, starts_at__lt=last
    ).values_list("calendar__adviser", "starts_at", "ends_at")
    for number, start, end in busy:
        found[number].append(Span(start, end))
    claims = Claim.objects.filter(
        adviser__in=numbers,
        quarter__gte=int(now.timestamp()) // QUARTER_S,
        quarter__lt=int(last.timestamp()) // QUARTER_S,
    )
    # A wish whose half hour is over holds nothing any more, even before it is cleared away.
    claims = claims.exclude(booking__state="asked", booking__held_until__lte=now)
    if without is not None:
        claims = claims.exclude(booking=without)
    for number, quarter in claims.values_list("adviser", "quarter"):
        start = datetime.fromtimestamp(quarter * QUARTER_S, UTC)
        found[number].append(Span(start, start + timedelta(seconds=QUARTER_S)))
    return found
