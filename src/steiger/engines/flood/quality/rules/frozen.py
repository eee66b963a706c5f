"""A sensor that repeats its last value.

Gauges differ: one with a resolution of 1 cm stands still for days at low water, one that averages
moves at every step. So a run is compared with three times the longest that this sensor has shown
and that was not marked itself, between half a day and two weeks. If four of five gauges stand
still together for two days, the transmission is frozen, not the river. A gauge that stands still
for half a day in which most others moved as rarely before is frozen too: during a flood that is
what matters. Rain that repeats a value other than zero for a day is no rain. Wind that blows, and
air that is not full of water, do not stay the same for a week.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Mask, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, extent
from steiger.engines.flood.quality.series import back_to_start, past_quantile, run_starts

GAUGES = (Kind.WATER_LEVEL, Kind.DISCHARGE)
#: Hours for kinds that always move.
FIXED = {
    Kind.RAIN: 24.0,
    Kind.TEMPERATURE: 24.0,
    Kind.AIR_PRESSURE: 24.0,
    Kind.SOIL_MOISTURE: 14 * 24.0,
    Kind.RESERVOIR_LEVEL: 60 * 24.0,
    Kind.HUMIDITY: 7 * 24.0,
    Kind.WIND: 7 * 24.0,
}
#: Values at which they may rest: it is dry, calm or foggy for weeks.
AT_REST = {
    Kind.RAIN: (-math.inf, 0.0),
    Kind.WIND: (-math.inf, 0.0),
    Kind.HUMIDITY: (98.0, math.inf),
}
SHORTEST, LONGEST = 12.0, 14 * 24.0
TIMES_LONGEST = 3.0
#: Hours of record after which a sensor's own habits count.
ACQUAINTED = 14 * 24.0
TOGETHER_HOURS, TOGETHER_PART, TOGETHER_LEAST = 48.0, 0.8, 3
#: Part of the other gauges that must move, and how rare their movement must have been so far.
OTHERS_PART, OTHERS_RARE = 0.7, 0.97


class Frozen(Rule):
    """See the module's text."""

    key = "frozen"
    effect = Effect.UNUSABLE
    title = {"de": "Eingefroren", "en": "Frozen"}

    def mark(self, record: Record) -> Marks:
        """Mark runs that are too long; afterwards their first hours too."""
        online = record.nothing()
        starts = np.zeros(record.values.shape, dtype=np.int64)
        length = np.arange(len(record.times))
        gauges = []
        for column, _, values in record.of_kind(*GAUGES):
            starts[:, column] = run_starts(values)
            run = length - starts[:, column] + 1
            online[:, column] = run > own_limit(run, record)
            gauges.append(column)
        for column, sensor, values in record.of_kind(*FIXED):
            total = sensor.accumulation
            if total is None:
                starts[:, column] = run_starts(values)
                run = length - starts[:, column] + 1
                low, high = AT_REST.get(sensor.kind, (math.inf, -math.inf))
                moving = ~np.isnan(values) & ~((values >= low) & (values <= high))
                online[:, column] = moving & (run > record.steps(FIXED[sensor.kind]))
        behind = record.nothing()
        if len(gauges) >= TOGETHER_LEAST:
            online[:, gauges] |= together(record, starts[:, gauges], gauges)
            behind[:, gauges] = left_behind(record, starts[:, gauges], gauges)
        # A river may stand still for longer than ever before, but not while all others move.
        doubtful = record.nothing()
        doubtful[:, gauges] = (online & ~behind)[:, gauges]
        online |= behind
        whole = np.column_stack(
            [back_to_start(online[:, s], starts[:, s]) for s in range(online.shape[1])]
        )
        return Marks(online, whole, doubtful=doubtful)

    def reason(self, span: Span) -> Text:
        """Name value and duration."""
        value, unit, count = span.known()[:1], span.unit, len(span.values)
        return {
            "de": f"Eingefroren: {count} gleiche Werte ({extent(value, unit, 'de')})",
            "en": f"Frozen: {count} equal values ({extent(value, unit, 'en')})",
        }


def own_limit(run: NDArray[np.int64], record: Record) -> NDArray[np.int64]:
    """At every time the longest run (in steps) that this sensor may show, (T,)."""
    shortest, longest = record.steps(SHORTEST), record.steps(LONGEST)
    acquainted = record.steps(ACQUAINTED)
    ends = np.flatnonzero(np.append(run[1:] == 1, False))
    usual = 0
    limits = np.full(len(run), longest, dtype=np.int64)
    # Only runs that raise the record matter, and those become rare.
    at = 0
    while True:
        limit = min(max(int(TIMES_LONGEST * usual), shortest), longest)
        limits[max(at, acquainted) :] = limit
        later = ends[np.searchsorted(ends, at) :]
        bound = np.where(later >= acquainted, limit, longest)
        longer = np.flatnonzero((run[later] > usual) & (run[later] <= bound))
        if not len(longer):
            return limits
        at = int(later[longer[0]]) + 1
        usual = int(run[at - 1])


def together(record: Record, starts: NDArray[np.int64], gauges: list[int]) -> Mask:
    """Where most gauges stand still at once, on those that do, (T, number of gauges)."""
    given = ~np.isnan(record.values[:, gauges])
    run = np.arange(len(starts))[:, None] - starts + 1
    still = given & (run > record.steps(TOGETHER_HOURS))
    enough = still.sum(axis=1) >= np.maximum(TOGETHER_PART * given.sum(axis=1), TOGETHER_LEAST)
    found: Mask = still & enough[:, None]
    return found


def left_behind(record: Record, starts: NDArray[np.int64], gauges: list[int]) -> Mask:
    """Gauges that stand still while most others move a lot, (T, number of gauges)."""
    width = record.steps(SHORTEST)
    values = record.values[:, gauges]
    if len(values) <= width:
        return np.zeros(values.shape, dtype=bool)
    moved = np.full(values.shape, np.nan)
    moved[width:] = np.abs(values[width:] - values[:-width])
    rare = np.column_stack([past_quantile(c, record.times, OTHERS_RARE) for c in moved.T])
    much = moved > rare
    others = much.sum(axis=1)[:, None] - much
    known = (~np.isnan(moved)).sum(axis=1)[:, None] - ~np.isnan(moved)
    run = np.arange(len(starts))[:, None] - starts + 1
    found: Mask = (run > width) & ~np.isnan(values) & (known >= 2)
    found &= others >= OTHERS_PART * known
    return found
