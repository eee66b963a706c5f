"""Values that no such sensor can show.

Limits are generous: a record flood must pass. Rain follows the envelope of the world's and
Germany's records, which grows with the square root of the duration (WMO-No. 1045, section 5.7.3;
Münster, 28 July 2014: 220 mm in 1.5 h).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, extent, number
from steiger.engines.flood.quality.rules.fault_code import codes

LIMITS: dict[Kind, tuple[float, float]] = {
    Kind.WATER_LEVEL: (-5.0, 30.0),
    Kind.RESERVOIR_LEVEL: (-100.0, 4000.0),
    Kind.DISCHARGE: (-math.inf, 30_000.0),  # negative ones have a rule of their own
    Kind.RELEASE: (-math.inf, 30_000.0),
    Kind.TEMPERATURE: (-50.0, 60.0),
    Kind.SOIL_MOISTURE: (0.0, 1.0),
    Kind.AIR_PRESSURE: (500.0, 1100.0),
    Kind.HUMIDITY: (1.0, 105.0),
    Kind.WIND: (0.0, 100.0),
}
RAIN_PER_ROOT_HOUR = 200.0
EVAPORATION_PER_HOUR = 2.0


def limits(kind: Kind, hours: float) -> tuple[float, float]:
    """Lowest and highest possible value of a kind; totals are over so many hours."""
    if kind is Kind.RAIN:
        return 0.0, RAIN_PER_ROOT_HOUR * math.sqrt(hours)
    if kind is Kind.POTENTIAL_EVAPOTRANSPIRATION:
        return -0.5 * hours, EVAPORATION_PER_HOUR * hours
    return LIMITS[kind]


def possible(values: NDArray[np.float64], kind: Kind) -> NDArray[np.float64]:
    """The values (T,) with those that cannot be missing, for rules that compare neighbours."""
    low, high = LIMITS[kind]
    return np.where((values < low) | (values > high), np.nan, values)


class OutOfRange(Rule):
    """See the module's text."""

    key = "range"
    effect = Effect.UNUSABLE
    title = {"de": "Außerhalb des Möglichen", "en": "Out of range"}

    def mark(self, record: Record) -> Marks:
        """Compare with the limits of the kind."""
        found = record.nothing()
        for column, sensor, values in record.of_kind(*Kind):
            total = sensor.accumulation or record.network.step
            low, high = limits(sensor.kind, total.total_seconds() / 3600)
            outside = (values < low) | (values > high)
            if outside.any():  # −999 is not a low value but no value; that rule says so
                outside &= ~codes(record.unit(sensor).to_source(values))
            found[:, column] = outside
        return Marks(found)

    def reason(self, span: Span) -> Text:
        """Name value and limits."""
        low, high = map(float, span.in_file(LIMITS.get(span.sensor.kind, (0.0, math.inf))))
        unit, known = span.unit, span.known()
        far = high if math.isfinite(high) and known.max() > high else low
        return {
            "de": f"{extent(known, unit, 'de')}: außerhalb des Möglichen"
            + (f" (Grenze {number(far, 'de')} {unit})" if math.isfinite(far) and far else ""),
            "en": f"{extent(known, unit, 'en')}: not possible"
            + (f" (limit {number(far, 'en')} {unit})" if math.isfinite(far) and far else ""),
        }
