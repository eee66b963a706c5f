"""Totals over a day.

One that is stamped at the start of its day is known only when the day is over; to use it earlier
would be to know the future. One that nobody declared would be taken for the rain of a single step
and counted many times: it shows by runs of one value that each last a whole day.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span
from steiger.engines.flood.quality.series import run_starts

#: Runs of a day or more of one value other than zero that betray a daily total.
TELLING_RUNS = 3


class DailyTotal(Rule):
    """See the module's text."""

    key = "daily_total"
    effect = Effect.NOTE
    title = {"de": "Tagessumme", "en": "Daily total"}

    def mark(self, record: Record) -> Marks:
        """Say which sensors hold totals, declared or not."""
        extra = []
        for _, sensor, values in record.of_kind(Kind.RAIN, Kind.POTENTIAL_EVAPOTRANSPIRATION):
            if sensor.accumulation and sensor.accumulation > record.network.step:
                text = declared(sensor, record.network.step)
            elif undeclared(values, record.steps(24)):
                text = UNDECLARED
            else:
                continue
            count = int((~np.isnan(values)).sum())
            extra.append((sensor.id, record.times[[0, -1]], count, text))
        return Marks(record.nothing(), extra=tuple(extra))

    def reason(self, span: Span) -> Text:  # noqa: ARG002 - the base class's form
        """Marks no single value."""
        return self.title


UNDECLARED: Text = {
    "de": "Sieht aus wie eine Tagessumme, die in jeder Zeile wiederholt wird: "
    "„accumulation“ und „stamped“ angeben",
    "en": "Looks like a daily total repeated in every row: state “accumulation” and “stamped”",
}


def declared(sensor: Sensor, step: timedelta) -> Text:
    """When the total is known, and whether the network file said so."""
    total = sensor.accumulation or step
    hours, delay = total / timedelta(hours=1), sensor.delay(step) / timedelta(hours=1)
    place = {"start": ("Anfang", "start"), "end": ("Ende", "end")}[sensor.stamped]
    early = sensor.stamped == "start" and sensor.available_after < total
    german = f"Summe über {hours:g} h, gestempelt am {place[0]}: bekannt erst nach {delay:g} h"
    english = f"Total over {hours:g} h, stamped at its {place[1]}: known only after {delay:g} h"
    if early:
        german += "; „available_after“ in network.toml ist zu kurz"
        english += "; “available_after” in network.toml is too short"
    return {"de": german, "en": english}


def undeclared(values: np.ndarray[tuple[int], np.dtype[np.float64]], day: int) -> bool:
    """Whether runs of equal values other than zero last whole days."""
    if day < 4:
        return False  # with steps of six hours or more, equal values prove nothing
    starts = run_starts(values)
    ends = np.append(np.flatnonzero(np.diff(starts)), len(values) - 1)
    length = ends - starts[ends] + 1
    rainy = (values[ends] > 0) & (length >= day // 2)
    whole = rainy & (length % day == 0)
    return int(whole.sum()) >= TELLING_RUNS and bool(whole.sum() >= 0.5 * rainy.sum())
