"""Numbers with which loggers say “no value”: −999 and its kin, and a level of exactly 0.00.

A zero is a code only where the water cannot have fallen to it: the value before was well above.
Soil, too, never is without any water, and does not lose a twentieth of its volume in a step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Mask, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, number
from steiger.engines.flood.quality.series import past_quantile, run_starts

#: In the unit of the file. 999.9 is left out: it is an ordinary air pressure.
CODES = np.array(
    [
        -99.0,
        -99.9,
        -99.99,
        -777.0,
        -888.0,
        -999.0,
        -999.9,
        -999.99,
        -7777.0,
        -8888.0,
        -9999.0,
        9999.0,
        9999.9,
        99999.0,
        -32768.0,
        32767.0,
        65535.0,
    ]
)
#: How far above zero the last value must have been for a fall to 0.00 to be impossible.
LEAST_FALL = {Kind.WATER_LEVEL: 0.05, Kind.RESERVOIR_LEVEL: 0.5, Kind.SOIL_MOISTURE: 0.05}
#: … and for discharge, as a part of its median so far.
LEAST_PART = 0.1


class FaultCode(Rule):
    """See the module's text."""

    key = "fault_code"
    effect = Effect.UNUSABLE
    title = {"de": "Fehlercode", "en": "Fault code"}

    def mark(self, record: Record) -> Marks:
        """Compare with the codes in the unit of the file; then look for sudden zeros."""
        found = record.nothing()
        for column, sensor, values in record.of_kind(*Kind):
            found[:, column] = codes(record.unit(sensor).to_source(values))
        for column, _, values in record.of_kind(*LEAST_FALL, Kind.DISCHARGE):
            if (values == 0).any():
                found[:, column] |= sudden_zeros(record, column, values)
        return Marks(found)

    def reason(self, span: Span) -> Text:
        """Name the code."""
        code = float(span.known()[0])
        if code == 0:
            return {
                "de": "0,00 aus heiterem Himmel: der Wert davor lag weit darüber",
                "en": "0.00 out of the blue: the value before was far above",
            }
        unit = span.unit
        return {
            "de": f"{number(code, 'de', 7)} {unit} ist ein Fehlercode des Messgeräts",
            "en": f"{number(code, 'en', 7)} {unit} is a fault code of the device",
        }


def codes(source: NDArray[np.float64]) -> Mask:
    """Where values in the unit of the file are a code, (T,)."""
    found: Mask = np.zeros(len(source), dtype=bool)
    # Only what is far out can be a code: most columns never are.
    far = np.flatnonzero((source <= -90) | (source >= 9000))
    if len(far):
        found[far] = np.isclose(source[far, None], CODES[None, :], rtol=1e-6, atol=0).any(axis=1)
    return found


def sudden_zeros(record: Record, column: int, values: NDArray[np.float64]) -> Mask:
    """Runs of exact zeros that begin with an impossible fall, (T,)."""
    sensor = record.sensors[column]
    starts = run_starts(np.where(np.isnan(values), np.nan, values != 0))
    index = np.arange(len(values))
    given = np.maximum.accumulate(np.where(np.isnan(values) | (values == 0), -1, index))
    before = np.where(starts > 0, given[np.maximum(starts - 1, 0)], -1)
    last = np.where(before >= 0, values[before], np.nan)
    if sensor.kind is Kind.DISCHARGE:
        least = LEAST_PART * past_quantile(values, record.times, 0.5)
    else:
        least = np.full(len(values), LEAST_FALL[sensor.kind])
    sudden: Mask = (values == 0) & (last >= least[starts]) & (last > 0)
    return sudden
