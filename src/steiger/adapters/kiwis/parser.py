"""Reads answers of a KISTERS KiWIS: `getTimeseriesValues` and `getTimeseriesList` as JSON.

The formats “json” and “dajson” are alike for values; a saved answer of one series may lack the
outer list. What bites: the order of columns is that of the request; a value may be a number, a
text or an empty text; `rows` need not be the length of `data`; an error is an object with the
HTTP status 200. Quality codes are the operator's own, but for the two that KISTERS reserves:
−1 and 255 mean “missing”; so `quality` says what the others mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind, NetworkError, Sensor
from steiger.engines.flood.network.series import USUAL_KINDS, Quality, Series
from steiger.engines.flood.network.units import unit_of
from steiger.lib.sources import Source, SourceError, each, instant, number, place, read_json

SOURCE = Source(
    key="kiwis",
    name="KiWIS",
    homepage="https://www.kisters.eu",
    licence="as the operator of the service states",
    licence_url="",
    attribution="the operator of the service",
    kinds=(
        Kind.WATER_LEVEL,
        Kind.DISCHARGE,
        Kind.RAIN,
        Kind.RELEASE,
        Kind.RESERVOIR_LEVEL,
        Kind.TEMPERATURE,
        Kind.SOIL_MOISTURE,
    ),
)
MISSING = {-1, 255}
NAMES = {"timestamp": "time", "value": "value", "quality code": "quality"}
STEP = timedelta(hours=1)

Row = tuple[np.datetime64, float, int]


def parse(
    data: bytes,
    sensors: Mapping[str, Sensor] | None = None,
    *,
    quality: Mapping[int, Quality] | None = None,
) -> tuple[Series, ...]:
    """The series in an answer to `getTimeseriesValues`.

    Args:
        data: JSON.
        sensors: by `ts_id`. Series of others are left out. Without it every series is given,
            named by its `ts_id`; the answer must then carry `ts_unitsymbol`.
        quality: what the operator's quality codes mean.

    Raises:
        SourceError: naming series and value, or with the words of the service's own error.
    """
    blocks = _content(data)
    blocks = [blocks] if isinstance(blocks, dict) else blocks
    found = each(blocks, lambda b: _block(b, sensors, quality or {}), SOURCE.name, what="series")
    return tuple(one for one in found if one is not None)


def _content(data: bytes) -> Any:
    content = read_json(data, SOURCE.name)
    if isinstance(content, dict) and "data" not in content:
        text = content.get("message") or content.get("code") or "an object without data"
        raise SourceError(SOURCE.name, f"refuses: {text}")
    return content


def _block(
    block: Any, sensors: Mapping[str, Sensor] | None, codes: Mapping[int, Quality]
) -> Series | None:
    key = str(block["ts_id"])
    sensor = None if sensors is None else sensors.get(key)
    if sensors is not None and sensor is None:
        return None
    unit = str(block.get("ts_unitsymbol") or (sensor.source_unit if sensor else ""))
    kind = sensor.kind if sensor else USUAL_KINDS.get(unit)
    if kind is None:
        raise ValueError(f"series {key}: unit {unit!r} does not say what is measured")
    try:
        unit_of(kind, unit, STEP)
    except NetworkError as error:
        raise ValueError(f"series {key}: {error}") from None
    rows = _rows(block, key, codes)
    lat, lon = place(block.get("station_latitude"), block.get("station_longitude"))
    return Series.of_rows(
        rows,
        sensor=sensor.id if sensor else key,
        kind=kind,
        unit=unit,
        name=str(block.get("station_name") or (sensor.name if sensor else "")),
        lat=lat,
        lon=lon,
        accumulation=sensor.accumulation if sensor else None,
        stamped=sensor.stamped if sensor else "end",
    )


def _rows(block: Any, key: str, codes: Mapping[int, Quality]) -> list[Row]:
    columns = [NAMES.get(name.strip().lower(), "") for name in str(block["columns"]).split(",")]
    if "time" not in columns or "value" not in columns:
        raise ValueError(f"series {key}: columns {block['columns']!r} lack Timestamp or Value")
    time, value = columns.index("time"), columns.index("value")
    mark = columns.index("quality") if "quality" in columns else None

    def read(row: Any) -> Row:
        code = number(row[mark]) if mark is not None else np.nan
        amount = np.nan if code in MISSING else number(row[value])
        said = Quality.UNCHECKED if np.isnan(code) else codes.get(int(code), Quality.UNCHECKED)
        # An operator's own code for “missing” counts, whatever stands beside it.
        return instant(row[time]), np.nan if said is Quality.MISSING else amount, said

    return each(block["data"], read, SOURCE.name, what="value", station=key)


def parse_stations(data: bytes) -> dict[str, Sensor]:
    """Series in an answer to `getTimeseriesList` (format “json” or “objson”), by `ts_id`.

    Kinds are told by unit; series with other units are left out.

    Raises:
        SourceError: naming the entry.
    """
    listed = _content(data)
    if listed == ["No matches."]:
        return {}
    if isinstance(listed, list) and listed and isinstance(listed[0], list):
        header, *rows = listed
        if not all(isinstance(row, list) and len(row) == len(header) for row in rows):
            raise SourceError(SOURCE.name, "rows differ in length from their header")
        listed = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    found = each(listed, _entry, SOURCE.name, what="series")
    return dict(pair for pair in found if pair is not None)


def _entry(entry: Any) -> tuple[str, Sensor] | None:
    key, unit = str(entry["ts_id"]), str(entry.get("ts_unitsymbol") or "")
    kind = USUAL_KINDS.get(unit)
    if kind is None:
        return None
    lat, lon = place(entry.get("station_latitude"), entry.get("station_longitude"))
    names = (str(entry.get(part) or "").strip() for part in ("station_name", "ts_name"))
    sensor = Sensor(
        id=key,
        kind=kind,
        unit=unit_of(kind, unit, STEP).canonical,
        source_unit=unit,
        name=", ".join(name for name in names if name),
        lat=lat,
        lon=lon,
    )
    return key, sensor
