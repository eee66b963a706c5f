"""More rain in some hours than has ever fallen in so many.

Each value alone is possible; their sum is compared with the same envelope, which grows with the
square root of the duration (`out_of_range`). The values are used: a record may be broken.
"""

from __future__ import annotations

import math
from datetime import timedelta

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, extent
from steiger.engines.flood.quality.rules.out_of_range import RAIN_PER_ROOT_HOUR
from steiger.engines.flood.quality.series import window_sum

#: Hours over which rain is summed.
WINDOWS = (2, 3, 4, 6, 12, 24)


class Downpour(Rule):
    """See the module's text."""

    key = "downpour"
    effect = Effect.SUSPECT
    title = {"de": "Mehr Regen als je", "en": "More rain than ever"}

    def mark(self, record: Record) -> Marks:
        """Mark the rain of every window whose sum is too large, once that is known."""
        found = record.nothing()
        for column, sensor, values in record.of_kind(Kind.RAIN):
            if (sensor.accumulation or record.network.step) > timedelta(hours=WINDOWS[0]) / 2:
                continue
            for hours in WINDOWS:
                total, _ = window_sum(values, record.steps(hours))
                found[:, column] |= total > RAIN_PER_ROOT_HOUR * math.sqrt(hours)
            found[:, column] &= values > 0
        return Marks(found)

    def reason(self, span: Span) -> Text:
        """Name the values."""
        known, unit = span.known(), span.unit
        return {
            "de": f"Mit den Stunden davor mehr Regen, als je fiel: {extent(known, unit, 'de')}",
            "en": f"With the hours before, more rain than ever fell: {extent(known, unit, 'en')}",
        }
