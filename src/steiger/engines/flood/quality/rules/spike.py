"""One or two values that leave the course of a level and return at once.

Known only when the value is back, so it never marks the newest value. The jump must be large
against what the sensor has shown so far (its .998 quantile of changes), against its kind, and
against the step before it: the peak of a flash flood is no spike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Mask, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, extent
from steiger.engines.flood.quality.rules.out_of_range import possible
from steiger.engines.flood.quality.series import past_quantile

LEAST: dict[Kind, float] = {
    Kind.WATER_LEVEL: 0.2,
    Kind.RESERVOIR_LEVEL: 0.3,
    Kind.DISCHARGE: 0.0,
    Kind.TEMPERATURE: 5.0,
    Kind.SOIL_MOISTURE: 0.15,
    Kind.AIR_PRESSURE: 8.0,
}
#: How many times the usual large change a spike has, and how much of it may remain afterwards.
TIMES_USUAL = 3.0
REMAINS = 0.25
LONGEST = 2


class Spike(Rule):
    """See the module's text."""

    key = "spike"
    effect = Effect.UNUSABLE
    title = {"de": "Ausreißer", "en": "Spike"}

    def mark(self, record: Record) -> Marks:
        """Mark what left and came back."""
        found = record.nothing()
        for column, sensor, shown in record.of_kind(*LEAST):
            values = possible(shown, sensor.kind)
            change = np.abs(np.diff(values, prepend=np.nan))
            usual = past_quantile(change, record.times, 0.998)
            least = np.fmax(TIMES_USUAL * usual, LEAST[sensor.kind])
            if sensor.kind is Kind.DISCHARGE:
                # Without a past there is nothing to compare with: a flow has no scale of its own.
                least = np.where(np.isnan(usual), np.inf, least)
            for width in range(1, LONGEST + 1):
                found[:, column] |= excursions(values, least, width)
        return Marks(record.nothing(), whole=found)

    def reason(self, span: Span) -> Text:
        """Name the value."""
        known, unit = span.known(), span.unit
        return {
            "de": f"Ausreißer: {extent(known, unit, 'de')}, davor und danach nicht",
            "en": f"Spike: {extent(known, unit, 'en')}, but neither before nor after",
        }


def excursions(values: NDArray[np.float64], least: NDArray[np.float64], width: int) -> Mask:
    """Stretches of `width` values that jump by at least `least` and return, (T,)."""
    found: Mask = np.zeros(len(values), dtype=bool)
    count = len(values) - width - 1
    if count < 1:
        return found
    before, after = values[:count], values[width + 1 :]
    step_before = np.abs(np.diff(before, prepend=before[:1]))
    jump = np.stack([values[1 + k : 1 + k + count] - before for k in range(width)])
    same_way = (np.sign(jump) == np.sign(jump[0])).all(axis=0)
    smallest = np.abs(jump).min(axis=0)
    hit = same_way & (smallest >= least[1 : 1 + count])
    hit &= np.fmax(np.abs(after - before), step_before) <= REMAINS * smallest
    for at in np.flatnonzero(hit):
        found[at + 1 : at + 1 + width] = True
    return found
