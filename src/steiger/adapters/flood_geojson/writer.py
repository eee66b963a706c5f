"""A forecast and its warnings as a FeatureCollection, one feature per gauge.

Source: RFC 7946. Coordinates are longitude first; a gauge whose place is unknown has the geometry
null, as the standard allows, so that no gauge is missing from the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steiger.engines.flood.network import Network, NetworkError, Sensor
from steiger.engines.flood.warning import GaugeOutlook, GaugeState, Lead, Outlook
from steiger.engines.flood.warning.states import written


def gauges_as_geojson(
    outlook: Outlook, network: Network, states: Mapping[str, GaugeState]
) -> dict[str, Any]:
    """The document in JSON's types; values are in each gauge's `unit`, times in UTC.

    `warning_level` is 0 where no warning is in force, and null where nothing is known yet.
    """
    return {
        "type": "FeatureCollection",
        "forecast": {
            "id": outlook.id,
            "network": outlook.network,
            "issue_time": written(outlook.issue_time),
            "rain": outlook.rain,
        },
        "features": [
            _feature(gauge, _sensor(network, gauge.id), states.get(gauge.id))
            for gauge in outlook.gauges
        ],
    }


def _sensor(network: Network, name: str) -> Sensor | None:
    try:
        return network.sensor(name)
    except NetworkError:
        return None


def _feature(
    gauge: GaugeOutlook, sensor: Sensor | None, state: GaugeState | None
) -> dict[str, Any]:
    geometry = None
    if sensor is not None and sensor.lat is not None and sensor.lon is not None:
        geometry = {"type": "Point", "coordinates": [sensor.lon, sensor.lat]}
    return {
        "type": "Feature",
        "id": gauge.id,
        "geometry": geometry,
        "properties": {
            "name": gauge.name,
            "unit": gauge.unit,
            "gauge_zero_m": sensor.gauge_zero_m if sensor else None,
            "warning_levels": list(gauge.warning_levels),
            "warning_level": state.level if state else None,
            "warned_since": written(state.since) if state and state.since else None,
            "trend": str(gauge.trend()),
            "state": gauge.state,
            "measured": (
                {"time": written(gauge.last.time), "value": gauge.last.value}
                if gauge.last
                else None
            ),
            "forecast": [_lead(lead) for lead in gauge.leads],
        },
    }


def _lead(lead: Lead) -> dict[str, Any]:
    return {
        "lead_minutes": lead.minutes,
        "valid_time": written(lead.valid_time),
        **lead.quantiles,
        "p_levels": list(lead.p_levels),
    }
