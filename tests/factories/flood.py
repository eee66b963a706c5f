"""Small river networks for tests."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steiger.engines.flood.network import Kind, Network, Observations, Sensor

START = np.datetime64("2020-01-01T00:00:00", "s")
UNITS = {
    Kind.WATER_LEVEL: "m",
    Kind.RESERVOIR_LEVEL: "m",
    Kind.DISCHARGE: "m3/s",
    Kind.RELEASE: "m3/s",
    Kind.RAIN: "mm",
    Kind.POTENTIAL_EVAPOTRANSPIRATION: "mm",
    Kind.TEMPERATURE: "°C",
    Kind.SOIL_MOISTURE: "m3/m3",
    Kind.AIR_PRESSURE: "hPa",
    Kind.HUMIDITY: "%",
    Kind.WIND: "m/s",
}

TOML = """\
name = "Test"
step = "1h"

[[sensor]]
id = "upper"
kind = "water_level"
unit = "m"

[[sensor]]
id = "lower"
kind = "water_level"
unit = "m"
target = true
upstream = ["upper"]
warning_levels = [1.25, 2.1, 2.53]

[[sensor]]
id = "rain"
kind = "rain"
unit = "mm"
"""


def make_sensor(sensor_id: str = "level", kind: Kind = Kind.WATER_LEVEL, **fields: Any) -> Sensor:
    """A sensor in the usual unit of its kind."""
    return Sensor(**{"id": sensor_id, "kind": kind, "unit": UNITS[kind]} | fields)


def make_network(*sensors: Sensor, step: timedelta = timedelta(hours=1)) -> Network:
    """A network of these sensors."""
    return Network("Test", step, sensors or (make_sensor(),))


def make_observations(
    network: Network, columns: dict[str, Any], start: np.datetime64 = START
) -> Observations:
    """Observations of all sensors; those not given are constant at 1."""
    count = len(next(iter(columns.values())))
    seconds = int(network.step.total_seconds())
    times = start + np.arange(count) * np.timedelta64(seconds, "s")
    filled = [np.asarray(columns.get(name, np.ones(count)), dtype=float) for name in network.ids]
    delays = np.array([s.delay(network.step).total_seconds() for s in network.sensors])
    return Observations(
        times, network.ids, np.column_stack(filled), delays.astype("timedelta64[s]")
    )


def write_folder(
    folder: Path, columns: dict[str, Any], times: pa.Array | None = None, toml: str = TOML
) -> Path:
    """A folder with network.toml and observations.parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.toml").write_text(toml, encoding="utf-8")
    count = len(next(iter(columns.values()))) if columns else 0
    if times is None:
        times = hours(count)
    pq.write_table(pa.table({"time": times} | columns), folder / "observations.parquet")
    return folder


def hours(count: int, zone: str | None = "UTC") -> pa.Array:
    """Full hours from 2020-01-01 UTC on, held with this zone."""
    moments = START + np.arange(count) * np.timedelta64(3600, "s")
    plain = pa.array(moments, pa.timestamp("s"))
    return plain if zone is None else plain.cast(pa.timestamp("s", zone))
