"""River networks of the flood room with measurements, forecasts and warnings.

Neither simulator nor models are needed: forecasts are written by hand.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from steiger.web.flood.domain.cycle import Plan, SensorNews, commit, write_forecast
from steiger.web.flood.domain.drafts import Draft, keep_draft
from steiger.web.flood.models import Forecast, Network, Sensor, Step

BEGIN = datetime(2026, 3, 10, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEADS = (60, 180, 360, 720, 1440)
LEVELS = [1.2, 1.8, 2.4]
GAUGES = (("quellgrund", 7.45, 51.10), ("mittelwerk", 7.33, 51.075), ("talmund", 7.18, 51.05))
RAIN = (("regen_berg", 7.46, 51.12), ("regen_tal", 7.25, 51.06))
REAL = """
name = "Wupper"
step = "1h"
[[sensor]]
id = "opladen"
name = "Opladen"
kind = "water_level"
unit = "cm"
warning_levels = [180, 240]
target = true
[[sensor]]
id = "regen"
kind = "rain"
unit = "mm"
"""
QUANTILE_WIDTHS = ((5, -1.6), (10, -1.3), (25, -0.7), (50, 0.0), (75, 0.7), (90, 1.3), (95, 1.6))


def make_network(key: str = "beispieltal", *, simulated: bool = True) -> Network:
    """Three gauges, one below the other, and two rain gauges; its clock stands at ``BEGIN``."""
    network = Network.objects.create(
        key=key,
        name_de="Beispieltal",
        name_en="Example Valley",
        note_de="Dieses Tal gibt es nicht.",
        note_en="This valley does not exist.",
        folder=key,
        simulated=simulated,
        licence="CC0 1.0",
        attribution_de="Gerechnet von diesem Programm",
        attribution_en="Computed by this programme",
        course=[[[7.47, 51.11], [7.33, 51.075], [7.17, 51.05]]],
        stage=Network.Stage.READY,
        clock=BEGIN,
    )
    above: list[str] = [name for name, _lon, _lat in RAIN]
    for order, (name, lon, lat) in enumerate(GAUGES):
        Sensor.objects.create(
            network=network,
            key=name,
            source_id=name,
            order=order,
            name_de=f"Pegel {name.capitalize()}",
            name_en=f"Gauge {name.capitalize()}",
            kind="water_level",
            unit="m",
            latitude=lat,
            longitude=lon,
            upstream=list(above),
            catchment_km2=40.0 * (order + 1),
            gauge_zero_m=180.0 - 30 * order,
            warning_levels=LEVELS,
            target=True,
        )
        above = [name]
    for order, (name, lon, lat) in enumerate(RAIN, start=len(GAUGES)):
        place = name.removeprefix("regen_").capitalize()
        Sensor.objects.create(
            network=network,
            key=name,
            source_id=name,
            order=order,
            name_de=f"Regen {place}",
            name_en=f"Rain {place}",
            kind="rain",
            unit="mm",
            latitude=lat,
            longitude=lon,
        )
    return network


def make_live_network(key: str = "lebendig") -> Network:
    """A real network whose gauges are read from PEGELONLINE; one source does not answer."""
    network = make_network(key, simulated=False)
    network.sources = {"bund": {"adapter": "pegelonline"}}
    network.collected_at = BEGIN
    network.save()
    for number, sensor in enumerate(network.sensors.filter(target=True)):
        sensor.feed = {"source": "bund", "key": f"{sensor.key}/W", "unit": "cm"}
        sensor.hearing = {"kind": "", "problem": "", "since": BEGIN.isoformat(), "changes": 1}
        sensor.heard_at = BEGIN
        if number == 0:
            problem = "PEGELONLINE, station x: cannot be reached (ConnectError: refused)"
            sensor.hearing |= {"kind": "away", "problem": problem}
        rows = [[BEGIN.isoformat(), 61.0, "cm"]]
        sensor.tried = {"at": BEGIN.isoformat(), "state": "came", "count": 1, "new": 1}
        sensor.tried |= {"changes": 0, "ahead": 0, "rows": rows}
        sensor.save()
    return network


def make_draft(
    key: str = "wupper",
    *,
    toml: str = REAL,
    hours: int = 96,
    columns: Mapping[str, Any] | None = None,
) -> Draft:
    """Files of a real network as staff hand them in; not examined yet."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = pa.array(np.datetime64("2026-03-01T00:00:00") + np.arange(hours) * 3600)
    level = 50 + np.round(10 * np.sin(np.arange(hours) / 9.0)) + np.arange(hours) % 3
    columns = columns or {"opladen": level, "regen": np.zeros(hours)}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"time": times.cast(pa.timestamp("s", tz="UTC")), **columns}), sink)
    return keep_draft(
        network_file=[toml.encode()],
        values_file=[sink.getvalue().to_pybytes()],
        key=key,
        attribution="Wupperverband",
    )


def write_folder(network: Network, data_dir: Path) -> Path:
    """The network's folder as the engine reads it, without observations."""
    from steiger.engines.flood.network import Kind, write_network
    from steiger.engines.flood.network import Network as EngineNetwork
    from steiger.engines.flood.network import Sensor as EngineSensor

    sensors = tuple(
        EngineSensor(
            id=s.source_id,
            kind=Kind(s.kind),
            unit=s.unit,
            name=s.name_de,
            lat=s.latitude,
            lon=s.longitude,
            upstream=tuple(s.upstream),
            warning_levels=tuple(s.warning_levels),
            target=s.target,
        )
        for s in network.sensors.all()
    )
    folder = data_dir / "flood" / network.folder
    folder.mkdir(parents=True)
    write_network(folder, EngineNetwork(network.key, HOUR, sensors))
    return folder


