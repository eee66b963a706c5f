"""Reads the flood portal of NRW (hochwasserportal.nrw, a KISTERS WISKI-Web).

Three layouts: the station list (`stations.json`, `layers/10/index.json`), one station's week
(`…/S/week.json`), and the open-data download of all stations (`messwerte.zip` with
`messwerte.txt`). What bites: time stamps carry the fixed offset +01:00 all year; the same value
is a text in one file and a number in another; some stations share a placeholder number; one has
Gauss–Krüger coordinates; areas are written “2825,00 km²”; in `messwerte.txt` every block ends
with a line without time and value, and negative levels are real.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind, Sensor
from steiger.engines.flood.network.series import Quality, Series
from steiger.engines.flood.network.units import unit_of
from steiger.lib.sources import (
    Source,
    SourceError,
    each,
    instant,
    members,
    number,
    place,
    read_json,
)

SOURCE = Source(
    key="nrw_flood_portal",
    name="Hochwasserportal NRW",
    homepage="https://www.hochwasserportal.nrw",
    licence="DL-DE/Zero 2.0 (stated for the downloads, not for the station files)",
    licence_url="https://www.govdata.de/dl-de/zero-2-0",
    attribution="Landesamt für Natur, Umwelt und Klima Nordrhein-Westfalen (LANUK)",
    kinds=(Kind.WATER_LEVEL,),
)
LEVELS = ("LANUV_Info_1", "LANUV_Info_2", "LANUV_Info_3")
AREA = re.compile(r"(\d+(?:[.,]\d+)?)\s*km²")
STEP = timedelta(minutes=15)
LARGEST_DOWNLOAD = 100_000_000
HEADER = ["station_no", "time", "value(cm)"]

Row = tuple[np.datetime64, float, int]


def parse(data: bytes, sensors: Mapping[str, Sensor] | None = None) -> tuple[Series, ...]:
    """The series in `week.json`, or in the download of all stations.

    Args:
        data: JSON, or `messwerte.zip`.
        sensors: by key “site/number” as in `parse_stations`; their series are given, named by
            their ids. Without it every series is given, named by its station number.

    Raises:
        SourceError: naming station and row.
    """
    if data[:4] == b"PK\x03\x04":
        return _download(data, sensors)
    station = next(iter(sensors), "") if sensors and len(sensors) == 1 else ""
    blocks = read_json(data, SOURCE.name, station=station)
    found = each(blocks, _block, SOURCE.name, what="series", station=station)
    return tuple(
        one
        for block, rows in found
        if (one := _series(str(block["station_no"]), _unit(block), rows, sensors)) is not None
    )


def _block(block: Any) -> tuple[dict[str, Any], list[Row]]:
    columns = str(block["columns"]).split(",")
    if columns[:2] != ["Timestamp", "Value"]:
        raise ValueError(f"has the columns {block['columns']!r}, not Timestamp,Value")
    number_ = str(block["station_no"])

    def read(row: Any) -> Row:
        return instant(row[0]), number(row[1]), Quality.UNCHECKED

    rows = each(block["data"], read, SOURCE.name, what="value", station=number_)
    return block, rows


def _unit(block: Mapping[str, Any]) -> str:
    return str(block.get("ts_unitsymbol") or "cm")


def _series(
    station: str, unit: str, rows: list[Row], sensors: Mapping[str, Sensor] | None
) -> Series | None:
    sensor = None
    if sensors is not None:
        sensor = next((s for key, s in sensors.items() if key.split("/")[-1] == station), None)
        if sensor is None:
            return None
    return Series.of_rows(
        rows,
        sensor=sensor.id if sensor else station,
        kind=Kind.WATER_LEVEL,
        unit=unit,
        name=sensor.name if sensor else "",
        lat=sensor.lat if sensor else None,
        lon=sensor.lon if sensor else None,
    )


def _download(data: bytes, sensors: Mapping[str, Sensor] | None) -> tuple[Series, ...]:
    wanted = None if sensors is None else {key.split("/")[-1] for key in sensors}
    blocks: dict[str, list[Row]] = {}
    for name, content in members(data, SOURCE.name, limit=LARGEST_DOWNLOAD):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            where = f"{name}, byte {error.start:,}"
            raise SourceError(SOURCE.name, "is not UTF-8 here", where=where) from None
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        if next(reader, None) != HEADER:
            problem = f"does not begin with {';'.join(HEADER)}"
            raise SourceError(SOURCE.name, problem, where=f"{name}, line 1")
        try:
            _lines(reader, name, wanted, blocks)
        except csv.Error as error:
            where = f"{name}, line {reader.line_num}"
            raise SourceError(SOURCE.name, str(error), where=where) from None
    found = [_series(station, "cm", rows, sensors) for station, rows in blocks.items()]
    return tuple(one for one in found if one is not None)


def _lines(reader: Any, name: str, wanted: set[str] | None, blocks: dict[str, list[Row]]) -> None:
    for cells in reader:
        if not cells or not any(cells[1:]) or (wanted is not None and cells[0] not in wanted):
            continue  # the end of a block, or a station nobody asked for
        try:
            station, time, value = cells
            row = (instant(time), number(value), Quality.UNCHECKED)
        except ValueError as error:
            where = f"{name}, line {reader.line_num}"
            station = cells[0]
            raise SourceError(SOURCE.name, str(error), station=station, where=where) from None
        blocks.setdefault(station, []).append(row)


def parse_stations(data: bytes) -> dict[str, Sensor]:
    """Level gauges in `stations.json` or `layers/10/index.json`, by key “site/number”.

    Stations that share a number are left out: their number names none of them. Information
    values 1 to 3 become warning levels.

    Raises:
        SourceError: naming the entry.
    """
    found = each(read_json(data, SOURCE.name), _station, SOURCE.name, what="station")
    listed = [entry for entry in found if entry is not None]
    often = Counter(sensor.id for _, sensor in listed)
    return {key: sensor for key, sensor in listed if often[sensor.id] == 1}


def _station(entry: Any) -> tuple[str, Sensor] | None:
    if not _is_gauge(entry):
        return None
    unit = unit_of(Kind.WATER_LEVEL, "cm", STEP)
    levels = [number(entry.get(key)) for key in LEVELS]
    canonical = unit.to_canonical(np.array([level for level in levels if not np.isnan(level)]))
    lat, lon = place(entry.get("station_latitude"), entry.get("station_longitude"))
    area = AREA.search(str(entry.get("CATCHMENT_SIZE") or ""))
    station, water = str(entry["station_no"]), str(entry.get("WTO_OBJECT") or "").strip()
    name = str(entry["station_name"]).strip()
    sensor = Sensor(
        id=station,
        kind=Kind.WATER_LEVEL,
        unit=unit.canonical,
        source_unit="cm",
        name=f"{name} ({water})" if water else name,
        lat=lat,
        lon=lon,
        catchment_km2=float(area[1].replace(",", ".")) or None if area else None,
        warning_levels=tuple(sorted(float(level) for level in canonical)),
    )
    return f"{entry['site_no']}/{station}", sensor


def _is_gauge(entry: Any) -> bool:
    if "stationparameter_no" in entry:
        return bool(entry["stationparameter_no"] == "S")
    return "Oberflächengewässer" in str(entry.get("object_type") or "Oberflächengewässer")
