"""Busy times out of somebody's calendar file. Only times are read: no titles, places or people.

What makes calendars hard to read is explained where it bites. Recurring events are expanded by
dateutil's rules (RFC 5545, 3.3.10).
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrule, rruleset, rrulestr

MOST_BYTES = 2_000_000
MOST_EVENTS = 10_000
MOST_SPANS = 20_000
LONGEST_S = 10.0
#: Rules by the hour or finer could yield millions of times; people's appointments have none.
_TOO_FINE = {"SECONDLY", "MINUTELY", "HOURLY"}
_DAY = timedelta(days=1)
#: The library's type for a value is a union of all kinds of values, of which files hold any.
_Part = Any


class CalendarError(ValueError):
    """The file cannot be used.

    Attributes:
        code: a word for programs; the text is for the log.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """Somebody is busy from `start` to just before `end` (UTC)."""

    start: datetime
    end: datetime


def busy_times(
    data: bytes,
    *,
    first: datetime,
    last: datetime,
    zone: ZoneInfo,
    now: Callable[[], float] = clock.monotonic,
) -> tuple[Busy, ...]:
    """When the owner of a calendar is busy between two moments, in order, cut to them.

    Events that are cancelled or marked as free leave their time free.

    Args:
        data: the file.
        first, last: aware.
        zone: whose clock is meant by events without a time zone, and by whole days.
        now: a clock in seconds, by which the work is stopped when it takes too long.

    Raises:
        CalendarError: it is no calendar, too large, or made to keep us busy.
    """
    calendars = _parsed(data)
    stop = now() + LONGEST_S
    found: set[Busy] = set()
    events = [e for calendar in calendars for e in calendar.walk("VEVENT")]
    if len(events) > MOST_EVENTS:
        raise CalendarError("too_many", f"More than {MOST_EVENTS} events.")
    spans = _of_events(events, first.astimezone(UTC), last.astimezone(UTC), zone)
    free_busy = [f for calendar in calendars for f in calendar.walk("VFREEBUSY")]
    for start, end in (*_checked(spans, stop, now), *_of_free_busy(free_busy)):
        start_utc, end_utc = max(start, first.astimezone(UTC)), min(end, last.astimezone(UTC))
        if start_utc < end_utc:
            found.add(Busy(start_utc, end_utc))
        if len(found) > MOST_SPANS:
            raise CalendarError("too_many", f"More than {MOST_SPANS} busy times.")
    return tuple(sorted(found))


def _parsed(data: bytes) -> list[_Part]:
    if len(data) > MOST_BYTES:
        raise CalendarError("too_large", f"More than {MOST_BYTES} bytes.")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].upper()
    if start.startswith((b"<!DOCTYPE", b"<HTML")):
        raise CalendarError("web_page", "A web page, not a calendar.")
    if not start.startswith(b"BEGIN:VCALENDAR"):
        raise CalendarError("no_calendar", "Does not begin with BEGIN:VCALENDAR.")
    if b"END:VCALENDAR" not in data.upper():
        raise CalendarError("cut_off", "The file ends before the calendar does.")
    try:
        found = icalendar.Calendar.from_ical(
            data.removeprefix(b"\xef\xbb\xbf").lstrip(), multiple=True
        )
    # The library answers broken files with whatever its parts raise.
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise CalendarError("broken", f"Cannot be read: {error}") from error
    if not found:
        raise CalendarError("broken", "An event does not end.")
    return list(found)


def _checked(
    spans: Iterator[tuple[datetime, datetime]], stop: float, now: Callable[[], float]
) -> Iterator[tuple[datetime, datetime]]:
    while True:
        try:
            span = next(spans)
        except StopIteration:
            return
        except CalendarError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise CalendarError("broken", f"An event cannot be read: {error}") from error
        if now() > stop:
            raise CalendarError("too_slow", f"More than {LONGEST_S:.0f} s of work.")
        yield span


