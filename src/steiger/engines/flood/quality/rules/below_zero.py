"""A level that is below its gauge's zero all of a sudden.

A river may fall below the zero of its gauge, but not in one step from well above. The values are
used: where the bed was dug out, or a weir laid down, they are true.
"""

from __future__ import annotations

import numpy as np

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, extent
from steiger.engines.flood.quality.rules.fault_code import codes
from steiger.engines.flood.quality.rules.out_of_range import possible
from steiger.engines.flood.quality.series import previous_valid, run_starts

#: How far above zero, in metres, the value before must have been.
LEAST_BEFORE = 0.3


class BelowZero(Rule):
    """See the module's text."""

    key = "below_zero"
    effect = Effect.SUSPECT
    title = {"de": "Plötzlich unter null", "en": "Suddenly below zero"}

    def mark(self, record: Record) -> Marks:
        """Mark runs below zero that begin with such a fall."""
        found = record.nothing()
        for column, sensor, shown in record.of_kind(Kind.WATER_LEVEL):
            values = possible(shown, sensor.kind)
            if not (values < 0).any():
                continue
            # −99 cm is no level but no value; that rule says so.
            values = np.where(codes(record.unit(sensor).to_source(values)), np.nan, values)
            starts = run_starts(np.where(np.isnan(values), np.nan, values < 0))
            before = previous_valid(values)[starts]
            found[:, column] = (values < 0) & (before >= LEAST_BEFORE)
        return Marks(found)

    def reason(self, span: Span) -> Text:
        """Name the value."""
        known, unit = span.known(), span.unit
        return {
            "de": f"Plötzlich unter null: {extent(known, unit, 'de')}, davor weit darüber",
            "en": f"Suddenly below zero: {extent(known, unit, 'en')}, but far above before",
        }
