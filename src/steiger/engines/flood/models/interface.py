"""The functions by which training, hindcasts and forecasts use the models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models import files as gauge_files
from steiger.engines.flood.models import pooled as pool
from steiger.engines.flood.models.correction import Correction, Corrections
from steiger.engines.flood.models.drivers import Driver, drivers_of
from steiger.engines.flood.models.gauge import GaugeModel
from steiger.engines.flood.models.learning.correction import learn_corrections
from steiger.engines.flood.models.learning.gauge import lead_steps, record_of, train_gauge
from steiger.engines.flood.models.learning.pooled import learn_pooled
from steiger.engines.flood.models.learning.sample import samples_of
from steiger.engines.flood.models.pooled import Pooled, ServedGauge
from steiger.engines.flood.models.prediction import (
    FutureRain,
    Prediction,
    predict,
    predict_in,
    set_up,
)
from steiger.engines.flood.models.settings import ModelError, ModelSettings
from steiger.engines.flood.models.trees import Trees
from steiger.engines.flood.network import Network, Observations

__all__ = [
    "Driver",
    "FutureRain",
    "ModelError",
    "ModelSettings",
    "Prediction",
    "Shared",
    "fit_gauge",
    "forecast_gauge",
    "gathered",
    "model_from_files",
    "model_to_files",
    "predict_gauge",
    "prepare",
    "sensors_of",
    "shared_from_files",
    "shared_to_files",
]

Files = dict[str, bytes]
Ints = NDArray[np.int64]
SERVED = "served.json"
POOLED = "pooled.json"
CORRECTIONS = "corrections.json"


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What all gauges share: the model that serves those without a record, None if no gauge has
    one, and what corrects the ridges of the others."""

    pooled: Pooled | None
    corrections: Corrections = field(default_factory=Corrections)


def prepare(
    network: Network,
    observations: Observations,
    settings: ModelSettings,
    leads: Sequence[timedelta] | None = None,
) -> Shared:
    """Learn what all gauges share, for all leads of the settings or for some of them.

    Raises:
        ModelError: a lead is no multiple of the network's step.
    """
    every = [lead_steps(lead, network.step) for lead in settings.leads]
    steps = every if leads is None else [lead_steps(lead, network.step) for lead in leads]
    samples = samples_of(network, observations, settings, every)
    return Shared(
        learn_pooled(samples, settings.seed, steps), learn_corrections(samples, settings, steps)
    )


def gathered(parts: Sequence[Shared]) -> Shared:
    """What was learned lead by lead, as one."""
    first = parts[0].pooled
    pooled = Pooled({}, {}, first.spread) if first else None
    corrections = Corrections()
    for part in parts:
        corrections.dry.update(part.corrections.dry)
        corrections.wet.update(part.corrections.wet)
        if pooled and part.pooled:
            pooled.dry.update(part.pooled.dry)
            pooled.wet.update(part.pooled.wet)
    return Shared(pooled, corrections)


def fit_gauge(
    network: Network,
    observations: Observations,
    shared: Shared,
    gauge: str,
    settings: ModelSettings,
) -> GaugeModel | ServedGauge:
    """Learn one gauge; one without enough past is served by the model over all gauges.

    Raises:
        ModelError: a lead is no multiple of the network's step.
    """
    leads = tuple(lead_steps(lead, network.step) for lead in settings.leads)
    record = record_of(network, observations, gauge, leads[-1])
    least = settings.tuning.least_record.total_seconds() / 86_400
    # With no other gauge to learn from, even a short past of its own is better than nothing.
    enough = record.days >= least or shared.pooled is None
    if record.teaches and enough:
        return train_gauge(network, observations, gauge, settings, shared.corrections)
    return pool.serve(record, shared.pooled, settings, leads)


def sensors_of(model: GaugeModel | ServedGauge) -> tuple[str, ...]:
    """Ids of the sensors from which a gauge's forecast is made, the gauge itself first."""
    return model.plan.sensors


def predict_gauge(  # noqa: PLR0917 (the order in which all cores take them)
    model: GaugeModel | ServedGauge,
    shared: Shared,
    network: Network,
    observations: Observations,
    issue_rows: Ints,
    rain: str | FutureRain,
) -> Prediction:
    """Forecasts of one gauge at these rows of the observations.

    `rain` is “none”, “observed” (what fell is read from later rows) or the members of a rain
    forecast for the one row that is asked for.

    Raises:
        ModelError: `rain` is none of these, or members are given for several rows.
    """
    rows = np.asarray(issue_rows, dtype=np.int64)
    _check_rain(rain, rows)
    if isinstance(model, GaugeModel):
        return predict(model, shared.corrections, network, observations, rows, rain)
    if shared.pooled is None:
        return _nothing(model, network, rows)
    return pool.predict_pooled(model, shared.pooled, network, observations, rows, rain)


