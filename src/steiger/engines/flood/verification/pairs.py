"""Forecasts beside what was observed then, and what was known when they were made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Network, Observations, Sensor
from steiger.engines.flood.verification.settings import Settings, VerificationError
from steiger.engines.flood.verification.tables import QUANTILES, Array, LeadForecasts, Times
from steiger.lib.forecasting import crps_losses

Mask = NDArray[np.bool_]

BLEND = "blend"
PERSISTENCE = "persistence"


@dataclass(frozen=True, slots=True)
class GaugeRecord:
    """What was observed at one gauge, on the network's time step; values in the gauge's unit.

    `known` holds, for each time, the newest value that was available then; `flood` says whether
    the time lies in a flood window. All of shape (T,).
    """

    sensor: Sensor
    times: Times
    values: Array
    known: Array
    flood: Mask
    step: np.timedelta64

    @property
    def levels(self) -> tuple[float, ...]:
        """The warning levels."""
        return self.sensor.warning_levels

    def flood_level(self, settings: Settings) -> int:
        """Number of the level that defines floods here; 0 if the gauge has no level."""
        return min(settings.level, len(self.levels))

    def places(self, times: Times) -> NDArray[np.int64]:
        """Where these times lie in the record; −1 outside of it.

        Raises:
            VerificationError: a time is not on the network's step.
        """
        apart = (times - self.times[0]).astype(np.int64)
        width = int(self.step.astype(np.int64))
        if np.any(apart % width):
            first = times[np.flatnonzero(apart % width)[0]]
            raise VerificationError(
                f"gauge {self.sensor.id!r}: {first}Z is not on the network's time step"
            )
        places = apart // width
        return np.where((places >= 0) & (places < self.times.size), places, -1)


def gauge_record(
    network: Network, observations: Observations, gauge: str, settings: Settings
) -> GaugeRecord:
    """The record of one gauge."""
    sensor = network.sensor(gauge)
    values = np.asarray(observations.column(gauge), dtype=np.float64)
    width = round(network.step.total_seconds())
    delay = -(-round(sensor.delay(network.step).total_seconds()) // width)
    level = min(settings.level, len(sensor.warning_levels))
    above = np.zeros(values.size, dtype=np.bool_)
    if level:
        above = values >= sensor.warning_levels[level - 1]
    reach = round(settings.window.total_seconds()) // width
    return GaugeRecord(
        sensor=sensor,
        times=observations.times.astype("datetime64[s]"),
        values=values,
        known=_newest_known(values, delay),
        flood=_widened(above, reach),
        step=np.timedelta64(width, "s"),
    )


def _newest_known(values: Array, delay: int) -> Array:
    """The last finite value up to `delay` steps before each time."""
    late = np.concatenate([np.full(delay, np.nan), values])[: values.size]
    last = np.where(np.isfinite(late), np.arange(late.size), -1)
    last = np.maximum.accumulate(last) if last.size else last
    return np.where(last >= 0, late[np.maximum(last, 0)], np.nan)


def _widened(marked: Mask, reach: int) -> Mask:
    """Marks also what lies within `reach` steps of a mark."""
    edges = np.zeros(marked.size + 1, dtype=np.int64)
    where = np.flatnonzero(marked)
    np.add.at(edges, np.maximum(where - reach, 0), 1)
    np.add.at(edges, np.minimum(where + reach + 1, marked.size), -1)
    return np.asarray(np.cumsum(edges)[:-1] > 0)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Forecasts of one gauge and lead time with their observations; all arrays have n rows.

    `points` holds the point forecast of each method, `crps` its CRPS per pair (for a point
    forecast the absolute error), NaN where a method gave none. The first method is the blend.
    """

    forecasts: LeadForecasts
    record: GaugeRecord
    observed: Array
    known: Array
    flood: Mask
    points: dict[str, Array]
    crps: dict[str, Array]

    @property
    def size(self) -> int:
        """How many forecasts of the blend met an observation."""
        return int(np.sum(np.isfinite(self.observed) & np.isfinite(self.points[BLEND])))


def pair(forecasts: LeadForecasts, record: GaugeRecord) -> Pairs:
    """Put observations beside forecasts. Persistence is what was known at issue time."""
    at_valid, at_issue = record.places(forecasts.valid), record.places(forecasts.issued)
    observed = np.where(at_valid >= 0, record.values[at_valid], np.nan)
    known = np.where(at_issue >= 0, record.known[at_issue], np.nan)
    points = {BLEND: forecasts.median, PERSISTENCE: known}
    for name, values in forecasts.experts.items():
        if name != "x_persistence":
            points[name.removeprefix("x_")] = values
    crps = {name: np.abs(values - observed) for name, values in points.items()}
    quantiles = forecasts.quantiles
    whole = np.isfinite(quantiles).all(axis=1) & np.isfinite(observed)
    crps[BLEND] = np.full(observed.size, np.nan)
    levels = list(QUANTILES.values())
    crps[BLEND][whole] = crps_losses(quantiles[whole], observed[whole], levels)
    return Pairs(
        forecasts=forecasts,
        record=record,
        observed=observed,
        known=known,
        flood=(at_valid >= 0) & record.flood[at_valid],
        points=points,
        crps=crps,
    )
