"""Reads the 52°North timeseries API v1: `timeseries/{id}/getData` and `timeseries?expanded=true`.

Layouts of data: `{"values": […]}` for one series, `{"id": {"values": […]}}` for several or with
`expanded=true`, each value `{"timestamp": milliseconds, "value": …}` or, with `format=flot`,
`[milliseconds, value]`. What bites: a missing value is the text “NaN” or a bare NaN; some services
send an ISO time stamp instead of milliseconds; coordinates are longitude first, with “NaN” as the
height; the unit stands only in the list, so the caller says it for data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.network.series import USUAL_KINDS, Quality, Series
from steiger.engines.flood.network.units import unit_of
from steiger.lib.sources import (
    Source,
    SourceError,
    each,
    instant,
    instant_of_seconds,
    number,
    place,
    read_json,
)

SOURCE = Source(
    key="sos52north",
    name="52°North timeseries API",
    homepage="https://52north.org",
    licence="as the operator of the service states",
    licence_url="",
    attribution="the operator of the service; for the Wupper “© Wupperverband”",
    kinds=(
        Kind.WATER_LEVEL,
        Kind.DISCHARGE,
        Kind.RAIN,
        Kind.RELEASE,
        Kind.RESERVOIR_LEVEL,
        Kind.TEMPERATURE,
    ),
)
STEP = timedelta(hours=1)

Row = tuple[np.datetime64, float, int]


def parse(data: bytes, sensors: Mapping[str, Sensor] | None = None) -> tuple[Series, ...]:
    """The series in an answer to `getData`.

    Args:
        data: JSON.
        sensors: by id of the time series; says kind and unit, which the answer does not. Series
            of others are left out.

    Raises:
        SourceError: naming series and value, or with the words of the service's own error.
        ValueError: no sensors are given.
    """
    if not sensors:
        raise ValueError("data of this API carry no unit: say which sensors they belong to")
    station = next(iter(sensors)) if len(sensors) == 1 else ""
    content = read_json(data, SOURCE.name, station=station)
    if not isinstance(content, dict):
        raise SourceError(SOURCE.name, "holds no series", station=station)
    if "values" in content:
        if not station:
            raise SourceError(SOURCE.name, "does not say to which of the sensors its values belong")
        content = {station: content}
    elif not any(isinstance(part, dict) for part in content.values()):
        text = content.get("userMessage") or content.get("developerMessage") or "holds no series"
        raise SourceError(SOURCE.name, f"refuses: {text}", station=station)
    return tuple(
        _series(key, content[key], sensor) for key, sensor in sensors.items() if key in content
    )


def _series(key: str, part: Any, sensor: Sensor) -> Series:
    values = part.get("values") if isinstance(part, dict) else None
    rows = each(values, _row, SOURCE.name, what="value", station=key)
    return Series.of_rows(
        rows,
        sensor=sensor.id,
        kind=sensor.kind,
        unit=sensor.source_unit,
        name=sensor.name,
        lat=sensor.lat,
        lon=sensor.lon,
        accumulation=sensor.accumulation,
        stamped=sensor.stamped,
    )


def _row(item: Any) -> Row:
    time, value = item if isinstance(item, list) else (item["timestamp"], item["value"])
    if isinstance(time, str):
        return instant(time), number(value), Quality.UNCHECKED
    milliseconds = number(time) if time is None or abs(time) < 1e9 else float(time)
    return instant_of_seconds(milliseconds / 1000), number(value), Quality.UNCHECKED


def parse_stations(data: bytes) -> dict[str, Sensor]:
    """Sensors in an answer to `timeseries?expanded=true`, by id of the time series.

    Kinds are told by unit; series with other units are left out. Of the reference values, those
    whose label names an information or alarm value become warning levels.

    Raises:
        SourceError: naming the entry.
    """
    found = each(read_json(data, SOURCE.name), _entry, SOURCE.name, what="series")
    return dict(pair for pair in found if pair is not None)


def _entry(entry: Any) -> tuple[str, Sensor] | None:
    key, source_unit = str(entry["id"]), str(entry.get("uom") or "")
    kind = USUAL_KINDS.get(source_unit)
    if kind is None:
        return None
    unit = unit_of(kind, source_unit, STEP)
    lat, lon = _place(entry.get("station"))
    levels = _levels(entry) if kind is Kind.WATER_LEVEL else []
    canonical = unit.to_canonical(np.array(levels, dtype=np.float64)) if levels else ()
    sensor = Sensor(
        id=key,
        kind=kind,
        unit=unit.canonical,
        source_unit=source_unit,
        name=str(entry.get("label") or ""),
        lat=lat,
        lon=lon,
        warning_levels=tuple(sorted(float(level) for level in canonical)),
    )
    return key, sensor


def _place(station: Any) -> tuple[float | None, float | None]:
    position: Any = ((station or {}).get("geometry") or {}).get("coordinates") or []
    if len(position) < 2:
        return None, None
    return place(position[1], position[0])


def _levels(entry: Any) -> list[float]:
    words = ("information", "alarm", "melde", "warn")
    found = []
    for reference in entry.get("referenceValues") or ():
        if any(word in str(reference.get("label")).lower() for word in words):
            level = number((reference.get("lastValue") or {}).get("value"))
            if not np.isnan(level):
                found.append(level)
    return found
