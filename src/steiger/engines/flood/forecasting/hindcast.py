"""Hindcasts: forecasts of a past period, each as it would have been issued then."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from steiger.engines.flood.forecasting.core import QUANTILES, REGIMES, load_core
from steiger.engines.flood.forecasting.executors import run_all
from steiger.engines.flood.forecasting.inputs import Rain, issue_rows, rain_mode
from steiger.engines.flood.forecasting.issue import core_rain
from steiger.engines.flood.forecasting.model import Model
from steiger.engines.flood.forecasting.numbers import Numbers, numbers_of
from steiger.engines.flood.forecasting.rain import RainEnsemble
from steiger.engines.flood.network import Network, Observations
from steiger.engines.flood.quality import masked


def hindcast(
    model: Model,
    network: Network,
    observations: Observations,
    *,
    start: datetime | np.datetime64,
    end: datetime | np.datetime64,
    every: timedelta,
    rain: Rain = "none",
    executor: Executor | None = None,
    done: Callable[[], object] = lambda: None,
) -> pa.Table:
    """Forecast from every `every` between `start` and `end` (both included; UTC).

    Each forecast sees what was known at its issue time and equals that of `issue_forecast`, bit
    by bit. Columns: `issue_time`, `gauge`, `lead_minutes`, `q05` to `q95`, `p_level_1` to that of
    the gauge with the most levels, `x_<expert>` and `regime`; sorted by gauge (in the network's
    order), issue time and lead; null where nothing was forecast. `done` is called after each gauge.

    Raises:
        ForecastError: the times, the rain or the network does not fit model or observations.
    """
    model.check_fits(network)
    mode = rain_mode(rain)
    rows = issue_rows(observations, network, start, end, every)
    if isinstance(rain, RainEnsemble):
        # A missing rain forecast is told now, not after an hour's work.
        for row in rows:
            core_rain(model, rain, observations.times[row], network)
    context = _Context(model, network, masked(network, observations), rows, rain)
    gauges = [sensor.id for sensor in network.targets if sensor.id in model.gauges]
    numbers = run_all(executor, _gauge, context, gauges, lambda *_: done())
    levels = max((len(network.sensor(gauge).warning_levels) for gauge in gauges), default=0)
    experts = sorted({name for part in numbers for name in part.experts})
    times = observations.times[rows]
    parts = [
        _table(gauge, part, times, levels, experts)
        for gauge, part in zip(gauges, numbers, strict=True)
    ]
    about = {
        "format": "steiger-flood-hindcast/1",
        "network": network.name,
        "network_digest": network.digest(),
        "observations_digest": observations.digest(),
        "model": model.digest,
        "rain": mode,
    }
    return pa.concat_tables(parts).replace_schema_metadata(about).combine_chunks()


@dataclass(frozen=True, slots=True)
class _Context:
    model: Model
    network: Network
    observations: Observations
    rows: NDArray[np.int64]
    rain: Rain


def _gauge(context: _Context, gauge: str) -> Numbers:
    sensor = context.network.sensor(gauge)

    def predict(rows: NDArray[np.int64], rain: Any) -> Numbers:
        core, model = load_core(context.model.core), context.model
        own, shared = model.gauge_part(gauge), model.shared_part
        with model.in_use():
            found = core.predict_gauge(
                own, shared, context.network, context.observations, rows, rain
            )
        return numbers_of(found, gauge, sensor.unit, len(rows), len(sensor.warning_levels))

    if not isinstance(context.rain, RainEnsemble):
        return predict(context.rows, context.rain)
    single = []
    for row in context.rows:
        at = context.observations.times[row]
        future, _ = core_rain(context.model, context.rain, at, context.network)
        single.append(predict(np.array([row]), future))
    return _joined(single)


def _joined(parts: list[Numbers]) -> Numbers:
    return Numbers(
        minutes=parts[0].minutes,
        quantiles=np.concatenate([part.quantiles for part in parts]),
        p_levels=np.concatenate([part.p_levels for part in parts]),
        experts={
            name: np.concatenate([part.experts[name] for part in parts])
            for name in parts[0].experts
        },
        regime=np.concatenate([part.regime for part in parts]),
        state=np.concatenate([part.state for part in parts]),
    )


def _table(
    gauge: str,
    numbers: Numbers,
    times: NDArray[np.datetime64],
    levels: int,
    experts: list[str],
) -> pa.Table:
    count, leads = numbers.regime.shape
    rows = count * leads

    def column(values: NDArray[np.float64] | None) -> pa.Array:
        if values is None:
            return pa.nulls(rows, pa.float64())
        return pa.array(values.ravel(), pa.float64(), from_pandas=True)

    columns: dict[str, pa.Array] = {
        "issue_time": pa.array(np.repeat(times, leads)).cast(pa.timestamp("s", tz="UTC")),
        "gauge": pa.array([gauge] * rows, pa.string()),
        "lead_minutes": pa.array(np.tile(numbers.minutes, count), pa.int32()),
    }
    for place, name in enumerate(QUANTILES):
        columns[name] = column(numbers.quantiles[:, :, place])
    for level in range(levels):
        given = level < numbers.p_levels.shape[2]
        columns[f"p_level_{level + 1}"] = column(numbers.p_levels[:, :, level] if given else None)
    for name in experts:
        columns[f"x_{name}"] = column(numbers.experts.get(name))
    columns["regime"] = pa.array(np.array(REGIMES)[numbers.regime.ravel()], pa.string())
    return pa.table(columns)
