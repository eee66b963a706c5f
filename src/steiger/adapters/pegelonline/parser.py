"""Reads answers of PEGELONLINE, REST API v2: `stations.json` and `measurements.json`.

Layout: https://www.pegelonline.wsv.de/webservice/dokuRestapi. What bites: measurements carry
neither station nor unit, so the caller says both. Time stamps have the legal offset, which
changes with summer time. Values are raw. Stations without a place have no latitude. The flood
marks M_I, M_II, M_III stand among the characteristic values, which may be a list or null; the
heights of gauge zeros refer to different datums, of which only NHN is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind, NetworkError, Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.engines.flood.network.units import unit_of
from steiger.lib.sources import Source, SourceError, each, instant, number, read_json

SOURCE = Source(
    key="pegelonline",
    name="PEGELONLINE",
    homepage="https://www.pegelonline.wsv.de",
    licence="DL-DE/Zero 2.0",
    licence_url="https://www.govdata.de/dl-de/zero-2-0",
    attribution="Wasserstraßen- und Schifffahrtsverwaltung des Bundes (WSV), PEGELONLINE",
    kinds=(Kind.WATER_LEVEL, Kind.DISCHARGE, Kind.TEMPERATURE, Kind.WIND, Kind.HUMIDITY),
)
#: Short name of a time series → what it measures. Water temperature is no temperature of the air.
KINDS = {
    "W": Kind.WATER_LEVEL,
    "Q": Kind.DISCHARGE,
    "LT": Kind.TEMPERATURE,
    "WG": Kind.WIND,
    "HL": Kind.HUMIDITY,
}
MARKS = ("M_I", "M_II", "M_III")
STEP = timedelta(minutes=15)


def parse(data: bytes, sensors: Mapping[str, Sensor] | None = None) -> tuple[Series, ...]:
    """The series in `measurements.json`.

    Args:
        data: the answer.
        sensors: exactly one, by its key “UUID/W”; says kind and unit, which the answer does not.

    Raises:
        SourceError: naming the measurement.
        ValueError: not exactly one sensor.
    """
    if not sensors or len(sensors) != 1:
        raise ValueError("measurements of PEGELONLINE belong to exactly one sensor")
    (key, sensor), *_ = sensors.items()

    def read(item: Any) -> tuple[np.datetime64, float, int]:
        return instant(item["timestamp"]), number(item["value"]), Quality.UNCHECKED

    content = read_json(data, SOURCE.name, station=key)
    if isinstance(content, dict):
        text = str(content.get("message") or content)
        raise SourceError(SOURCE.name, f"refuses: {text}", station=key)
    rows = each(content, read, SOURCE.name, what="measurement", station=key)
    series = Series.of_rows(
        rows,
        sensor=sensor.id,
        kind=sensor.kind,
        unit=sensor.source_unit,
        name=sensor.name,
        lat=sensor.lat,
        lon=sensor.lon,
    )
    return (series,)


def parse_stations(data: bytes) -> dict[str, Sensor]:
    """Sensors in `stations.json?includeTimeseries=true&includeCharacteristicValues=true`.

    One sensor for each time series that is understood, by its key “UUID/W”.

    Raises:
        SourceError: naming the station.
    """
    found = each(read_json(data, SOURCE.name), _station, SOURCE.name, what="station")
    return {key: sensor for station in found for key, sensor in station}


def _station(item: Any) -> list[tuple[str, Sensor]]:
    uuid, water = str(item["uuid"]), item.get("water") or {}
    place = [_or_none(item.get("latitude")), _or_none(item.get("longitude"))]
    lat, lon = place if None not in place else (None, None)
    name = f"{item['longname']} ({water['longname']})" if "longname" in water else item["longname"]
    result = []
    for series in item.get("timeseries") or ():
        kind = KINDS.get(series["shortname"])
        if kind is None:
            continue
        try:
            unit = unit_of(kind, str(series["unit"]), STEP)
        except NetworkError:
            continue  # a level as a height above sea, or a unit that nobody else uses
        marks = _marks(series) if kind is Kind.WATER_LEVEL else []
        levels = unit.to_canonical(np.array(marks, dtype=np.float64)) if marks else ()
        sensor = Sensor(
            id=f"{uuid}.{series['shortname']}",
            kind=kind,
            unit=unit.canonical,
            source_unit=str(series["unit"]),
            name=str(name),
            lat=lat,
            lon=lon,
            gauge_zero_m=_zero(series) if kind is Kind.WATER_LEVEL else None,
            warning_levels=tuple(float(level) for level in levels),
        )
        result.append((f"{uuid}/{series['shortname']}", sensor))
    return result


def _marks(series: Any) -> list[float]:
    listed = series.get("characteristicValues")
    if not isinstance(listed, list):
        return []
    found = {mark.get("shortname"): mark for mark in listed if isinstance(mark, dict)}
    values = [number(found[mark].get("value")) for mark in MARKS if mark in found]
    return sorted(value for value in values if not np.isnan(value))


def _zero(series: Any) -> float | None:
    zero = series.get("gaugeZero")
    if not isinstance(zero, dict) or "NHN" not in str(zero.get("unit")):
        return None
    return _or_none(zero.get("value"))


def _or_none(value: object) -> float | None:
    result = number(value)
    return None if np.isnan(result) else result
