"""A science core of a hundred lines: persistence with normal bands, rain added on top.

It has the form of the real one, so that everything around a core is tested without minutes of
training. Workers in other processes import it by its name.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr

from steiger.engines.flood.network import Kind, Network, Observations

NAME = __name__
LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
SHIFTS = np.array([-1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645])
#: Metres that a millimetre of rain adds, in this small world.
PER_MM = 0.01
#: How long a value may be old and still be persisted.
MEMORY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    leads: tuple[timedelta, ...]
    profile: str = "full"
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        leads = [lead.total_seconds() for lead in self.leads]
        return {"leads": leads, "profile": self.profile, "seed": self.seed}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ModelSettings:
        leads = tuple(timedelta(seconds=lead) for lead in data["leads"])
        return cls(leads=leads, profile=data["profile"], seed=data["seed"])


@dataclass(frozen=True)
class FutureRain:
    values: np.ndarray
    sensors: tuple[str, ...]


@dataclass(frozen=True)
class GaugeModel:
    gauge: str
    settings: ModelSettings
    spread: tuple[float, ...]
    mean: float


@dataclass(frozen=True)
class Prediction:
    lead_minutes: np.ndarray
    quantiles: np.ndarray
    p_levels: np.ndarray
    experts: dict[str, np.ndarray]
    regime: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class Driver:
    key: str
    contribution: float
    text_de: str
    text_en: str


def prepare(network: Network, observations: Observations, settings: ModelSettings, leads) -> dict:
    _pretend("prepare")
    return {"rows": len(observations), "leads": [lead.total_seconds() for lead in leads]}


def gathered(parts: list[dict]) -> dict:
    return {"rows": parts[0]["rows"], "leads": [lead for part in parts for lead in part["leads"]]}


def fit_gauge(
    network: Network,
    observations: Observations,
    shared: dict,
    gauge: str,
    settings: ModelSettings,
) -> GaugeModel:
    _pretend(gauge)
    values = observations.column(gauge)
    spread = []
    for lead in settings.leads:
        steps = network.steps(lead)
        change = values[steps:] - values[:-steps]
        change = change[np.isfinite(change)]
        spread.append(float(change.std()) if len(change) else 1.0)
    given = values[np.isfinite(values)]
    return GaugeModel(gauge, settings, tuple(spread), float(given.mean()) if len(given) else 0.0)


def _pretend(what: str) -> None:
    """Write down what is done where, and take time for it, if a test asks for that."""
    if log := os.environ.get("FLOOD_CORE_LOG"):
        with Path(log).open("a") as file:
            file.write(f"{what} {os.getpid()}\n")
    time.sleep(float(os.environ.get("FLOOD_CORE_SECONDS", "0")))


def predict_gauge(model, shared, network, observations, issue_rows, rain):  # noqa: PLR0917 (as in the real one)
    parts = [_one(model, network, observations, int(row), rain) for row in issue_rows]
    leads = model.settings.leads
    return Prediction(
        lead_minutes=np.array([lead // timedelta(minutes=1) for lead in leads]),
        quantiles=np.stack([part[0] for part in parts]),
        p_levels=np.stack([part[1] for part in parts]),
        experts={"x_persistence": np.stack([part[2] for part in parts])},
        regime=np.array([[1] * len(leads)] * len(parts)),
        state=np.array([part[3] for part in parts]),
    )


def _newest(network: Network, observations: Observations, row: int, sensor: str) -> float:
    """The last value within the memory that was known at the row's time."""
    late = network.sensor(sensor).delay(network.step) // network.step
    values = observations.column(sensor)[max(0, row - MEMORY - late + 1) : max(0, row - late + 1)]
    given = values[np.isfinite(values)]
    return float(given[-1]) if len(given) else np.nan


def _one(model: GaugeModel, network: Network, observations: Observations, row: int, rain: Any):
    last = _newest(network, observations, row, model.gauge)
    others = [_newest(network, observations, row, name) for name in network.above(model.gauge)]
    lost = sum(np.isnan(other) for other in others)
    blind = np.isnan(last)
    middle = model.mean if blind else last
    wider = (4.0 if blind else 1.0) * (1.0 + 0.5 * lost)
    levels = np.array(network.sensor(model.gauge).warning_levels)
    quantiles, chances = [], []
    for lead, spread in zip(model.settings.leads, model.spread, strict=True):
        added = PER_MM * _rain(network, observations, row, network.steps(lead), rain)
        band = middle + added + SHIFTS * max(spread, 0.001) * wider
        quantiles.append(band)
        chances.append(1.0 - ndtr((levels - band[3]) / (max(spread, 0.001) * wider)))
    persistence = np.full(len(quantiles), last)
    return np.array(quantiles), np.array(chances), persistence, 2 if blind else int(lost > 0)


def _rain(network: Network, observations: Observations, row: int, steps: int, rain: Any) -> float:
    if rain == "none":
        return 0.0
    if rain == "observed":
        gauges = [sensor.id for sensor in network.of_kind(Kind.RAIN)]
        fallen = [observations.column(name)[row + 1 : row + 1 + steps] for name in gauges]
        return float(np.nansum(np.stack(fallen))) / len(gauges)
    return float(np.nansum(rain.values[:, :steps])) / rain.values.shape[0] / len(rain.sensors)


def forecast_gauge(model, shared, network, observations, issue_row, rain):  # noqa: PLR0917 (as above)
    found = predict_gauge(model, shared, network, observations, np.array([issue_row]), rain)
    return found, [Driver("level", 0.1, "Der Pegel steigt", "The level is rising")]


def sensors_of(model: GaugeModel) -> tuple[str, ...]:
    return (model.gauge,)


def model_to_files(model: GaugeModel) -> dict[str, bytes]:
    data = {
        "gauge": model.gauge,
        "settings": model.settings.as_dict(),
        "spread": model.spread,
        "mean": model.mean,
    }
    return {"model.json": json.dumps(data, sort_keys=True).encode()}


def model_from_files(files: dict[str, bytes]) -> GaugeModel:
    data = json.loads(files["model.json"])
    settings = ModelSettings.from_dict(data["settings"])
    return GaugeModel(data["gauge"], settings, tuple(data["spread"]), data["mean"])


def shared_to_files(shared: dict) -> dict[str, bytes]:
    return {"shared.json": json.dumps(shared).encode()}


def shared_from_files(files: dict[str, bytes]) -> dict:
    return json.loads(files["shared.json"])
