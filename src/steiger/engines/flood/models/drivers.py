"""What drives a forecast, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.table import AHEAD, CATCHMENT, OWN, RAIN, SEASON, STORE
from steiger.engines.flood.models.gauge import EXPERTS, GaugeModel, LeadModel
from steiger.engines.flood.models.prediction import LeadForecast, Setting, forecast_lead
from steiger.engines.flood.network import Kind, Network

Array = NDArray[np.float64]
#: The lead that is explained is the nearest to this, hours.
HOURS = 6.0
MOST = 5
#: What moves a forecast by less than this part of the gauge's spread is not worth a word.
LEAST = 0.01
DRY, WET = 0.35, 0.65


@dataclass(frozen=True, slots=True)
class Driver:
    """Something that moved a forecast, by how much (in the gauge's unit), in words."""

    key: str
    contribution: float
    text_de: str
    text_en: str


def drivers_of(model: GaugeModel, network: Network, setting: Setting) -> tuple[Driver, ...]:
    """The strongest contributions, strongest first. With members, their mean."""
    models = model.dry if setting.ahead is None else model.wet
    hours = {steps: steps * setting.inputs.step_hours for steps in models}
    lead = models[min(models, key=lambda steps: (abs(hours[steps] - HOURS), steps))]
    forecast = forecast_lead(setting, lead)
    if np.isnan(setting.situation.origin).all():
        parts = _blind_parts(model, lead, forecast)
    else:
        parts = _parts(model, lead, forecast, setting)
    moved: dict[str, float] = {}
    for group, part in zip(forecast.table.groups, parts, strict=True):
        key = RAIN if group == STORE else group
        moved[key] = moved.get(key, 0.0) + float(part)
    spread = model.plan.scale.spread
    found = sorted(moved.items(), key=lambda item: (-abs(item[1]), item[0]))
    words = Words(network, forecast, lead.steps * setting.inputs.step_hours)
    return tuple(
        Driver(key, round(value, 6), *words.say(key))
        for key, value in found[:MOST]
        if abs(value) >= LEAST * spread
    )


def _parts(model: GaugeModel, lead: LeadModel, forecast: LeadForecast, setting: Setting) -> Array:
    """Contribution of each column (F,) to the forecast change, in the gauge's unit."""
    plan = model.plan
    x = forecast.x
    linear = np.clip(x, lead.ridge.low, lead.ridge.high) - lead.ridge.centre
    linear = np.where(np.isnan(linear), 0.0, linear) * lead.ridge.slopes
    base = forecast.points[:, EXPERTS.index("ridge")]
    change = base - setting.situation.origin
    total = linear.sum(axis=1) + lead.ridge.level
    # On the stretched scale parts add up; the same shares are taken of the change in the unit.
    slope = 1.0 / plan.stretch.slope(np.fmax(base, setting.situation.origin))
    factor = np.where(np.abs(total) > 1e-9, change / np.where(total == 0, 1.0, total), slope)
    linear = linear * np.clip(factor, 0.0, None)[:, None]
    trees = np.zeros_like(x)
    places = forecast.table.for_trees()
    trees[:, places] = lead.trees.contributions(x[:, places])[:, :-1] * plan.scale.spread
    weights = lead.blend.weights[forecast.regime]
    of_ridge = weights[:, [EXPERTS.index("ridge")]]
    # Model trees cannot be taken apart; they say nearly what the corrected ridge says.
    # Trees over all gauges correct the ridge for the same reasons as the gauge's own.
    names = ("trees", "model_trees", "pooled_trees")
    of_trees = weights[:, [EXPERTS.index(name) for name in names]].sum(axis=1, keepdims=True)
    mean: Array = (linear * (of_ridge + of_trees) + trees * of_trees).mean(axis=0)
    return mean


def _blind_parts(model: GaugeModel, lead: LeadModel, forecast: LeadForecast) -> Array:
    """The same for a forecast without the gauge's own values."""
    own = np.array([group == OWN for group in forecast.table.groups])
    x = np.where(own, np.nan, forecast.x)
    places = forecast.table.for_trees()
    parts = np.zeros_like(x)
    parts[:, places] = lead.blind.contributions(x[:, places])[:, :-1] * model.plan.scale.spread
    mean: Array = parts.mean(axis=0)
    return mean


@dataclass(frozen=True, slots=True)
class Words:
    """Says in German and English what a group of features is."""

    network: Network
    forecast: LeadForecast
    hours: float

    def say(self, key: str) -> tuple[str, str]:
        """Both texts."""
        if key == OWN:
            return "Verlauf am Pegel selbst", "Course at the gauge itself"
        if key == CATCHMENT:
            return "Wasser, das im Einzugsgebiet unterwegs ist", "Water on its way in the catchment"
        if key == SEASON:
            return "Jahres- und Tageszeit", "Season and time of day"
        if key == AHEAD:
            amount = self._amount("ahead_sum")
            return (
                f"Vorhergesagter Regen der nächsten {self.hours:g} Stunden: {amount} mm",
                f"Rain expected in the next {self.hours:g} hours: {amount} mm",
            )
        if key == RAIN:
            return self._fallen()
        return self._sensor(key)

    def _mean(self, name: str) -> float:
        names = self.forecast.table.names
        column = self.forecast.table.columns[names.index(name)] if name in names else np.empty(0)
        known = column[np.isfinite(column)]
        return float(known.mean()) if known.size else float("nan")

    def _amount(self, name: str) -> str:
        value = self._mean(name)
        return "?" if np.isnan(value) else f"{value:.0f}"

    def _fallen(self) -> tuple[str, str]:
        short, long = self._mean("rain_6h"), self._mean("rain_24h")
        hours = 6 if np.isfinite(short) and short >= 0.5 * np.nan_to_num(long) else 24
        if np.isnan(self._mean(f"rain_{hours}h")):
            return "Regen zuletzt: keine Messwerte", "Recent rain: no readings"
        amount = self._amount(f"rain_{hours}h")
        fill = self._mean("fill200")
        soil = ("", "")
        if fill <= DRY:
            soil = (" auf trockenen Boden", " on dry soil")
        elif fill >= WET:
            soil = (" auf nassen Boden", " on wet soil")
        return (
            f"Regen der letzten {hours} Stunden: {amount} mm{soil[0]}",
            f"Rain of the last {hours} hours: {amount} mm{soil[1]}",
        )

    def _sensor(self, name: str) -> tuple[str, str]:
        sensor = self.network.sensor(name)
        shown = sensor.name or sensor.id
        if sensor.kind in {Kind.RELEASE, Kind.RESERVOIR_LEVEL}:
            return f"Talsperre {shown}", f"Dam {shown}"
        if sensor.kind in {Kind.WATER_LEVEL, Kind.DISCHARGE}:
            trend = self._trend(name)
            return f"Pegel {shown}{trend[0]}", f"Gauge {shown}{trend[1]}"
        return f"Messwert {shown}", f"Reading {shown}"

    def _trend(self, name: str) -> tuple[str, str]:
        table = self.forecast.table
        for label, group, column in zip(table.names, table.groups, table.columns, strict=True):
            if group == name and label.endswith("_d3"):
                change = float(np.nan_to_num(column).mean())
                if change > 0:
                    return " steigt", " rises"
                if change < 0:
                    return " fällt", " falls"
        return "", ""
