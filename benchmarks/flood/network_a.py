"""How good the forecasts are on a real network: 14 level gauges, judged on two later years.

Learns until 2019-09-30 and forecasts every hour from October 2019 to September 2021, once without
and once with the rain that fell. The summer of 2020 lies far beyond all that was learned.

    python benchmarks/flood/network_a.py [--data FOLDER] [--model DIR] [--workers 2] [--every 1h]
        [--leads 24h] [--rain none]

With `--model`, a model that is there is used, and a new one is kept there. Prints JSON: for each
lead the median over the gauges, what was promised, and whether it was kept; exits 1 if not. All
observations count, also those of sensors that stood still for weeks (`g13`, `g20`); `checked` is
the same score without what quality control rejects.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from steiger.engines.flood.forecasting import (
    Model,
    hindcast,
    load_model,
    process_pool,
    save_model,
    train,
)
from steiger.engines.flood.models import ModelSettings
from steiger.engines.flood.network import (
    Network,
    Observations,
    parse_duration,
    read_network,
    read_observations,
)
from steiger.engines.flood.quality import masked
from steiger.engines.flood.verification import read_forecasts, verify

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/flood/network_a"
UNTIL = np.datetime64("2019-09-30T23:00:00")
START, END = np.datetime64("2019-10-01T00:00:00"), np.datetime64("2021-09-30T23:00:00")
#: Rain → score → promise at leads of 3, 6, 12 and 24 hours. FAR is at most, all others at least.
PROMISES: dict[str, dict[str, tuple[float | None, ...]]] = {
    "none": {"persistence_index": (0.40, 0.35, 0.30, 0.15)},
    "observed": {
        "persistence_index": (0.60, 0.75, 0.75, 0.75),
        "flood_nse": (0.94, 0.88, 0.82, 0.72),
        "pod": (0.70, 0.75, 0.75, None),
        "far": (0.25, 0.25, 0.20, None),
    },
}
HOURS = (3, 6, 12, 24)
COVERAGE = {"coverage_80": (0.75, 0.85), "flood_coverage_80": (0.70, 0.90)}


def main() -> int:
    """Learn, forecast the past, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", default="1h")
    parser.add_argument("--leads", default="1h,3h,6h,12h,24h", help="fewer for a part of the table")
    parser.add_argument("--rain", default="none,observed", help="one of them for a part")
    options = parser.parse_args()
    network = read_network(options.data)
    observations = read_observations(options.data, network)
    began = time.perf_counter()
    model = model_of(network, observations, options)
    seconds = {"train": round(time.perf_counter() - began, 1)}
    scores, rows = {}, []
    for rain in options.rain.split(","):
        began = time.perf_counter()
        found = judged(network, observations, model, rain, options)
        seconds[f"hindcast_and_scores_{rain}"] = round(time.perf_counter() - began, 1)
        scores[rain] = found["all"]
        rows += [
            {**line, "checked": other["value"]}
            for line, other in zip(
                kept(rain, found["all"]), kept(rain, found["checked"]), strict=True
            )
        ]
    result = {
        "model": model.digest,
        "learned_until": str(UNTIL),
        "forecasts": [str(START), str(END), options.every],
        "seconds": seconds,
        "promises": rows,
        "scores": {rain: brief(found) for rain, found in scores.items()},
    }
    print(json.dumps(result, indent=1))
    return 0 if all(row["kept"] for row in rows) else 1


def model_of(network: Network, observations: Observations, options: argparse.Namespace) -> Model:
    """The model in the folder, or a new one."""
    folder: Path | None = options.model
    settings = ModelSettings(leads=tuple(map(parse_duration, options.leads.split(","))))
    if folder is not None and (folder / "manifest.json").exists():
        return load_model(folder)
    with process_pool(options.workers) as pool:
        model = train(network, observations.until(UNTIL), settings, pool, work=folder)
    if folder is not None:
        save_model(model, folder)
    return model


def judged(
    network: Network,
    observations: Observations,
    model: Model,
    rain: str,
    options: argparse.Namespace,
) -> dict[str, Any]:
    """Scores of a hindcast over the test years, by all observations and by those not rejected."""
    every = parse_duration(options.every)
    with process_pool(options.workers) as pool:
        table = hindcast(
            model,
            network,
            observations,
            start=START,
            end=END,
            every=every,
            rain=rain,
            executor=pool,
        )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "forecasts.parquet"
        pq.write_table(table, path)
        forecasts = read_forecasts(path, network)
    clean = masked(network, observations, online=False)
    return {
        "all": verify(network, observations, forecasts),
        "checked": verify(network, clean, forecasts),
    }


def medians(lead: dict[str, Any]) -> dict[str, float | None]:
    """Scores of the blend at one lead: medians over gauges, rates over all gauges."""
    blend = lead["methods"]["blend"]["median"]
    found = {name: blend[name]["value"] for name in ("persistence_index", "flood_nse", "crps")}
    crossings = lead["new_crossings"]["blend"]["level_2"]
    for rate in ("pod", "far"):
        each = [gauge[rate] for gauge in crossings["gauges"].values() if gauge[rate] is not None]
        found[rate] = float(np.median(each)) if each else None
    calibration = lead["calibration"]["median"]
    found |= {name: calibration[name]["value"] for name in COVERAGE}
    return found


def kept(rain: str, result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each promise, what came of it, and whether it was kept."""
    leads = {lead["lead_minutes"] // 60: lead for lead in result["leads"]}
    for name, promised in PROMISES[rain].items():
        for hours, limit in zip(HOURS, promised, strict=True):
            if limit is None or hours not in leads:
                continue
            value = medians(leads[hours])[name]
            good = value is not None and (value <= limit if name == "far" else value >= limit)
            yield row(rain, hours, name, limit, value=value, good=good)
    for hours, lead in leads.items():
        for name, (low, high) in COVERAGE.items():
            value = medians(lead)[name]
            good = value is not None and low <= value <= high
            yield row(rain, hours, name, [low, high], value=value, good=good)
        for expert, found in lead["blend_against"].items():
            skill = found["value"]
            good = skill is None or skill > 0
            yield row(rain, hours, f"crps_better_than_{expert}", 0.0, value=skill, good=good)


def row(
    rain: str, hours: int, name: str, promise: Any, *, value: Any, good: bool
) -> dict[str, Any]:
    """One line of the result."""
    return {
        "rain": rain,
        "lead_hours": hours,
        "score": name,
        "promise": promise,
        "value": value,
        "kept": bool(good),
    }


def brief(result: dict[str, Any]) -> dict[str, Any]:
    """Medians of the blend and of every expert by lead."""
    return {
        f"{lead['lead_minutes'] // 60}h": {
            "blend": medians(lead),
            "experts": {
                method: {
                    name: scores["median"][name]["value"]
                    for name in ("persistence_index", "flood_nse", "crps")
                }
                for method, scores in lead["methods"].items()
                if method != "blend"
            },
            "gauges": {
                gauge: {name: scores[name] for name in ("persistence_index", "flood_nse")}
                for gauge, scores in lead["methods"]["blend"]["gauges"].items()
            },
        }
        for lead in result["leads"]
    }


if __name__ == "__main__":
    sys.exit(main())
