"""Floods as events, alarms as episodes, and which belongs to which.

An event begins when the water reaches the level and ends when it has fallen below the level by the
hysteresis; events that follow each other within the gap are one. An alarm for lead time h, given at
issue time t while the water was still below the level, says that the level is reached at t + h. It
is a hit if an event that begins after t covers t + h, give or take the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.verification.pairs import GaugeRecord, Mask
from steiger.engines.flood.verification.settings import Settings
from steiger.engines.flood.verification.tables import Times

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Events:
    """Observed events of one gauge and level: first and last time at or above it, shape (n,)."""

    start: Times
    end: Times

    def __len__(self) -> int:
        """How many there are."""
        return int(self.start.size)


def observed_events(record: GaugeRecord, level: int, settings: Settings) -> Events:
    """Events of level 1, 2, … at one gauge.

    An event that is already on when the record begins has no known beginning and is left out.
    A missing value neither begins nor ends an event.
    """
    height = record.levels[level - 1]
    low = height - settings.hysteresis(height, record.sensor.unit)
    starts, ends = _spells(record.values, height, low)
    if not starts.size:
        return Events(record.times[:0], record.times[:0])
    first_value = int(np.flatnonzero(np.isfinite(record.values))[0])
    gap = np.timedelta64(round(settings.gap.total_seconds()), "s")
    start, end = record.times[starts], record.times[ends]
    apart = np.append(True, start[1:] - end[:-1] >= gap)
    start, end = start[apart], end[np.append(apart[1:], True)]
    keep = start > record.times[first_value]
    return Events(start[keep], end[keep])


def _spells(values: NDArray[np.float64], high: float, low: float) -> tuple[Indices, Indices]:
    """First and last place at or above `high`, for each stretch that ends below `low`."""
    above = np.flatnonzero(values >= high)
    if not above.size:
        return above, above
    fallen = np.concatenate([[0], np.cumsum(values < low)])
    # Between two neighbours above `high` the water fell below `low`: another stretch.
    parted = fallen[above[1:]] > fallen[above[:-1]]
    return above[np.append(True, parted)], above[np.append(parted, True)]


@dataclass(frozen=True, slots=True)
class Matching:
    """How alarms met events.

    `hit` (n events) says which events were warned of, `judged` which could have been (a forecast
    was issued in time); `first` is the issue time of the first alarm that met the event (NaT where
    none did); `false_alarms` are the issue times at which false alarms began.
    """

    hit: Mask
    judged: Mask
    first: Times
    false_alarms: Times


def match(
    issued: Times,
    alarms: dict[int, Mask],
    open_: Mask,
    events: Events,
    settings: Settings,
) -> Matching:
    """Which events were warned of, and which alarms were false.

    Args:
        issued: issue times, ascending, shape (n,).
        alarms: lead time in minutes → whether the forecast of that issue time says that the level
            is reached then, shape (n,). With several lead times, any of them may meet the event.
        open_: whether, at issue time, the water was known to be below the level and there was a
            forecast at all, shape (n,).
        events: what was observed.
        settings: tolerance and gap.
    """
    tolerance = np.timedelta64(round(settings.tolerance.total_seconds()), "s")
    gap = np.timedelta64(round(settings.gap.total_seconds()), "s")
    first = np.full(len(events), np.datetime64("NaT"), dtype="datetime64[s]")
    judged = np.zeros(len(events), dtype=np.bool_)
    met = np.zeros(issued.size, dtype=np.bool_)
    longest = np.timedelta64(max(alarms, default=0), "m") + tolerance
    for number in range(len(events)):
        start, end = events.start[number], events.end[number]
        # Only issue times from which an alarm can reach the event need a look.
        low, high = np.searchsorted(issued, [start - longest, start])
        judged[number] = bool(open_[low:high].any())
        for minutes, said in alarms.items():
            valid = issued[low:high] + np.timedelta64(minutes, "m")
            right = said[low:high] & open_[low:high]
            right &= (valid >= start - tolerance) & (valid <= end + tolerance)
            places = np.flatnonzero(right)
            if places.size:
                met[low:high] |= right
                time = issued[low + places[0]]
                if np.isnat(first[number]) or time < first[number]:
                    first[number] = time
    wrong = np.zeros(issued.size, dtype=np.bool_)
    for said in alarms.values():
        wrong |= said & open_ & ~met
    # While an event lasts, and until another could begin, alarms belong to it.
    for start, end in zip(events.start, events.end, strict=True):
        low, high = np.searchsorted(issued, [start, end + gap])
        wrong[low:high] = False
    times = issued[wrong]
    begins = np.append(True, np.diff(times) >= gap) if times.size else np.empty(0, np.bool_)
    return Matching(~np.isnat(first), judged, first, times[begins])
