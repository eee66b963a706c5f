"""The page of one gauge, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from steiger.web.flood.domain.queries import (
    changes,
    gauge_of,
    hindcasts,
    latest_forecast,
    present,
    rain_above,
    sensors_above,
    sensors_read,
)
from steiger.web.flood.domain.texts import localized
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.drawing import draw
from steiger.web.flood.interfaces.gauges import driver_rows, gauge_card, gauge_url, level_rows
from steiger.web.flood.interfaces.hydrograph import lead_rows, live, measured_rows
from steiger.web.flood.interfaces.warnings import event_rows
from steiger.web.flood.models import Network, Sensor

MOST_EVENTS = 5
WIDE, NARROW = (860, 430), (380, 380)


@dataclass(frozen=True, slots=True)
class SensorRow:
    """A sensor. ``role``: why a forecast reads it, where that does not go without saying."""

    name: str
    kind: str
    state: str
    state_name: str
    last: str
    measured: str
    flags: tuple[str, ...]
    role: str = ""


def gauge_context(network: Network, sensor: Sensor) -> dict[str, Any]:
    """Everything the page of a gauge shows."""
    forecast = latest_forecast(network)
    gauge = gauge_of(network, sensor.key, forecast)
    assert gauge is not None  # noqa: S101 - the view has found it
    chart = live(network, sensor, gauge.forecast)
    sensors = sensor_rows(network, sensor)
    return {
        "gauge": gauge,
        "sensor": sensor,
        "card": gauge_card(network, gauge),
        "chart": chart,
        "drawings": [draw(chart, *size) for size in (WIDE, NARROW)] if chart else [],
        "lead_rows": lead_rows(chart, sensor) if chart else [],
        "measured_rows": measured_rows(chart, present(network)) if chart else [],
        "level_rows": level_rows(gauge),
        "drivers": driver_rows(gauge),
        "sensors": sensors,
        "weighs_in": any(row.role for row in sensors),
        "events": event_rows(network, changes(network, sensor)[:MOST_EVENTS]),
        "forecast": forecast,
        "issued": words.clock_text(forecast.issue_time) if forecast else "",
        "plain": forecast is not None and forecast.model_digest == "plain",
        "horizon": words.span(chart.leads[-1].minutes) if chart and chart.leads else "",
        "degraded": _degraded(network, gauge),
        "facts": facts(sensor),
        "has_past": hindcasts(network).exists(),
    }


def _degraded(network: Network, gauge: Any) -> str:
    """What is missing for the forecast, in one sentence; empty if nothing is."""
    if gauge.forecast is None or gauge.forecast.state == "ok":
        return ""
    if gauge.forecast.state == "blind":
        return _("Nothing usable is measured here just now. The forecast rests on the past alone.")
    if not gauge.forecast.missing:
        return _("Some values came later than usual. The bands of the forecast are wider for that.")
    names = {s.source_id: localized(s, "name") for s in network.sensors.all()}
    missing = ", ".join(names.get(key, key) for key in gauge.forecast.missing)
    return _("Missing for the forecast: %(names)s. Its bands are wider for that.") % {
        "names": missing
    }


def sensor_rows(network: Network, sensor: Sensor) -> list[SensorRow]:
    """What the forecast of a gauge reads, the gauge itself among it."""
    above = sensors_above(network, sensor)
    # Where nobody has said which rain falls upstream, none of it lies elsewhere.
    usual = above | {sensor.key} | {one.key for one in rain_above(network, sensor)}
    return [
        sensor_row(network, one, _("not upstream") if above and one.key not in usual else "")
        for one in sensors_read(network, sensor)
    ]


def sensor_row(network: Network, sensor: Sensor, role: str = "") -> SensorRow:
    """One sensor with its state in words."""
    name, kind = localized(sensor, "name"), words.kind_text(sensor.kind)
    last = sensor.last_time
    return SensorRow(
        name=name,
        kind="" if kind.lower() in name.lower() else kind,
        state=sensor.state,
        state_name=str(Sensor.State(sensor.state).label),
        last=words.value_text(sensor.last_value, sensor.unit),
        measured=words.hour_text(last, near=present(network)) if last else "–",
        flags=tuple(words.told(flag) for flag in sensor.flags if not flag.get("until")),
        role=role,
    )


def facts(sensor: Sensor) -> list[tuple[str, str]]:
    """What is known of the gauge itself."""
    rows = []
    if sensor.catchment_km2 is not None:
        rows.append((_("Catchment"), f"{words.value_text(sensor.catchment_km2, 'km²')}"))
    if sensor.gauge_zero_m is not None:
        rows.append(
            (
                _("Gauge zero"),
                _("%(m)s above sea level") % {"m": words.value_text(sensor.gauge_zero_m, "m")},
            )
        )
    return rows


def gauge_url_of(network: Network, sensor: Sensor) -> str:
    """The page of a sensor that is a gauge; empty for others."""
    return gauge_url(network, sensor.key) if sensor.target else ""
