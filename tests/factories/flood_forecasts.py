"""Synthetic forecasts: documents of one issue time, and tables of many."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind, Network, Observations, Sensor, write_network
from steiger.engines.flood.warning import Outlook, outlook_of

START = datetime(2021, 7, 14, 6, tzinfo=UTC)
LEVELS = (1.0, 2.0, 3.0)
QUANTILES = {
    "q05": -0.2,
    "q10": -0.15,
    "q25": -0.1,
    "q50": 0.0,
    "q75": 0.1,
    "q90": 0.15,
    "q95": 0.2,
}


def iso(moment: datetime) -> str:
    """A time as in documents."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def gauge_entry(
    *,
    gauge: str = "g1",
    issue: datetime = START,
    p: Sequence[Sequence[float] | None] = ((0.0, 0.0, 0.0),),
    leads: Sequence[int] = (60, 180, 360),
    last: float | None = 0.5,
    median: float = 0.6,
    name: str = "Brücke",
    unit: str = "m",
    levels: Sequence[float] = LEVELS,
    **more: Any,
) -> dict[str, Any]:
    """One gauge of a document. `p` holds probabilities by level for each lead; one row for all."""
    rows = list(p) * len(leads) if len(p) == 1 else list(p)
    entry: dict[str, Any] = {
        "id": gauge,
        "name": name,
        "unit": unit,
        "warning_levels": list(levels),
        "last": None if last is None else {"time": iso(issue), "value": last},
        "state": "ok",
        "missing": [],
        "leads": [
            {
                "lead_minutes": minutes,
                "valid_time": iso(issue + timedelta(minutes=minutes)),
                **{key: median + shift for key, shift in QUANTILES.items()},
                "p_levels": None if row is None else list(row),
                "experts": {},
            }
            for minutes, row in zip(leads, rows, strict=True)
        ],
        "time_to_level": [],
        "drivers": [
            {
                "key": "rain",
                "contribution": 0.4,
                "text": {"de": "viel Regen seit Mitternacht", "en": "heavy rain since midnight"},
            }
        ],
    }
    return {**entry, **more}


def document(
    *gauges: dict[str, Any],
    issue: datetime = START,
    network: str = "Tal",
    forecast_id: str | None = None,
) -> dict[str, Any]:
    """A document of one issue time."""
    body = {
        "format": "steiger-flood-forecast/1",
        "network": network,
        "network_digest": "0" * 64,
        "observations_digest": "0" * 64,
        "model": {},
        "issue_time": iso(issue),
        "rain": "none",
        "rain_digest": "",
        "gauges": list(gauges),
    }
    plain = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {**body, "id": forecast_id or hashlib.sha256(plain.encode()).hexdigest()}


def outlook(cycle: int = 0, *, forecast_id: str | None = None, **gauge: Any) -> Outlook:
    """The forecast of the `cycle`-th hour for one gauge."""
    issue = START + timedelta(hours=cycle)
    entry = gauge_entry(issue=issue, **gauge)
    return outlook_of(document(entry, issue=issue, forecast_id=forecast_id))


def small_network(*, levels: Sequence[float] = LEVELS, gauges: Sequence[str] = ("g1",)) -> Network:
    """A network of level gauges along one river."""
    return Network(
        name="Tal",
        step=timedelta(hours=1),
        sensors=tuple(
            Sensor(
                id=name,
                kind=Kind.WATER_LEVEL,
                unit="m",
                name="Brücke",
                lat=51.2 + number / 100,
                lon=7.1,
                gauge_zero_m=140.0,
                warning_levels=tuple(levels),
                target=True,
            )
            for number, name in enumerate(gauges)
        ),
    )


def network_folder(folder: Path, network: Network | None = None) -> Path:
    """A folder with network.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    write_network(folder, network or small_network())
    return folder


def write_document(path: Path, data: dict[str, Any]) -> Path:
    """The document as a file."""
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def wave(hours: int, *, seed: int = 0, floods: Sequence[int] = (), height: float = 2.0) -> Any:
    """An hourly level series (m): a slow swing, noise, and floods of two days at given hours."""
    rng = np.random.default_rng(seed)
    time = np.arange(hours)
    level = 0.6 + 0.2 * np.sin(time / 200.0) + np.cumsum(rng.normal(0, 0.002, hours)) * 0.1
    for start in floods:
        after = np.maximum(time - start, 0)
        level += height * (after / 12.0) * np.exp(1.0 - after / 12.0) * (time >= start)
    return np.round(level, 4)


def table_columns(
    values: dict[str, Any],
    *,
    start: datetime = START,
    leads: Sequence[int] = (60, 180),
    error: float = 0.05,
    levels: Sequence[float] = LEVELS,
    seed: int = 1,
    every: int = 1,
) -> dict[str, Any]:
    """Columns of a table of forecasts for hourly series: what came, give or take `error` (m)."""
    rng = np.random.default_rng(seed)
    origin = np.datetime64(start.replace(tzinfo=None), "us")
    shifts = np.array([-1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645])
    parts: dict[str, list[Any]] = {}
    for gauge, series in values.items():
        for lead in leads:
            steps = lead // 60
            issued = np.arange(0, len(series) - steps, every)
            truth, last = series[issued + steps], series[issued]
            middle = truth + rng.normal(0, error, issued.size)
            rows: dict[str, Any] = {
                "issue_time": origin + issued.astype("timedelta64[h]").astype("timedelta64[us]"),
                "gauge": np.full(issued.size, gauge),
                "lead_minutes": np.full(issued.size, lead, dtype=np.int32),
                "x_persistence": last,
                "x_ridge": truth + rng.normal(0, 2 * error, issued.size),
                "regime": np.where(last > LEVELS[0], "flood", "mean"),
            }
            for name, shift in zip(QUANTILES, shifts, strict=True):
                rows[name] = middle + shift * error
            for number, level in enumerate(levels, start=1):
                rows[f"p_level_{number}"] = _normal(middle - level, error)
            for name, column in rows.items():
                parts.setdefault(name, []).append(column)
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def _normal(distance: Any, spread: float) -> Any:
    from scipy.special import ndtr

    return ndtr(distance / spread)


def write_table(path: Path, columns: dict[str, Any]) -> Path:
    """The columns as `forecasts.parquet`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {
        name: pa.array(values, pa.timestamp("us", tz="UTC")) if name == "issue_time" else values
        for name, values in columns.items()
    }
    pq.write_table(pa.table(arrays), path)
    return path


def observations_of(values: dict[str, Any], *, start: datetime = START) -> Observations:
    """Hourly series as observations of a network."""
    count = len(next(iter(values.values())))
    times = np.datetime64(start.replace(tzinfo=None), "s") + np.arange(count).astype("m8[h]")
    return Observations(times, tuple(values), np.stack(list(values.values()), axis=1))
