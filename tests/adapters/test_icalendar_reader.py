"""Busy times out of calendars: equal to an independent library, and hostile files are refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.adapters.icalendar.reader import MOST_BYTES, Busy, CalendarError, busy_times

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def calendar(*events: str) -> bytes:
    parts = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{parts}END:VCALENDAR\r\n".encode()


def event(*lines: str, uid: str = "1") -> str:
    return "\r\n".join((f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines))


def busy(data: bytes) -> list[str]:
    found = busy_times(data, first=FIRST, last=LAST, zone=BERLIN)
    return [
        f"{b.start.astimezone(BERLIN):%m-%d %H:%M}–{b.end.astimezone(BERLIN):%m-%d %H:%M}"
        for b in found
    ]


NINE = "DTSTART;TZID=Europe/Berlin:20261019T090000"
TEN = "DTEND;TZID=Europe/Berlin:20261019T100000"


def test_a_weekly_meeting_stays_at_nine_across_the_change() -> None:
    found = busy(calendar(event(NINE, TEN, "RRULE:FREQ=WEEKLY;COUNT=3")))
    assert found == [
        "10-19 09:00–10-19 10:00",
        "10-26 09:00–10-26 10:00",
        "11-02 09:00–11-02 10:00",
    ]


def test_moved_cancelled_and_left_out_dates() -> None:
    series = event(
        NINE,
        TEN,
        "RRULE:FREQ=DAILY;UNTIL=20261023T070000Z",
        "EXDATE;TZID=Europe/Berlin:20261020T090000",
    )
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261021T090000",
        "DTSTART;TZID=Europe/Berlin:20261021T150000",
        "DTEND;TZID=Europe/Berlin:20261021T160000",
    )
    gone = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261022T090000",
        "DTSTART;TZID=Europe/Berlin:20261022T090000",
        "STATUS:CANCELLED",
    )
    assert busy(calendar(series, moved, gone)) == [
        "10-19 09:00–10-19 10:00",
        "10-21 15:00–10-21 16:00",
        "10-23 09:00–10-23 10:00",
    ]


@pytest.mark.parametrize(
    "line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
)
def test_what_is_free_is_free(line: str) -> None:
    assert busy(calendar(event(NINE, TEN, line))) == []


def test_whole_days_are_as_long_as_they_are() -> None:
    long_day = event("DTSTART;VALUE=DATE:20261025", uid="2")
    assert busy(calendar(long_day)) == ["10-25 00:00–10-26 00:00"]
    (found,) = busy_times(calendar(long_day), first=FIRST, last=LAST, zone=BERLIN)
    assert found.end - found.start == timedelta(hours=25)


def test_times_without_a_zone_mean_the_owners_clock() -> None:
    assert busy(calendar(event("DTSTART:20261019T090000", "DURATION:PT30M"))) == [
        "10-19 09:00–10-19 09:30"
    ]


def test_published_busy_times_are_read() -> None:
    data = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r\nUID:1\r\n"
        b"DTSTAMP:20260101T000000Z\r\n"
        b"FREEBUSY;FBTYPE=BUSY:20261019T070000Z/20261019T080000Z\r\n"
        b"FREEBUSY;FBTYPE=FREE:20261019T090000Z/20261019T100000Z\r\n"
        b"END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    assert busy(data) == ["10-19 09:00–10-19 10:00"]


def test_times_are_cut_to_the_window() -> None:
    data = calendar(event("DTSTART:20250101T000000Z", "DTEND:20280101T000000Z"))
    assert busy_times(data, first=FIRST, last=LAST, zone=BERLIN) == (Busy(FIRST, LAST),)


@settings(max_examples=60)
@given(
    st.builds(
        "FREQ={};INTERVAL={}{}{}".format,
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
        st.integers(1, 4),
        st.sampled_from(["", ";BYDAY=MO,TH", ";BYMONTHDAY=1,25"]),
        st.sampled_from(["", ";COUNT=7", ";UNTIL=20261110T080000Z"]),
    ),
    st.integers(0, 60),
    st.integers(15, 600),
)
def test_equal_to_an_independent_library(rule: str, offset: int, minutes: int) -> None:
    start = datetime(2026, 9, 1, 9, tzinfo=BERLIN) + timedelta(days=offset)
    data = calendar(
        event(
            f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
            f"DURATION:PT{minutes}M",
            f"RRULE:{rule}",
        )
    )
    expected = set()
    for one in recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(FIRST, LAST):
        begin, over = one.start.astimezone(UTC), one.end.astimezone(UTC)
        if max(begin, FIRST) < min(over, LAST):
            expected.add(Busy(max(begin, FIRST), min(over, LAST)))
    assert set(busy_times(data, first=FIRST, last=LAST, zone=BERLIN)) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_calendar"),
        (b"<!DOCTYPE html><html>BEGIN:VCALENDAR", "web_page"),
        (b"{}", "no_calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "cut_off"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "broken"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * MOST_BYTES, "too_large"),
        (calendar(event(NINE, "DTEND:20200101T000000Z")), "broken"),
        (calendar(event(NINE, TEN, "RRULE:FREQ=SECONDLY")), "too_fine"),
        (calendar(event(NINE, TEN, "RRULE:FREQ=MINUTELY;COUNT=9999999")), "too_fine"),
        (calendar(event("DTSTART:99999999T999999", TEN)), "broken"),
        (calendar(event(NINE, TEN, "RRULE:FREQ=NEVER")), "broken"),
        (calendar(*[event(NINE, TEN)] * 10_001), "too_many"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_broken_and_hostile_files_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(CalendarError) as caught:
        busy_times(data, first=FIRST, last=LAST, zone=BERLIN)
    assert caught.value.code == code


def test_work_that_takes_too_long_is_stopped() -> None:
    ticks = iter(range(0, 10_000, 4))
    with pytest.raises(CalendarError) as caught:
        busy_times(
            calendar(event(NINE, TEN, "RRULE:FREQ=DAILY")),
            first=FIRST,
            last=LAST,
            zone=BERLIN,
            now=lambda: next(ticks),
        )
    assert caught.value.code == "too_slow"


@settings(max_examples=80)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    data = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + noise + b"\r\nEND:VEVENT\r\nEND:VCALENDAR"
    with suppress(CalendarError):
        busy_times(data, first=FIRST, last=LAST, zone=BERLIN)
