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
        given = np.isfinite(record.values)
        started = np.maximum.accumulate(given, axis=0)
        return Marks(started & ~record.in_hand(given))

    def reason(self, span: Span) -> Text:
        """Say how many."""
        count = len(span.values)
        return {
            "de": "Ein Wert fehlt" if count == 1 else f"{count} Werte fehlen",
            "en": "One value is missing" if count == 1 else f"{count} values are missing",
        }
