"""How well floods are forecast that are larger than any that were learned.

In the records until 2019-09-30 all levels around the largest storms are taken away: from two days
before to four days after every hour in which a gauge rose above a part of its largest rise
(`--part`, a half if nothing is said). A model learns from the rest, with all rain, and forecasts
each hour of these storms, with the rain that fell, or with `--rain none`. What it says is compared
to what was measured.

    python benchmarks/flood/unseen_floods.py [--data FOLDER] [--model DIR] [--part 0.5]
        [--leads 3h,6h,12h,24h] [--rain observed] [--workers 2] [--forecasts FILE.parquet]

Prints JSON: for each lead, blend and experts, mean and median over the gauges of the persistence
index in the storms, and which part of the rises was forecast (1 is all of it); and POD and FAR,
over all gauges and hours, of levels that lay above at issue time. A model that extrapolates timidly
is better in the first and worse in the last (docs/decisions/0044). The years after 2019-09-30 play
no part, so these figures may be used to choose how a model extrapolates.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from network_a import FOLDER, UNTIL, model_of
from numpy.typing import NDArray

from steiger.engines.flood.forecasting import Model, hindcast, process_pool
from steiger.engines.flood.network import (
    Network,
    Observations,
    parse_duration,
    read_network,
    read_observations,
)

BEFORE, AFTER = 48, 96
LEVELS = 3
#: What is usual at a gauge, above which rises are counted.
USUAL_QUANTILE = 0.2
#: Gauges that are above half of their largest rise for more than this part of the time say nothing
#: about storms: they are held up by weirs.
MOST_HOURS = 0.015


def main() -> int:
    """Learn without the largest storms, forecast them, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--part", type=float, default=0.5)
    parser.add_argument("--leads", default="3h,6h,12h,24h")
    parser.add_argument("--rain", choices=("none", "observed"), default="observed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--forecasts", type=Path, help="keep the forecasts here")
    options = parser.parse_args()
    network = read_network(options.data)
    observations = read_observations(options.data, network).until(UNTIL)
    storms = storm_hours(network, observations, options.part)
    began = time.perf_counter()
    model = model_of(network, without_levels(network, observations, storms), options)
    seconds = {"train": round(time.perf_counter() - began, 1)}
    began = time.perf_counter()
    table = forecasts_in(storms, model, network, observations, options)
    seconds["hindcast"] = round(time.perf_counter() - began, 1)
    if options.forecasts:
        pq.write_table(table, options.forecasts)
    result = {
        "model": model.digest,
        "part": options.part,
        "rain": options.rain,
        "storms": len(spans(storms)),
        "hours": int(storms.sum()),
        "of_hours": len(storms),
        "seconds": seconds,
        "leads": judged(table, network, observations),
    }
    print(json.dumps(result, indent=1))
    return 0


def storm_hours(network: Network, observations: Observations, part: float) -> NDArray[np.bool_]:
    """The hours (T,) around those in which a gauge was above `part` of its largest rise."""
    storms = np.zeros(len(observations), dtype=bool)
    for sensor in network.targets:
        values = observations.column(sensor.id)
        usual = np.nanquantile(values, USUAL_QUANTILE)
        rise = (values - usual) / (np.nanmax(values) - usual)
        if np.nanmean(rise > 0.5) > MOST_HOURS:
            continue
        for hour in np.flatnonzero(rise > part):
            storms[max(hour - BEFORE, 0) : hour + AFTER] = True
    return storms