# --- events ---------------------------------------------------------------------------------------
def _of_events(
    events: Iterable[_Part], first: datetime, last: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    series: list[_Part] = []
    # A single date of a series that was moved or cancelled comes as an event of its own, with the
    # same UID and the RECURRENCE-ID of the date that it replaces.
    replaced: dict[str, set[datetime]] = {}
    for event in events:
        uid = str(event.get("uid", ""))
        if "recurrence-id" in event:
            replaced.setdefault(uid, set()).add(_moment(event["recurrence-id"].dt, zone))
            if _counts(event):
                yield _single(event, zone)
        else:
            series.append(event)
    for event in series:
        if not _counts(event):
            continue
        without = replaced.get(str(event.get("uid", "")), set())
        yield from _occurrences(event, first, last, zone, without)


def _counts(event: _Part) -> bool:
    status = str(event.get("status", "")).upper()
    free = str(event.get("transp", "")).upper() == "TRANSPARENT"
    # Outlook says “free” in its own field and leaves TRANSP alone.
    outlook = str(event.get("x-microsoft-cdo-busystatus", "")).upper() == "FREE"
    return status != "CANCELLED" and not free and not outlook and "dtstart" in event


def _single(event: _Part, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = event["dtstart"].dt
    begin = _moment(start, zone)
    return begin, _end_of(event, start, begin, zone)


def _end_of(event: _Part, start: date | datetime, begin: datetime, zone: ZoneInfo) -> datetime:
    if "dtend" in event:
        end = _moment(event["dtend"].dt, zone)
    elif "duration" in event:
        end = begin + event["duration"].dt
    elif isinstance(start, datetime):
        end = begin
    else:
        # A whole day without an end lasts that day (RFC 5545, 3.6.1), be it 23 or 25 hours long.
        end = _moment(start + _DAY, zone)
    if end < begin:
        raise CalendarError("broken", "An event ends before it starts.")
    return end


def _occurrences(
    event: _Part,
    first: datetime,
    last: datetime,
    zone: ZoneInfo,
    without: set[datetime],
) -> Iterator[tuple[datetime, datetime]]:
    start = event["dtstart"].dt
    begin, end = _single(event, zone)
    if "rrule" not in event and "rdate" not in event:
        if begin not in without:
            yield begin, end
        return
    # Rules run on the wall clock of the event: a meeting at nine stays at nine all the year.
    local = _wall(start, zone)
    own_zone = start.tzinfo if isinstance(start, datetime) and start.tzinfo else zone
    whole_days = None if isinstance(start, datetime) else (_wall_end(event, start) - start).days
    length = end - begin
    excluded = without | {_moment(d, zone) for d in _dates(event, "exdate")}
    until = last.astimezone(own_zone).replace(tzinfo=None) + _DAY
    since = first.astimezone(own_zone).replace(tzinfo=None) - length - 2 * _DAY
    for wall in _rules(event, local, zone, own_zone).xafter(since, inc=True):
        if wall > until:
            return
        moment = wall.replace(tzinfo=own_zone).astimezone(UTC)
        if moment in excluded:
            continue
        if whole_days is None:
            yield moment, moment + length
        else:
            yield moment, _moment(wall.date() + whole_days * _DAY, zone)


def _wall_end(event: _Part, start: date) -> date:
    if "dtend" in event:
        end: date = event["dtend"].dt
        return end.date() if isinstance(end, datetime) else end
    if "duration" in event:
        length: timedelta = event["duration"].dt
        return start + max(_DAY, length)
    return start + _DAY


def _rules(event: _Part, local: datetime, zone: ZoneInfo, own_zone: Any) -> rruleset:
    rules = rruleset()
    for rule in _many(event.get("rrule")):
        rules.rrule(_rule(rule, local, zone, own_zone))
    for moment in _dates(event, "rdate"):
        rules.rdate(_moment(moment, zone).astimezone(own_zone).replace(tzinfo=None))
    rules.rdate(local)
    return rules


def _rule(rule: Any, local: datetime, zone: ZoneInfo, own_zone: Any) -> rrule:
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    if frequency in _TOO_FINE:
        raise CalendarError("too_fine", f"An event is repeated {frequency}.")
    until = rule.pop("UNTIL", None)
    made = rrulestr(rule.to_ical().decode(), dtstart=local)
    if not isinstance(made, rrule):
        raise CalendarError("broken", "A rule of repetition cannot be read.")
    if until:
        # UNTIL is written in UTC or as a date, whatever zone the event has.
        end = until[0]
        wall = (
            _moment(end, zone).astimezone(own_zone).replace(tzinfo=None)
            if isinstance(end, datetime)
            else datetime.combine(end, time.max)
        )
        made = made.replace(until=wall)
    return made


# --- moments --------------------------------------------------------------------------------------
def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    return datetime.combine(value, time.min, zone).astimezone(UTC)


def _wall(value: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time.min)


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _dates(event: _Part, name: str) -> Iterator[date | datetime]:
    for group in _many(event.get(name)):
        for one in group.dts:
            # RDATE may hold periods; their start is what recurs.
            yield one.dt[0] if isinstance(one.dt, tuple) else one.dt


def _of_free_busy(parts: Iterable[_Part]) -> Iterator[tuple[datetime, datetime]]:
    for part in parts:
        for entry in _many(part.get("freebusy")):
            for period in _many(entry):
                if str(period.params.get("FBTYPE", "BUSY")).upper() == "FREE":
                    continue
                yield period.start.astimezone(UTC), period.end.astimezone(UTC)
