"""A sensor that shows nothing: a rain gauge that stays dry while others are wet, or one that
has never moved.

Its zeros look like good news, which is what makes them dangerous.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind
from steiger.engines.flood.quality.flags import Effect, Text
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span
from steiger.engines.flood.quality.series import back_to_start, run_starts, window_sum

WINDOW_DAYS = 21
#: Millimetres that the others must have seen in the window.
OTHERS_WET = 40.0
#: Days without a drop that do not occur, also without a neighbour to compare with.
LONGEST_DROUGHT_DAYS = 75
#: Days after which a sensor that has only ever shown one value is dead.
NEVER_MOVED_DAYS = 30


class Dead(Rule):
    """See the module's text."""

    key = "dead"
    effect = Effect.UNUSABLE
    title = {"de": "Tot", "en": "Dead"}

    def mark(self, record: Record) -> Marks:
        """Mark zeros that cannot be true; afterwards the whole dry run."""
        online = record.nothing()
        whole = record.nothing()
        others = median_of_others(wetness(record))
        for column, _, values in record.of_kind(Kind.RAIN):
            starts = run_starts(np.where(np.isnan(values), np.nan, values == 0))
            run = np.arange(len(values)) - starts + 1
            dry = values == 0
            contrast = dry & (run >= record.steps(24 * WINDOW_DAYS))
            contrast &= others >= OTHERS_WET
            parched = dry & (run >= record.steps(24 * LONGEST_DROUGHT_DAYS))
            online[:, column] = contrast | parched
            whole[:, column] = back_to_start(online[:, column], starts)
        for column, sensor, values in record.of_kind(*Kind):
            if sensor.kind in {Kind.RELEASE, Kind.RAIN, Kind.WIND}:
                continue
            first = values[~np.isnan(values)][:1]
            moved = np.maximum.accumulate(~np.isnan(values) & (values != first.sum()))
            seen = np.cumsum(~np.isnan(values))
            online[:, column] = ~moved & (seen >= record.steps(24 * NEVER_MOVED_DAYS))
            whole[:, column] = online[:, column]
            if online[:, column].any():
                whole[:, column] |= ~moved & ~np.isnan(values)
        return Marks(online, whole)

    def reason(self, span: Span) -> Text:
        """Say what it does not show."""
        days = int((span.end - span.start) / np.timedelta64(1, "D"))
        if span.sensor.kind is Kind.RAIN:
            return {
                "de": f"Tot: seit {days} Tagen kein Tropfen, obwohl es geregnet haben muss",
                "en": f"Dead: not a drop for {days} days, though it must have rained",
            }
        return {
            "de": f"Tot: in {days} Tagen immer derselbe Wert",
            "en": f"Dead: the same value all {days} days",
        }


def wet_columns(record: Record) -> dict[int, float]:
    """Rain columns with the hours over which each value is summed."""
    step = record.network.step
    return {
        column: (sensor.accumulation or step).total_seconds() / 3600
        for column, sensor, _ in record.of_kind(Kind.RAIN)
    }


def wetness(record: Record) -> NDArray[np.float64]:
    """Rain of the last `WINDOW_DAYS` days at each rain sensor, (T, R) mm; NaN if mostly missing.

    From the mean of what is there, so that a daily total counts alike whether the file repeats
    it in every row or gives it once. Values count from when they are known.
    """
    columns = wet_columns(record)
    width = record.steps(24 * WINDOW_DAYS)
    result = np.full((len(record.times), len(columns)), np.nan)
    for place, (column, hours) in enumerate(columns.items()):
        sensor = record.sensors[column]
        late = -(-sensor.delay(record.network.step) // record.network.step)
        values = np.full(len(record.times), np.nan)
        values[late:] = record.values[: max(0, len(values) - late), column]
        total, count = window_sum(values, width)
        enough = count * hours >= WINDOW_DAYS * 24 * 0.7
        mean = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
        result[:, place] = np.where(enough, mean * (WINDOW_DAYS * 24 / hours), np.nan)
    return result


def median_of_others(wet: NDArray[np.float64]) -> NDArray[np.float64]:
    """(Lower) median of each row (T, R) but for its smallest; −1 where there is no other, (T,).

    A gauge in question is dry, so it is the smallest, and one sorting serves them all.
    """
    count = (~np.isnan(wet)).sum(axis=1)
    if wet.shape[1] < 2:
        return np.full(len(wet), -1.0)
    ordered = np.sort(wet, axis=1)  # NaN last
    middle = 1 + np.maximum(count - 2, 0) // 2
    found: NDArray[np.float64] = ordered[np.arange(len(wet)), middle]
    return np.where(count >= 2, found, -1.0)
