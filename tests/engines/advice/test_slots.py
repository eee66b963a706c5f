"""Free times: laws that hold for any working hours, and the changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steiger.engines.advice import Shift, Span, free_slots
from steiger.engines.advice.slots import merged

BERLIN = ZoneInfo("Europe/Berlin")
LENGTH, PAUSE = timedelta(minutes=45), timedelta(minutes=15)
QUARTERS = st.integers(0, 95)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def found(
    shifts: list[Shift],
    first: datetime,
    last: datetime,
    taken: tuple[Span, ...] = (),
    *,
    days_off: frozenset[date] = frozenset(),
    length: timedelta = LENGTH,
) -> list[Span]:
    return free_slots(
        shifts=shifts,
        days_off=days_off,
        taken=taken,
        first=first,
        last=last,
        length=length,
        pause=PAUSE,
        zone=BERLIN,
    )


def clock(spans: list[Span]) -> list[str]:
    return [f"{span.start.astimezone(BERLIN):%a %H:%M %Z}" for span in spans]


def test_a_morning_has_three_slots() -> None:
    slots = found([Shift(0, time(9), time(12))], at("2026-11-30"), at("2026-12-01"))
    assert clock(slots) == ["Mon 09:00 CET", "Mon 10:00 CET", "Mon 11:00 CET"]


@pytest.mark.parametrize(
    ("day", "slots"),
    [
        # 25 October 2026: the hour from two to three comes twice.
        ("2026-10-25", ["01:00 CEST", "02:00 CEST", "02:00 CET", "03:00 CET"]),
        # 28 March 2027: the hour from two to three does not come.
        ("2027-03-28", ["01:00 CET", "03:00 CEST"]),
    ],
)
def test_nights_in_which_the_clock_changes(day: str, slots: list[str]) -> None:
    first = at(day)
    night = found([Shift(6, time(1), time(4))], first, first + timedelta(days=1))
    assert [f"{s.start.astimezone(BERLIN):%H:%M %Z}" for s in night] == slots
    assert {s.end - s.start for s in night} == {LENGTH}


@pytest.mark.parametrize("around", ["2026-10-25", "2027-03-28"])
def test_nine_stays_nine_across_the_change(around: str) -> None:
    first = at(around) - timedelta(days=3)
    week = [Shift(day, time(9), time(10)) for day in range(7)]
    slots = found(week, first, first + timedelta(days=7))
    assert {f"{s.start.astimezone(BERLIN):%H:%M}" for s in slots} == {"09:00"}
    assert len(slots) == 7


def test_a_shift_that_begins_in_the_skipped_hour_begins_after_it() -> None:
    slots = found([Shift(6, time(2, 30), time(5))], at("2027-03-28"), at("2027-03-29"))
    assert clock(slots)[0] == "Sun 03:30 CEST"


def test_days_off_and_busy_times_have_none() -> None:
    shifts = [Shift(day, time(9), time(12)) for day in range(5)]
    busy = Span(at("2026-12-01T09:30"), at("2026-12-01T10:30"))
    slots = found(
        shifts,
        at("2026-11-30"),
        at("2026-12-02"),
        (busy,),
        days_off=frozenset({date(2026, 11, 30)}),
    )
    assert clock(slots) == ["Tue 11:00 CET"]


def test_touching_is_not_overlapping() -> None:
    busy = Span(at("2026-11-30T09:45"), at("2026-11-30T10:00"))
    slots = found([Shift(0, time(9), time(12))], at("2026-11-30"), at("2026-12-01"), (busy,))
    assert len(slots) == 3


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        Shift(0, time(9), time(9))
    with pytest.raises(ValueError, match="time zone"):
        Span(datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="eight hours"):
        found([], at("2026-11-30"), at("2026-12-01"), length=timedelta(0))


@st.composite
def some_shifts(draw: st.DrawFn) -> list[Shift]:
    result = []
    for _ in range(draw(st.integers(0, 5))):
        begin, end = sorted(draw(st.tuples(QUARTERS, QUARTERS)))
        if begin < end:
            hours = (time(n // 4, n % 4 * 15) for n in (begin, end))
            result.append(Shift(draw(st.integers(0, 6)), *hours))
    return result


@st.composite
def some_busy(draw: st.DrawFn) -> tuple[Span, ...]:
    start = datetime(2026, 10, 22, tzinfo=UTC)
    spans = draw(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 600)), max_size=8))
    return tuple(
        Span(start + timedelta(minutes=s), start + timedelta(minutes=s + n)) for s, n in spans
    )


@given(some_shifts(), some_busy(), st.sampled_from([30, 45, 60]))
@example([Shift(6, time(2, 15), time(3))], (), 30)  # in the doubled hour of 25 October 2026
def test_laws_of_slots(shifts: list[Shift], busy: tuple[Span, ...], minutes: int) -> None:
    first, last = at("2026-10-22T10:00"), at("2026-10-29T10:00")
    slots = found(shifts, first, last, busy, length=timedelta(minutes=minutes))
    assert slots == sorted(set(slots))
    for slot in slots:
        assert slot.end - slot.start == timedelta(minutes=minutes)
        assert first <= slot.start
        assert slot.end <= last
        assert all(slot.end <= b.start or b.end <= slot.start for b in busy if b.start < b.end)
        wall = slot.start.astimezone(BERLIN)
        own = [s for s in shifts if s.weekday == wall.weekday()]
        assert any(s.begins <= wall.time() < s.ends for s in own)
    every = found(shifts, first, last, length=timedelta(minutes=minutes))
    free = [s for s in every if not any(s.start < b.end and b.start < s.end for b in merged(busy))]
    assert slots == free


@given(some_busy())
def test_merging_keeps_the_time(busy: tuple[Span, ...]) -> None:
    def minutes(spans: list[Span]) -> set[datetime]:
        return {
            span.start + timedelta(minutes=n)
            for span in spans
            for n in range(int((span.end - span.start).total_seconds() // 60))
        }

    once = merged(busy)
    assert minutes(once) == minutes(list(busy))
    assert all(a.end < b.start for a, b in pairwise(once))
