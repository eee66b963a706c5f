"""A forecast as SensorThings entities, ready for a deep insert of each Thing.

Source: OGC SensorThings API Part 1: Sensing, Version 1.1 (18-088), sections 8.2 and 10.2. The
median is the observation's `result`; the other quantiles stand in `resultQuality`, which the
standard leaves open for such statements; lead time and probabilities are `parameters`. Units are
UCUM codes.
"""

from __future__ import annotations

from typing import Any

from steiger.engines.flood.network import Kind, Network, NetworkError, Sensor
from steiger.engines.flood.warning import GaugeOutlook, Lead, Outlook
from steiger.engines.flood.warning.states import written

OBSERVATION_TYPE = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
UNITS = {
    "m": ("metre", "m", "m"),
    "m3/s": ("cubic metre per second", "m³/s", "m3/s"),
    "mm/h": ("millimetre per hour", "mm/h", "mm/h"),
}
PROPERTIES = {
    Kind.WATER_LEVEL: (
        "Water level",
        "http://vocab.nerc.ac.uk/standard_name/water_surface_height_above_reference_datum/",
        "Height of the water surface above gauge zero",
    ),
    Kind.DISCHARGE: (
        "Discharge",
        "http://vocab.nerc.ac.uk/standard_name/water_volume_transport_in_river_channel/",
        "Volume of water that passes per unit of time",
    ),
}


def things_of(outlook: Outlook, network: Network) -> dict[str, Any]:
    """The document in JSON's types: `value` is a list of Things, as a service would return it."""
    return {"value": [_thing(gauge, outlook, network) for gauge in outlook.gauges]}


def _thing(gauge: GaugeOutlook, outlook: Outlook, network: Network) -> dict[str, Any]:
    try:
        sensor = network.sensor(gauge.id)
    except NetworkError:
        sensor = None
    thing: dict[str, Any] = {
        "name": gauge.name,
        "description": f"Gauge {gauge.name} of {outlook.network}",
        "properties": {
            "gauge": gauge.id,
            "network": outlook.network,
            "warningLevels": list(gauge.warning_levels),
            "gaugeZero_m": sensor.gauge_zero_m if sensor else None,
        },
        "Datastreams": [_datastream(gauge, outlook, sensor)],
    }
    if sensor is not None and sensor.lat is not None and sensor.lon is not None:
        thing["Locations"] = [
            {
                "name": gauge.name,
                "description": f"Place of gauge {gauge.name}",
                "encodingType": "application/geo+json",
                "location": {"type": "Point", "coordinates": [sensor.lon, sensor.lat]},
            }
        ]
    return thing


def _datastream(gauge: GaugeOutlook, outlook: Outlook, sensor: Sensor | None) -> dict[str, Any]:
    kind = sensor.kind if sensor else Kind.WATER_LEVEL
    name, definition, description = PROPERTIES.get(kind, (str(kind), str(kind), str(kind)))
    unit_name, symbol, code = UNITS.get(gauge.unit, (gauge.unit, gauge.unit, gauge.unit))
    return {
        "name": f"{gauge.name}: forecast of {name.lower()}",
        "description": "Median of the forecast; quantiles in resultQuality",
        "observationType": OBSERVATION_TYPE,
        "unitOfMeasurement": {
            "name": unit_name,
            "symbol": symbol,
            "definition": f"http://unitsofmeasure.org/ucum.html#{code}",
        },
        "ObservedProperty": {"name": name, "definition": definition, "description": description},
        "Sensor": {
            "name": "Steiger flood forecast",
            "description": "Statistical and hydrological models, blended",
            "encodingType": "text/plain",
            "metadata": f"forecast {outlook.id}",
        },
        "Observations": [
            _observation(lead, outlook) for lead in gauge.leads if lead.median is not None
        ],
    }


def _observation(lead: Lead, outlook: Outlook) -> dict[str, Any]:
    return {
        "phenomenonTime": written(lead.valid_time),
        "resultTime": written(outlook.issue_time),
        "result": lead.median,
        "resultQuality": [
            {"measure": "quantile", "probability": int(name[1:]) / 100, "value": value}
            for name, value in lead.quantiles.items()
        ],
        "parameters": {
            "leadMinutes": lead.minutes,
            "exceedanceProbabilities": list(lead.p_levels),
            "forecast": outlook.id,
        },
    }