def spans(storms: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last hour of each storm."""
    edges = np.flatnonzero(np.diff(np.r_[False, storms, False]))
    return [(first, last - 1) for first, last in list(pairwise(edges.tolist()))[::2]]


def without_levels(
    network: Network, observations: Observations, storms: NDArray[np.bool_]
) -> Observations:
    """The observations without what other sensors than rain gauges reported in the storms."""
    values = observations.values.copy()
    levels = np.array([sensor.kind != "rain" for sensor in network.sensors])
    values[np.ix_(storms, levels)] = np.nan
    return observations.with_values(values)


def forecasts_in(
    storms: NDArray[np.bool_],
    model: Model,
    network: Network,
    observations: Observations,
    options: argparse.Namespace,
) -> pa.Table:
    """A forecast in every hour of the storms."""
    parts = []
    with process_pool(options.workers) as pool:
        for first, last in spans(storms):
            parts.append(
                hindcast(
                    model,
                    network,
                    observations,
                    start=observations.times[first],
                    end=observations.times[last],
                    every=parse_duration("1h"),
                    rain=options.rain,
                    executor=pool,
                ).replace_schema_metadata(None)
            )
    return pa.concat_tables(parts)


def judged(table: pa.Table, network: Network, observations: Observations) -> dict[str, Any]:
    """Scores by lead and method."""
    found: dict[str, Any] = {}
    methods = ["q50", *(name for name in table.column_names if name.startswith("x_"))]
    for minutes in sorted(set(table["lead_minutes"].to_pylist())):
        scores: dict[str, list[tuple[float, float]]] = {name: [] for name in methods}
        crossed = {name: np.zeros((LEVELS, 3), dtype=int) for name in methods}
        for sensor in network.targets:
            rows = table.filter(
                (pc.field("lead_minutes") == minutes) & (pc.field("gauge") == sensor.id)
            )
            issued = rows["issue_time"].to_numpy().astype("datetime64[s]")
            at = np.searchsorted(observations.times, issued)
            steps = minutes // 60
            inside = at + steps < len(observations)
            values = observations.column(sensor.id)
            now, then = values[at[inside]], values[at[inside] + steps]
            for name in methods:
                said = rows[name].to_numpy()[inside].astype(float)
                scores[name].append(scored(now, then, said))
                for place, level in enumerate(sensor.warning_levels[:LEVELS]):
                    crossed[name][place] += crossings(level, now, then, said)
        found[f"{minutes // 60}h"] = {
            ("blend" if name == "q50" else name.removeprefix("x_")): (
                summary(np.array(each)) | rates(crossed[name])
            )
            for name, each in scores.items()
        }
    return found


def crossings(
    level: float, now: NDArray[np.float64], then: NDArray[np.float64], said: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Hits, all that came, and all that were forecast (3,), of hours that begin below a level."""
    below = np.isfinite(then) & np.isfinite(said) & (now < level)
    came, forecast = (then >= level)[below], (said >= level)[below]
    return np.array([(came & forecast).sum(), came.sum(), forecast.sum()])


def rates(counts: NDArray[np.int64]) -> dict[str, Any]:
    """POD and FAR of each level from its counts (L, 3)."""
    return {
        f"level_{place + 1}": {
            "came": int(came),
            "pod": round(hits / came, 3) if came else None,
            "far": round(1 - hits / forecast, 3) if forecast else None,
        }
        for place, (hits, came, forecast) in enumerate(counts.tolist())
    }


def scored(
    now: NDArray[np.float64], then: NDArray[np.float64], said: NDArray[np.float64]
) -> tuple[float, float]:
    """Persistence index, and which part of the rises was forecast; each (N,)."""
    known = np.isfinite(now) & np.isfinite(then) & np.isfinite(said)
    if not known.any():
        return float("nan"), float("nan")
    moved, forecast = (then - now)[known], (said - now)[known]
    index = 1.0 - float(((forecast - moved) ** 2).sum() / (moved**2).sum())
    rise = moved > 0
    return index, float((forecast * moved)[rise].sum() / (moved**2)[rise].sum())


def summary(scores: NDArray[np.float64]) -> dict[str, Any]:
    """Mean and median over the gauges (G, 2)."""
    known = scores[np.isfinite(scores[:, 0])]
    if not len(known):
        return {}
    return {
        name: {
            "mean": round(float(known[:, place].mean()), 3),
            "median": round(float(np.median(known[:, place])), 3),
        }
        for place, name in enumerate(("persistence_index", "rise_forecast"))
    }


if __name__ == "__main__":
    sys.exit(main())
