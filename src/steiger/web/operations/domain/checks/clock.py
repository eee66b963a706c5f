"""Time zone data is there, and the clock agrees with the database's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from steiger.web.operations.domain.findings import Finding

ORDER = 40
PART = "clock"
TOLERATED_S = 5.0


def look() -> Iterator[Finding]:
    """Findings about the clock."""
    tzdata = _("Install the time zone data (package tzdata).")
    try:
        zone = ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        text = _("The time zone %(zone)s is unknown here.") % {"zone": settings.TIME_ZONE}
        yield Finding(PART, "fail", text, tzdata)
        return
    summer, winter = (datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (7, 1))
    if summer == winter:
        yield Finding(PART, "fail", _("The time zone knows no summer time."), tzdata)
        return
    try:
        skew = abs((datetime.now(UTC) - database_time()).total_seconds())
    except DatabaseError:
        text = _("It cannot be compared, because the database does not answer.")
        yield Finding(PART, "warn", text, _("Mend the database first."))
        return
    if skew > TOLERATED_S:
        text = _("It differs from the database's clock by %(number)s s.") % {
            "number": f"{skew:.0f}"
        }
        yield Finding(PART, "fail", text, _("Synchronise the clocks of both machines (NTP)."))
    else:
        text = _("It agrees with the database's clock; time zone %(zone)s.")
        yield Finding(PART, "ok", text % {"zone": settings.TIME_ZONE})


def database_time() -> datetime:
    """The moment as the database sees it; SQLite tells it as text in UTC."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP" if sqlite else "SELECT clock_timestamp()")
        told = cursor.fetchone()[0]
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
