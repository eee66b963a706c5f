"""Rain forecasts for the simulated valley: the truth to come, disturbed as forecasts are.

Members err more the further they look: the amount by a common factor and one per gauge, the time
by some hours, and each has showers that never come. One member more than none is the truth itself
(`perfect`), for studies.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from steiger.engines.flood.simulation.plan import Valley
from steiger.engines.flood.simulation.valley import ValleyState
from steiger.engines.flood.simulation.weather import rain_between, storm_rain

Array = NDArray[np.float64]
#: Spread of the logarithm of the amount at once and after a day.
AMOUNT_SPREAD = (0.15, 0.55)
GAUGE_SPREAD = 0.25
#: Hours by which a day-ahead forecast is early or late.
LARGEST_SHIFT = 3.0


def rain_ensemble(
    valley: Valley,
    state: ValleyState,
    *,
    lead_hours: int,
    members: int,
    seed: int,
    perfect: bool = False,
) -> pa.Table:
    """Rain of the next hours at every rain gauge, as a forecast made now.

    Columns `issue_time`, `valid_time` (end of the hour, UTC), `sensor`, `member` (int32), `value`
    (mm): lead_hours × gauges × members rows.
    """
    truth = coming_rain(valley, state, lead_hours + 6)
    random = np.random.default_rng([seed, state.hour % 2**32, 4])
    count = 1 if perfect else members
    values = np.stack(
        [
            truth[:lead_hours] if perfect else _member(truth, lead_hours, random)
            for _ in range(count)
        ]
    )
    values = np.round(values, 1)
    issue = np.datetime64(state.hour, "h").astype("datetime64[s]")
    valid = issue + np.arange(1, lead_hours + 1) * np.timedelta64(3600, "s")
    gauges = np.array([gauge.id for gauge in valley.rain])
    rows = values.size
    utc = pa.timestamp("s", tz="UTC")
    return pa.table(
        {
            "issue_time": pa.array(np.full(rows, issue)).cast(utc),
            "valid_time": pa.array(np.tile(np.repeat(valid, len(gauges)), count)).cast(utc),
            "sensor": pa.array(np.tile(gauges, rows // len(gauges))),
            "member": pa.array(np.repeat(np.arange(count), rows // count), pa.int32()),
            "value": pa.array(values.ravel()),
        }
    )


def coming_rain(valley: Valley, state: ValleyState, hours: int) -> Array:
    """The rain that will fall at the rain gauges, mm (hours, gauges)."""
    begin, end = state.hour, state.hour + hours
    rain = rain_between(valley, state.seed, begin, end)
    rain = rain + storm_rain(valley, state.storms, begin, end)
    return rain[:, : len(valley.rain)]


def _member(truth: Array, hours: int, random: np.random.Generator) -> Array:
    gauges = truth.shape[1]
    lead = np.minimum(np.arange(hours) / 24, 1.0)
    shift = random.normal(0.0, LARGEST_SHIFT / 2) * lead
    at = np.clip(np.arange(hours) + np.clip(shift, -LARGEST_SHIFT, LARGEST_SHIFT), 0, hours + 4)
    low = at.astype(np.int64)
    part = (at - low)[:, None]
    moved = truth[low] * (1 - part) + truth[low + 1] * part
    spread = AMOUNT_SPREAD[0] + (AMOUNT_SPREAD[1] - AMOUNT_SPREAD[0]) * lead
    common = np.exp(spread * random.standard_normal() - spread**2 / 2)
    own = np.exp(GAUGE_SPREAD * random.standard_normal(gauges) - GAUGE_SPREAD**2 / 2)
    rain = moved * common[:, None] * own
    # A shower that does not come, in one of three members.
    begin, strength, place = random.integers(hours), random.exponential(4.0), random.random(gauges)
    if random.random() < 1 / 3:
        rain[begin : begin + 2] += strength * place * lead[begin]
    member: Array = np.maximum(rain, 0.0)
    return member
