"""What a forecast may know: values up to its issue time, and rain that is given to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.forecasting.core import ForecastError
from steiger.engines.flood.forecasting.rain import RainEnsemble, read_rain
from steiger.engines.flood.network import Kind, Network, Observations, as_utc

#: Where rain after the issue time comes from.
Rain = Literal["none", "observed"] | RainEnsemble
#: Rows are filled in as missing up to an issue time this long after the last one.
LONGEST_SILENCE = timedelta(days=30)


def rain_mode(rain: Rain) -> str:
    """The word for it in documents.

    Raises:
        ForecastError: it is no such thing.
    """
    if isinstance(rain, RainEnsemble):
        return "ensemble"
    if rain not in {"none", "observed"}:
        raise ForecastError(f"rain is {rain!r}, neither “none” nor “observed” nor an ensemble")
    return rain


def on_step(
    observations: Observations, network: Network, at: datetime | np.datetime64
) -> np.datetime64:
    """An issue time, checked: on the network's step, and not far outside of the observations.

    Raises:
        ForecastError: what is wrong, and which time would be right.
    """
    moment = as_utc(at)
    if not len(observations):
        raise ForecastError(f"network {network.name!r} has no observations to forecast from")
    first, last = observations.times[0], observations.times[-1]
    step = np.timedelta64(round(network.step.total_seconds()), "s")
    if moment < first:
        raise ForecastError(f"{moment}Z lies before the observations, which begin at {first}Z")
    if off := (moment - first) % step:
        raise ForecastError(
            f"{moment}Z is not on the network's step of {network.step}; take {moment - off}Z"
        )
    if moment - last > np.timedelta64(LONGEST_SILENCE):
        raise ForecastError(
            f"{moment}Z is more than {LONGEST_SILENCE.days} days after the last "
            f"observation, {last}Z"
        )
    return moment


def known(
    network: Network,
    observations: Observations,
    at: np.datetime64,
    rain: Rain,
    horizon: timedelta,
) -> Observations:
    """Exactly what a forecast at a checked time `at` reads; its last row before the future is `at`.

    With observed rain also the rain of the rows up to `at + horizon`, all else there is missing;
    and totals that were under way at `at` (a day's rain), because a part of them is yet to fall.
    """
    past = observations.until(at)
    values = past.values
    step = np.timedelta64(round(network.step.total_seconds()), "s")
    silent = int((at - past.times[-1]) // step)
    if silent:
        values = np.concatenate([values, np.full((silent, len(past.ids)), np.nan)])
    if rain == "observed":
        seen = observations.between(past.times[0], at + np.timedelta64(horizon)).values
        missing = np.full((max(len(seen) - len(values), 0), len(past.ids)), np.nan)
        values = np.concatenate([values, missing])
        for sensor in network.of_kind(Kind.RAIN):
            column = past.position(sensor.id)
            values[: len(seen), column] = seen[:, column]
    times = past.times[0] + np.arange(len(values)) * step
    return replace(past, times=times, values=values, received=None, notes=())


def issue_rows(
    observations: Observations,
    network: Network,
    start: datetime | np.datetime64,
    end: datetime | np.datetime64,
    every: timedelta,
) -> NDArray[np.int64]:
    """Rows of the observations that lie `every` so often from `start` to `end`, both included.

    Raises:
        ForecastError: there is none.
    """
    first, last = as_utc(start), as_utc(end)
    if last < first:
        raise ForecastError(f"the end {last}Z lies before the start {first}Z")
    if not len(observations):
        raise ForecastError(f"network {network.name!r} has no observations to forecast from")
    stride = network.steps(every)
    step = np.timedelta64(round(network.step.total_seconds()), "s")
    # The first row at or after the start; issue times before the record are left out.
    ahead = -((observations.times[0] - first) // step)
    rows = np.arange(ahead, len(observations), stride)
    rows = rows[rows >= 0]
    rows = rows[observations.times[rows] <= last] if len(rows) else rows
    if not len(rows):
        raise ForecastError(
            f"no observation lies from {first}Z to {last}Z; they run from "
            f"{observations.times[0]}Z to {observations.times[-1]}Z"
        )
    return rows.astype(np.int64)


def parse_rain(text: str, network: Network) -> Rain:
    """Rain as it is given on the command line: “none”, “observed”, or a Parquet file.

    Raises:
        ForecastError: it is none of these, or the file makes no sense.
    """
    if text in {"none", "observed"}:
        return text  # type: ignore[return-value]
    if Path(text).suffix != ".parquet":
        raise ForecastError(f"rain is {text!r}: neither “none” nor “observed” nor a .parquet file")
    return read_rain(Path(text), network)


def last_time(observations: Observations, network: Network) -> np.datetime64:
    """The newest time at which any sensor has a value.

    Raises:
        ForecastError: no sensor has any.
    """
    given = np.flatnonzero(np.isfinite(observations.values).any(axis=1))
    if not len(given):
        raise ForecastError(f"network {network.name!r} has no observations to forecast from")
    newest: np.datetime64 = observations.times[given[-1]]
    return newest
