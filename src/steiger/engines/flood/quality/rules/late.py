"""A sensor whose newest value is old."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span

#: Steps that a value may be late without a word: a transmission may fail once.
PATIENCE = 2


class Late(Rule):
    """See the module's text."""

    key = "late"
    effect = Effect.MISSING
    title = {"de": "Verspätet", "en": "Late"}

    def mark(self, record: Record) -> Marks:
        """Compare the newest value of each sensor with the end of the record."""
        observations = record.observations
        end = observations.received or observations.times[-1]
        given = ~np.isnan(record.values)
        extra = []
        for column, sensor in enumerate(record.sensors):
            rows = np.flatnonzero(given[:, column])
            if not len(rows):
                text = {"de": "Kein einziger Wert", "en": "Not a single value"}
                extra.append((sensor.id, record.times[[0, -1]], len(given), text))
                continue
            newest = record.times[rows[-1]]
            due = sensor.delay(record.network.step) + (sensor.accumulation or timedelta(0))
            allowed = due + PATIENCE * record.network.step
            if end - newest > np.timedelta64(allowed):
                count = len(given) - 1 - int(rows[-1])
                extra.append((sensor.id, np.array([newest, end]), count, since(newest)))
        return Marks(record.nothing(), extra=tuple(extra))

    def reason(self, span: Span) -> Text:
        """Say since when."""
        return since(span.start)


def since(newest: np.datetime64) -> Text:
    """“No value since …”."""
    when = str(newest.astype("datetime64[m]")).replace("T", " ")
    return {"de": f"Seit {when} UTC kein Wert", "en": f"No value since {when} UTC"}
