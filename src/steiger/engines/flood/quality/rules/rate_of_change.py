"""Jumps between two steps that water, air or soil does not make.

The jump is marked, the value is used: after a burst dam the high level is true. Levels may rise
faster than they fall. Limits are per hour and grow with the square root of the step.

Gauges differ: what is usual at one river is impossible at the next. So a jump of a level or
discharge is also compared with what this sensor has shown so far. Floods have been seen to exceed
that twentyfold, but they take several steps to rise and to fall, so it must stand alone: the sensor
rests before it and after it. That shows a step later. Releases are not compared: a gate opens at
once.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Mask, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, number
from steiger.engines.flood.quality.rules.out_of_range import possible
from steiger.engines.flood.quality.series import past_quantile

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

#: kind → smallest jump in one hour that is compared with the sensor's own changes
OWN: dict[Kind, float] = {Kind.WATER_LEVEL: 0.3, Kind.RESERVOIR_LEVEL: 0.3, Kind.DISCHARGE: 0.0}
#: How many times its usual large change (this quantile of all) a jump is, and which part of it the
#: steps beside it may have.
TIMES_USUAL, USUAL, BESIDE = 8.0, 0.998, 0.05


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
        alone = record.nothing()
        for column, sensor, values in record.of_kind(*OWN):
            jump = np.abs(np.diff(possible(values, sensor.kind), prepend=np.nan))
            large = (jump > OWN[sensor.kind] * scale) & (jump > TIMES_USUAL * usual(jump, record))
            alone[:, column] = large & stands_alone(jump)
        return Marks(found, whole=alone)

    def reason(self, span: Span) -> Text:
        """Name where it jumped to."""
        value, unit = float(span.known()[0]), span.unit
        return {
            "de": f"Sprung auf {number(value, 'de')} {unit} in einem Schritt",
            "en": f"Jump to {number(value, 'en')} {unit} in one step",
        }


def usual(jump: NDArray[np.float64], record: Record) -> NDArray[np.float64]:
    """The usual large change of a sensor up to each time, (T,); infinite while it is not known.

    Rows in which nothing moves say nothing of it, so a brook that is dry for months is not judged
    by them.
    """
    found = past_quantile(np.where(jump > 0, jump, np.nan), record.times, USUAL)
    return np.where(np.isnan(found), np.inf, found)


def stands_alone(jump: NDArray[np.float64]) -> Mask:
    """Where a change (T,) has hardly any beside it, neither before nor after."""
    before = np.concatenate([[np.nan], jump[:-1]])
    after = np.concatenate([jump[1:], [np.nan]])
    alone: Mask = np.maximum(before, after) <= BESIDE * jump  # a missing neighbour says nothing
    return alone
