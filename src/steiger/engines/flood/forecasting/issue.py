"""Issue a forecast: one time, all gauges."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from steiger.engines.flood.forecasting.code import code_version
from steiger.engines.flood.forecasting.core import STATES, load_core
from steiger.engines.flood.forecasting.document import (
    Driver,
    Forecast,
    GaugeForecast,
    LeadForecast,
    times_to_levels,
)
from steiger.engines.flood.forecasting.executors import run_all
from steiger.engines.flood.forecasting.inputs import Rain, known, on_step, rain_mode
from steiger.engines.flood.forecasting.model import Model, sha256
from steiger.engines.flood.forecasting.numbers import Numbers, numbers_of, rounded
from steiger.engines.flood.forecasting.rain import RainEnsemble
from steiger.engines.flood.network import Kind, Network, Observations, Sensor
from steiger.engines.flood.quality import masked


def issue_forecast(
    model: Model,
    network: Network,
    observations: Observations,
    at: datetime | np.datetime64,
    rain: Rain = "none",
    *,
    executor: Executor | None = None,
    done: Callable[[], object] = lambda: None,
) -> Forecast:
    """Forecast all targets of the network from `at` on.

    `observations` are as read, without quality control, which is applied here; what they hold
    after `at` plays no part, except for the rain with `rain="observed"`. Missing sensors never
    stop a forecast. `done` is called after each gauge.

    Raises:
        ForecastError: the time, the rain or the network does not fit model or observations.
    """
    model.check_fits(network)
    mode = rain_mode(rain)
    moment = on_step(observations, network, at)
    horizon = longest_lead(model)
    used = known(network, observations, moment, rain, horizon)
    row = used.index_of(moment)
    future, digest = rain, ""
    if isinstance(rain, RainEnsemble):
        future, digest = core_rain(model, rain, moment, network)
    context = _Context(model, network, masked(network, used), row, future)
    gauges = [sensor.id for sensor in network.targets]
    entries = run_all(executor, _gauge, context, gauges, lambda *_: done())
    return Forecast(
        network=network.name,
        network_digest=network.digest(),
        observations_digest=used.digest(),
        model={"digest": model.digest, **code_version()},
        issue_time=f"{moment}Z",
        rain=mode,
        rain_digest=digest,
        gauges=tuple(entries),
    )


def longest_lead(model: Model) -> timedelta:
    """The longest lead of a model."""
    settings = load_core(model.core).ModelSettings.from_dict(model.origin["settings"])
    longest: timedelta = max(settings.leads)
    return longest


def core_rain(
    model: Model, rain: RainEnsemble, at: np.datetime64, network: Network
) -> tuple[Any, str]:
    """The ensemble that is in force at `at` as the core takes it, and its digest."""
    values, sensors, _ = rain.at(at, network.steps(longest_lead(model)))
    form = "\n".join([f"{at}Z", *sensors]).encode() + b"\0" + values.astype("<f8").tobytes()
    return load_core(model.core).FutureRain(values=values, sensors=sensors), sha256(form)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the tasks of all gauges share; `observations` are those that passed quality control."""

    model: Model
    network: Network
    observations: Observations
    row: int
    rain: Any


def _gauge(context: _Context, gauge: str) -> GaugeForecast:
    sensor = context.network.sensor(gauge)
    last = _last(context.observations, context.row, sensor)
    leads: tuple[LeadForecast, ...] = ()
    drivers: tuple[Driver, ...] = ()
    state = "blind"
    if gauge in context.model.gauges:
        core = load_core(context.model.core)
        own = context.model.gauge_part(gauge)
        rest = (context.model.shared_part, context.network, context.observations)
        with context.model.in_use():
            prediction, found = core.forecast_gauge(own, *rest, context.row, context.rain)
        numbers = numbers_of(prediction, gauge, sensor.unit, 1, len(sensor.warning_levels))
        leads = _leads(numbers, context.observations.times[context.row])
        state = STATES[int(numbers.state[0])]
        drivers = tuple(
            Driver(
                item.key,
                _one(item.contribution, sensor.unit),
                item.text_de,
                item.text_en,
            )
            for item in found
        )
    return GaugeForecast(
        id=gauge,
        name=sensor.name or gauge,
        unit=sensor.unit,
        warning_levels=sensor.warning_levels,
        last=last,
        state=state,
        missing=_missing(context, sensor),
        leads=leads,
        time_to_level=times_to_levels(last[1] if last else None, leads, sensor.warning_levels),
        drivers=drivers,
    )


def _leads(numbers: Numbers, at: np.datetime64) -> tuple[LeadForecast, ...]:
    """The leads for which there is a forecast."""
    return tuple(
        LeadForecast(
            minutes=int(minutes),
            valid_time=f"{at + np.timedelta64(int(minutes), 'm')}Z",
            quantiles=tuple(numbers.quantiles[0, lead].tolist()),
            p_levels=tuple(numbers.p_levels[0, lead].tolist()),
            experts={
                name: float(values[0, lead])
                for name, values in sorted(numbers.experts.items())
                if np.isfinite(values[0, lead])
            },
        )
        for lead, minutes in enumerate(numbers.minutes)
        if np.isfinite(numbers.quantiles[0, lead]).all()
    )


def _one(value: float, unit: str) -> float:
    return float(rounded(np.array([value], dtype=np.float64), unit)[0])


def _last(observations: Observations, row: int, sensor: Sensor) -> tuple[str, float] | None:
    values = observations.column(sensor.id)[: row + 1]
    given = np.flatnonzero(np.isfinite(values))
    if not len(given):
        return None
    newest = int(given[-1])
    return f"{observations.times[newest]}Z", _one(values[newest], sensor.unit)


def _missing(context: _Context, sensor: Sensor) -> tuple[str, ...]:
    """Sensors that matter for the gauge and have no value where they should have one by now."""
    network, row, model = context.network, context.row, context.model
    above = network.above(sensor.id)
    read = model.sensors_of(sensor.id) if sensor.id in model.gauges else ()
    matter = {sensor.id, *above, *read}
    # Where nobody has written down what flows into what, every sensor may matter.
    kinds = {Kind.RAIN, Kind.RELEASE} if above else set(Kind)
    missing = []
    for other in network.sensors:
        if other.id not in matter and other.kind not in kinds:
            continue
        late = -(-other.delay(network.step) // network.step)
        length = max(1, network.steps(other.accumulation or network.step))
        end = max(row - late + 1, 0)
        due = context.observations.column(other.id)[max(end - length, 0) : end]
        if not np.isfinite(due).any():
            missing.append(other.id)
    return tuple(missing)
