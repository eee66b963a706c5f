"""Values that should be there and are not."""

from __future__ import annotations

import numpy as np

from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span


class Missing(Rule):
    """A gap inside the record. What cannot be known yet is not missing."""

    key = "missing"
    effect = Effect.MISSING
    title = {"de": "Fehlend", "en": "Missing"}

    def mark(self, record: Record) -> Marks:
        """Everything that is due and not there, from the sensor's first value on."""
        gone = np.isnan(record.values)
        started = np.maximum.accumulate(~gone, axis=0)
        # Sensors that report a total once in its time are not late in between.
        for column, sensor in enumerate(record.sensors):
            if sensor.accumulation and sensor.accumulation > record.network.step:
                width = sensor.accumulation // record.network.step
                given = np.convolve(~gone[:, column], np.ones(width), "full")[: len(gone)] > 0
                gone[:, column] &= ~given
        return Marks(gone & started & ~record.not_due())

    def reason(self, span: Span) -> Text:
        """Say how many."""
        count = len(span.values)
        return {
            "de": "Ein Wert fehlt" if count == 1 else f"{count} Werte fehlen",
            "en": "One value is missing" if count == 1 else f"{count} values are missing",
        }
