"""Free times: working hours minus days off minus what is taken, across the changes of the clock."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` to just before `end`; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Reject what is no span of time.

        Raises:
            ValueError: without a time zone, or ending before it starts.
        """
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A span of time needs a time zone.")
        if self.end < self.start:
            raise ValueError("A span of time ends before it starts.")


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours on one day of the week, as the clock on the wall shows them.

    Attributes:
        weekday: 0 is Monday.
    """

    weekday: int
    begins: time
    ends: time

    def __post_init__(self) -> None:
        """Reject what is no working time.

        Raises:
            ValueError: naming the field.
        """
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"weekday {self.weekday} does not exist")
        if self.begins >= self.ends:
            raise ValueError("ends lies before begins")


def free_slots(
    *,
    shifts: Iterable[Shift],
    days_off: Collection[date],
    taken: Iterable[Span],
    first: datetime,
    last: datetime,
    length: timedelta,
    pause: timedelta,
    zone: ZoneInfo,
) -> list[Span]:
    """All free slots that start at `first` or later and end by `last`, in order, in UTC.

    Slots lie on a fixed grid from the beginning of each shift, so that a booking never moves the
    others. A slot always lasts `length` as a stopwatch measures it: where the clock is put forward
    within a shift an hour of slots is missing, where it is put back there is one more. A shift
    that begins at a time which the clock skips begins when the clock has been put forward.

    Args:
        days_off: local dates on which nobody works.
        taken: other appointments and bookings, in any order, overlapping or not.
        length, pause: of one slot and after it.
        zone: whose clock the shifts mean.

    Raises:
        ValueError: a length that makes no sense, or times without a zone.
    """
    if not timedelta(0) < length <= LONGEST or pause < timedelta(0):
        raise ValueError("A slot lasts between a moment and eight hours.")
    window = Span(first, last)
    by_day: dict[int, list[Shift]] = {}
    for shift in shifts:
        by_day.setdefault(shift.weekday, []).append(shift)
    busy = merged(taken)
    ends = [span.end for span in busy]
    found: set[Span] = set()
    for day in _days(window, zone):
        if day in days_off:
            continue
        for shift in by_day.get(day.weekday(), ()):
            for slot in _grid(day, shift, length, pause, zone):
                if slot.start < window.start or slot.end > window.end:
                    continue
                # The first busy time that ends after the slot starts is the only one to overlap.
                at = bisect_left(ends, slot.start + timedelta(microseconds=1))
                if at == len(busy) or busy[at].start >= slot.end:
                    found.add(slot)
    return sorted(found)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as few spans in order, in UTC; empty ones are left out."""
    result: list[Span] = []
    for span in sorted(Span(s.start.astimezone(UTC), s.end.astimezone(UTC)) for s in spans):
        if span.start == span.end:
            continue
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def _days(window: Span, zone: ZoneInfo) -> Iterator[date]:
    day, end = window.start.astimezone(zone).date(), window.end.astimezone(zone).date()
    while day <= end:
        yield day
        day += timedelta(days=1)


def _grid(
    day: date, shift: Shift, length: timedelta, pause: timedelta, zone: ZoneInfo
) -> Iterator[Span]:
    start = datetime.combine(day, shift.begins, zone).astimezone(UTC)
    end = datetime.combine(day, shift.ends, zone).astimezone(UTC)
    while start + length <= end:
        # In a doubled hour the clock on the wall goes back before the shift begins.
        if shift.begins <= start.astimezone(zone).time() < shift.ends:
            yield Span(start, start + length)
        start += length + pause