def document(
    network: Network,
    at: datetime,
    levels: Mapping[str, float],
    peak: float | None = None,
    *,
    model: str = "0" * 64,
) -> dict[str, Any]:
    """A forecast that stays at the level, or rises to ``peak`` within six hours."""
    gauges = []
    for sensor in network.sensors.filter(target=True):
        now = levels[sensor.source_id]
        gauges.append(gauge_document(sensor, at, now, peak if peak is not None else now))
    body = {
        "format": "steiger-flood-forecast/1",
        "network": network.key,
        "network_digest": "1" * 64,
        "observations_digest": "2" * 64,
        "model": {"digest": model},
        "issue_time": stamp(at),
        "rain": "none",
        "gauges": gauges,
    }
    return {**body, "id": hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}


def stamp(at: datetime) -> str:
    """A time as documents hold it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def gauge_document(sensor: Sensor, at: datetime, now: float, peak: float) -> dict[str, Any]:
    """One gauge of a document."""
    rain = {"de": "Regen der letzten 6 Stunden", "en": "Rain of the last 6 hours"}
    return {
        "id": sensor.source_id,
        "name": sensor.name_de,
        "unit": sensor.unit,
        "warning_levels": sensor.warning_levels,
        "last": {"time": stamp(at), "value": now},
        "state": "ok",
        "missing": [],
        "leads": [_lead(sensor, at, now, peak, minutes) for minutes in LEADS],
        "time_to_level": [
            {
                "level": number,
                "value": value,
                "expected_minutes": _when(now, peak, value),
                "earliest_minutes": _when(now, peak + 0.2, value),
            }
            for number, value in enumerate(sensor.warning_levels, start=1)
        ],
        "drivers": [{"key": "rain", "contribution": round(peak - now, 2), "text": rain}],
    }


def _lead(sensor: Sensor, at: datetime, now: float, peak: float, minutes: int) -> dict[str, Any]:
    middle = now + (peak - now) * min(1.0, minutes / 360)
    spread = 0.04 + 0.0004 * minutes
    quantiles = {f"q{name:02d}": round(middle + spread * z, 3) for name, z in QUANTILE_WIDTHS}
    return {
        "lead_minutes": minutes,
        "valid_time": stamp(at + timedelta(minutes=minutes)),
        **quantiles,
        "p_levels": [round(_above(middle, spread, value), 4) for value in sensor.warning_levels],
        "experts": {"persistence": now},
    }


def _above(middle: float, spread: float, level: float) -> float:
    return 1 / (1 + math.exp(-1.7 * (middle - level) / spread))


def _when(now: float, peak: float, level: float) -> int | None:
    if now >= level:
        return 0
    return round(360 * (level - now) / (peak - now)) if peak >= level else None


def plan(
    network: Network,
    level: float,
    *,
    peak: float | None = None,
    rain: float = 0.0,
    missing: Sequence[str] = (),
    **more: Any,
) -> Plan:
    """The next cycle of a network with all gauges at ``level``."""
    network.refresh_from_db()
    assert network.clock is not None
    at = network.clock + HOUR
    sensors = list(network.sensors.all())
    values = {
        s.source_id: None if s.key in missing else (level if s.target else rain) for s in sensors
    }
    known = {s.source_id: level for s in sensors if s.target}
    content: dict[str, Any] = {
        "expected": network.clock,
        "time": at,
        "values": values,
        "flags": {},
        "news": {
            s.source_id: _news(at, values[s.source_id], missing=s.key in missing) for s in sensors
        },
        "document": document(network, at, known, peak),
        "inputs": {},
        "simulation": {},
        "rain_outlook": {},
    }
    return Plan(**(content | more))


def _news(at: datetime, value: float | None, *, missing: bool) -> SensorNews:
    told = {
        "key": "missing",
        "since": at.isoformat(),
        "until": "",
        "text_de": "Es kommt kein Wert an.",
        "text_en": "No value arrives.",
    }
    return SensorNews(
        state="missing" if missing else "ok",
        flags=[told] if missing else [],
        last_time=None if missing else at,
        last_value=value,
        trend=0.02,
        share_30d=0.98,
    )


def run(network: Network, levels: Sequence[float], *, peak: float | None = None) -> None:
    """Several cycles, one level each."""
    for level in levels:
        assert commit(network, plan(network, level, peak=peak))


def make_past(network: Network, hours: int = 36) -> None:
    """A past flood with a forecast every three hours."""
    first = datetime(2021, 7, 13, 12, tzinfo=UTC)
    heights = {}
    for hour in range(-24, hours + 24):
        at = first + hour * HOUR
        heights[at] = round(0.6 + 2.2 * math.exp(-(((hour - 24) / 9) ** 2)), 3)
        values = {s.source_id: heights[at] if s.target else 2.0 for s in network.sensors.all()}
        Step.objects.create(network=network, time=at, values=values)
    for hour in range(0, hours, 3):
        at = first + hour * HOUR
        known = {s.source_id: heights[at] for s in network.sensors.filter(target=True)}
        ahead = document(network, at, known, heights[at + 6 * HOUR])
        write_forecast(network, Forecast.Purpose.HINDCAST, ahead, {})
