"""Reading advisers' other calendars for their busy times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from steiger.adapters.icalendar.reader import CalendarError, busy_times
from steiger.web.advice.domain.diaries import ZONE
from steiger.web.advice.models import BusyTime, CalendarSource

log = structlog.get_logger("steiger.advice")
EVERY = timedelta(minutes=15)


def due(*, now: datetime | None = None) -> QuerySet[CalendarSource]:
    """Calendars that should be read again."""
    before = (now or timezone.now()) - EVERY
    return CalendarSource.objects.filter(Q(tried_at=None) | Q(tried_at__lt=before))


def read_calendar(
    *, calendar_id: int, now: datetime | None = None, get: Callable[[str], bytes] | None = None
) -> str:
    """Replace an adviser's busy times by those of the calendar; returns what went wrong, or "".

    Where the calendar cannot be read, what was read last stays in force and the adviser's page
    says so.
    """
    from steiger.adapters.icalendar.client import fetch  # web processes need no HTTP client

    now = now or timezone.now()
    calendar = CalendarSource.objects.select_related("adviser").filter(pk=calendar_id).first()
    if calendar is None:
        return "gone"
    last = now + timedelta(days=calendar.adviser.horizon_days + 1)
    try:
        data = (get or fetch)(calendar.url)
        found = busy_times(data, first=now - timedelta(days=1), last=last, zone=ZONE)
    except CalendarError as error:
        log.warning("advice.calendar", calendar=calendar.pk, code=error.code)
        CalendarSource.objects.filter(pk=calendar.pk).update(tried_at=now, trouble=error.code)
        return error.code
    with transaction.atomic():
        locked = CalendarSource.objects.select_for_update().filter(pk=calendar.pk, url=calendar.url)
        if not locked.exists():
            return "gone"
        BusyTime.objects.filter(calendar=calendar).delete()
        BusyTime.objects.bulk_create(
            (BusyTime(calendar=calendar, starts_at=busy.start, ends_at=busy.end) for busy in found),
            batch_size=1000,
        )
        locked.update(read_at=now, tried_at=now, trouble="")
    return ""
