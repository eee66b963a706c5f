"""Jumps between two steps that water, air or soil does not make.

The jump is marked, the value is used: after a burst dam the high level is true. Levels may rise
faster than they fall. Limits are per hour and grow with the square root of the step.
"""

from __future__ import annotations

import math

import numpy as np

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, number
from steiger.engines.flood.quality.rules.out_of_range import possible

#: kind → largest fall and largest rise in one hour
LIMITS: dict[Kind, tuple[float, float]] = {
    Kind.WATER_LEVEL: (-1.5, 3.0),
    Kind.RESERVOIR_LEVEL: (-2.0, 3.0),
    Kind.TEMPERATURE: (-15.0, 12.0),
    Kind.SOIL_MOISTURE: (-0.2, 0.5),
    Kind.AIR_PRESSURE: (-12.0, 12.0),
    Kind.HUMIDITY: (-70.0, 70.0),
    Kind.WIND: (-40.0, 40.0),
}


class RateOfChange(Rule):
    """See the module's text."""

    key = "rate_of_change"
    effect = Effect.SUSPECT
    title = {"de": "Sprung", "en": "Jump"}

    def mark(self, record: Record) -> Marks:
        """Compare each value with the last one before it, if that is the step before."""
        found = record.nothing()
        scale = math.sqrt(record.hours)
        for column, sensor, values in record.of_kind(*LIMITS):
            fall, rise = LIMITS[sensor.kind]
            change = np.diff(possible(values, sensor.kind), prepend=np.nan)
            found[:, column] = (change < fall * scale) | (change > rise * scale)
        return Marks(found)

    def reason(self, span: Span) -> Text:
        """Name where it jumped to."""
        value, unit = float(span.known()[0]), span.sensor.unit
        return {
            "de": f"Sprung auf {number(value, 'de')} {unit} in einem Schritt",
            "en": f"Jump to {number(value, 'en')} {unit} in one step",
        }
