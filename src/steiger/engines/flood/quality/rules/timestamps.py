"""Rows that were out of order, twice, or twice with different values (found while reading)."""

from __future__ import annotations

from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span

TEXTS: dict[str, Text] = {
    "shuffled": {
        "de": "{n} Zeilen standen nicht in der Reihenfolge der Zeit; sie sind geordnet",
        "en": "{n} rows were not in the order of time; they have been sorted",
    },
    "duplicate": {
        "de": "{n} Zeitpunkte kommen mehrfach vor; gleiche Werte zählen einmal",
        "en": "{n} times occur more than once; equal values count once",
    },
    "contradicting": {
        "de": "{n} Zeitpunkte haben verschiedene Werte; keiner davon gilt",
        "en": "{n} times have different values; none of them counts",
    },
    "no_column": {
        "de": "Die Datei hat keine Spalte für diesen Sensor",
        "en": "The file has no column for this sensor",
    },
}


class Timestamps(Rule):
    """See the module's text."""

    key = "timestamps"
    effect = Effect.NOTE
    title = {"de": "Zeitstempel", "en": "Time stamps"}

    def mark(self, record: Record) -> Marks:
        """What reading noted."""
        extra = []
        for note in record.observations.notes:
            times = note.times if len(note.times) else record.times[[0, -1]]
            count = len(note.times) or len(record.times)
            text = {code: words.format(n=count) for code, words in TEXTS[note.rule].items()}
            extra.append((note.sensor, times, count, text))
        return Marks(record.nothing(), extra=tuple(extra))

    def reason(self, span: Span) -> Text:  # noqa: ARG002 - the base class's form
        """Marks no single value."""
        return self.title