def forecast_gauge(  # noqa: PLR0917 (as above)
    model: GaugeModel | ServedGauge,
    shared: Shared,
    network: Network,
    observations: Observations,
    issue_row: int,
    rain: str | FutureRain,
) -> tuple[Prediction, tuple[Driver, ...]]:
    """The forecast of `predict_gauge` at one row, and what drives it, strongest first.

    For a gauge that is served by the model over all gauges nothing is said to drive it.

    Raises:
        ModelError: as `predict_gauge`.
    """
    rows = np.array([issue_row], dtype=np.int64)
    if not isinstance(model, GaugeModel):
        return predict_gauge(model, shared, network, observations, rows, rain), ()
    _check_rain(rain, rows)
    setting = set_up(model, shared.corrections, network, observations, rows, rain)
    return predict_in(setting, model, network), drivers_of(model, network, setting)


def _check_rain(rain: str | FutureRain, rows: Ints) -> None:
    if isinstance(rain, FutureRain):
        if len(rows) != 1:
            raise ModelError("members of a rain forecast belong to one issue time")
    elif rain not in {"none", "observed"}:
        raise ModelError(f"rain is {rain!r}, neither “none” nor “observed” nor a forecast")


def _nothing(model: ServedGauge, network: Network, rows: Ints) -> Prediction:
    shape = (len(rows), len(model.leads))
    levels = len(network.sensor(model.plan.gauge).warning_levels)
    minutes = [round(s * network.step.total_seconds() / 60) for s in model.leads]
    return Prediction(
        np.array(minutes),
        np.full((*shape, 7), np.nan),
        np.full((*shape, levels), np.nan),
        {"x_persistence": np.full(shape, np.nan)},
        np.zeros(shape, dtype=np.int64),
        np.full(len(rows), 2, dtype=np.int64),
    )


def model_to_files(model: GaugeModel | ServedGauge) -> Files:
    """A gauge's model as files, by name; the same bytes for the same model."""
    if isinstance(model, GaugeModel):
        return gauge_files.model_to_files(model)
    data = {"plan": gauge_files.plan_to_dict(model.plan), "leads": list(model.leads)}
    return {SERVED: gauge_files.as_json(data)}


def model_from_files(files: Files) -> GaugeModel | ServedGauge:
    """What `model_to_files` gave.

    Raises:
        ModelError: a file is missing or damaged.
    """
    if SERVED not in files:
        return gauge_files.model_from_files(files)
    data = json.loads(files[SERVED])
    return ServedGauge(gauge_files.plan_from_dict(data["plan"]), tuple(data["leads"]))


def shared_to_files(shared: Shared) -> Files:
    """What all gauges share as files, by name."""
    if shared.pooled is None:
        return {POOLED: gauge_files.as_json(None)}
    about: dict[str, Any] = {"spread": shared.pooled.spread, "dry": {}, "wet": {}}
    files: Files = {}
    for name, leads in (("dry", shared.pooled.dry), ("wet", shared.pooled.wet)):
        for steps, lead in leads.items():
            about[name][str(steps)] = lead.errors.tolist()
            files[f"pooled_{name}_{steps:03d}.txt"] = lead.trees.text.encode()
    columns: dict[str, Any] = {"dry": {}, "wet": {}}
    for name, found in (("dry", shared.corrections.dry), ("wet", shared.corrections.wet)):
        for steps, correction in found.items():
            columns[name][str(steps)] = list(correction.names)
            files[f"correction_{name}_{steps:03d}.txt"] = correction.trees.text.encode()
    return {
        POOLED: gauge_files.as_json(about),
        CORRECTIONS: gauge_files.as_json(columns),
        **files,
    }


def shared_from_files(files: Files) -> Shared:
    """What `shared_to_files` gave.

    Raises:
        KeyError, ValueError: a file is missing or damaged.
    """
    about = json.loads(files[POOLED])
    if about is None:
        return Shared(None)
    parts = {
        name: {
            int(steps): pool.PooledLead(
                int(steps),
                Trees(files[f"pooled_{name}_{int(steps):03d}.txt"].decode()),
                np.array(errors),
            )
            for steps, errors in about[name].items()
        }
        for name in ("dry", "wet")
    }
    # Models of earlier versions have no corrections.
    columns = json.loads(files[CORRECTIONS]) if CORRECTIONS in files else {"dry": {}, "wet": {}}
    corrections = {
        name: {
            int(steps): Correction(
                int(steps),
                tuple(names),
                Trees(files[f"correction_{name}_{int(steps):03d}.txt"].decode()),
            )
            for steps, names in columns[name].items()
        }
        for name in ("dry", "wet")
    }
    return Shared(
        Pooled(parts["dry"], parts["wet"], about["spread"]),
        Corrections(corrections["dry"], corrections["wet"]),
    )
