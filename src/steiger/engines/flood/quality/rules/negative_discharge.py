"""Water that would run uphill: a discharge or release below zero."""

from __future__ import annotations

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span, extent


class NegativeDischarge(Rule):
    """See the module's text."""

    key = "negative_discharge"
    effect = Effect.UNUSABLE
    title = {"de": "Negativer Abfluss", "en": "Negative discharge"}

    def mark(self, record: Record) -> Marks:
        """Everything below zero."""
        found = record.nothing()
        for column, _, values in record.of_kind(Kind.DISCHARGE, Kind.RELEASE):
            found[:, column] = values < 0
        return Marks(found)

    def reason(self, span: Span) -> Text:
        """Name the value."""
        unit = span.unit
        return {
            "de": f"Negativer Abfluss: {extent(span.known(), unit, 'de')}",
            "en": f"Negative discharge: {extent(span.known(), unit, 'en')}",
        }
