"""What training and forecasting cost: time and peak memory, child processes included.

Three parts, each in a process of its own:

- train: `steiger flood train` on a real network, 14 gauges × 5 leads in 25 minutes at most;
- cycle: `steiger flood forecast` for 60 gauges × 20 members of rain in 10 seconds at most, from
  the start of the program to the forecast on the disk and in the store;
- many: 1,000 simulated gauges, learned by a process pool and by a local Dask cluster of as many
  workers: the cluster may take 1.5 times as long per gauge.

    python benchmarks/flood/cost.py [--parts train,cycle,many] [--gauges 2 --leads 3h] [--many 40]

Prints JSON and ends with code 1 if a promise is broken. Sizes can be made smaller for a quick look;
the promises then still are those for the whole.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq

from steiger.engines.flood.forecasting import dask_cluster, process_pool, save_model, train
from steiger.engines.flood.models import ModelSettings
from steiger.engines.flood.models.settings import PROFILES
from steiger.engines.flood.network import (
    Network,
    Observations,
    read_network,
    read_observations,
    write_network,
    write_observations,
)
from steiger.engines.flood.simulation import begin, many_gauges, rain_ensemble, simulate_many

SHARED = Path(__file__).resolve().parents[3] / "shared/data/flood/network_a"
STEIGER = [sys.executable, "-m", "steiger", "flood"]
LIMITS = {"train_minutes": 25.0, "cycle_seconds": 10.0, "dask_to_pool": 1.5}
HOUR = timedelta(hours=1)
START = datetime(2020, 1, 1, tzinfo=UTC)


class Memory:
    """Watches how much memory this process and its children hold together (MB)."""

    def __init__(self, seconds: float = 0.2) -> None:
        self.peak_mb, self.seconds = 0.0, seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._stop.wait(self.seconds):
            total = 0
            for process in [own, *own.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            self.peak_mb = max(self.peak_mb, total / 1e6)


def measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds, peak memory in MB, and the result."""
    with Memory() as memory:
        begin_at = time.monotonic()
        result = work()
        seconds = time.monotonic() - begin_at
    return round(seconds, 2), round(memory.peak_mb), result


def processor_seconds() -> float:
    """Processor time of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def steiger(*arguments: object) -> dict[str, Any]:
    """The result of a command."""
    words = [*STEIGER, *(str(argument) for argument in arguments), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def only_targets(network: Network, chosen: set[str]) -> Network:
    """The network in which only these gauges are forecast; the others still tell what they see."""
    sensors = tuple(replace(s, target=s.id in chosen) for s in network.sensors)
    return replace(network, sensors=sensors)


def train_part(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Training on a real network."""
    source = Path(options.network)
    network = read_network(source)
    fewer = only_targets(network, {sensor.id for sensor in network.targets[: options.gauges]})
    write_network(folder, fewer)
    (folder / "observations.parquet").write_bytes((source / "observations.parquet").read_bytes())
    where = (folder, "--model", folder / "model", "--until", options.until)
    how = ("--leads", options.leads, "--workers", options.workers, "--profile", options.profile)
    seconds, peak, said = measured(lambda: steiger("train", *where, *how))
    return {
        "gauges": len(said["gauges"]),
        "leads": len(options.leads.split(",")),
        "rows": said["rows"],
        "profile": options.profile,
        "minutes": round(seconds / 60, 2),
        "seconds_per_gauge": round(seconds / len(said["gauges"]), 1),
        "peak_mb": peak,
        "model_mb": round(sum(p.stat().st_size for p in folder.rglob("model/**/*")) / 1e6, 1),
        "promises": {"train_minutes": seconds / 60},
    }


def cycle_part(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One forecast of many gauges with an ensemble of rain, as a command."""
    days = options.cycle_days
    network, observations = simulate_many(options.cycle_gauges, start=START, days=days, seed=1)
    write_network(folder, network)
    write_observations(folder, network, observations)
    # As large as the usual models, so that a forecast costs the same, but learned in less time.
    tuning = replace(PROFILES[options.profile], rows=600, folds=2, pooled_rows=600)
    leads = tuple(hours * HOUR for hours in (1, 3, 6, 12, 24))
    settings = ModelSettings(leads=leads, profile=options.profile, tuning=tuning)
    seen = read_observations(folder, network).until(START + timedelta(days=days * 3 / 4))
    with process_pool(options.workers) as pool:
        save_model(train(network, seen, settings, pool), folder / "model")
    at = START + timedelta(days=days) - HOUR
    valley = many_gauges(options.cycle_gauges, 1)
    state = begin(valley, at, seed=1, faults=False, spin_up=24)
    rain = rain_ensemble(valley, state, lead_hours=24, members=options.members, seed=1)
    pq.write_table(rain, folder / "rain.parquet")
    where = (folder, "--model", folder / "model", "--out", folder / "forecast.json")
    how = ("--store", folder / "store", "--rain", folder / "rain.parquet")
    runs, processor = [], []
    for _ in range(3):
        before = processor_seconds()
        runs.append(measured(lambda: steiger("forecast", *where, *how)))
        processor.append(round(processor_seconds() - before, 2))
    return {
        "gauges": options.cycle_gauges,
        "members": options.members,
        "rows": len(observations),
        "sensors": len(network.sensors),
        "profile": options.profile,
        "seconds": [seconds for seconds, _, _ in runs],
        # What each run would take on a quiet machine if nothing ran side by side.
        "processor_seconds": processor,
        "peak_mb": max(peak for _, peak, _ in runs),
        # The first run also puts the model into the store.
        "promises": {"cycle_seconds": max(seconds for seconds, _, _ in runs)},
    }


def many_part(options: argparse.Namespace, _folder: Path) -> dict[str, Any]:
    """Many gauges, by a pool and by a cluster."""
    from distributed import LocalCluster

    network, observations = simulate_many(options.many, start=START, days=options.many_days, seed=2)
    learned = options.many_learned or options.many
    network = only_targets(network, {sensor.id for sensor in network.targets[:learned]})
    pool_time, pool_peak, pool_digest = measured(
        lambda: _learn(network, observations, lambda: process_pool(options.workers))
    )
    cluster_options = {"n_workers": options.workers, "threads_per_worker": 1, "processes": True}

    def on_dask() -> tuple[float, str]:
        with LocalCluster(**cluster_options, dashboard_address=None) as cluster:
            return _learn(network, observations, lambda: dask_cluster(cluster.scheduler_address))

    dask_time, dask_peak, dask_digest = measured(on_dask)
    seconds = {"pool": pool_digest[0] / learned, "dask": dask_digest[0] / learned}
    return {
        "gauges": options.many,
        "learned": learned,
        "rows": len(observations),
        "workers": options.workers,
        "seconds_per_gauge": {name: round(value, 3) for name, value in seconds.items()},
        "seconds_in_all": {"pool": pool_time, "dask": dask_time},
        "peak_mb": {"pool": pool_peak, "dask": dask_peak},
        "same_model": pool_digest[1] == dask_digest[1],
        "promises": {"dask_to_pool": seconds["dask"] / seconds["pool"]},
    }


def _learn(
    network: Network, observations: Observations, workers: Callable[[], Any]
) -> tuple[float, str]:
    """Seconds that all gauges took after the part that they share, and the model's digest."""
    tuning = replace(PROFILES["light"], rows=1_000, folds=2, pooled_rows=2_000)
    settings = ModelSettings(leads=(6 * HOUR,), profile="light", tuning=tuning)
    times: list[float] = []
    with workers() as executor:
        model = train(
            network,
            observations,
            settings,
            executor,
            lambda _done, _total: times.append(time.monotonic()),
        )
    return times[-1] - times[0], model.digest


PARTS = {"train": train_part, "cycle": cycle_part, "many": many_part}


def arguments() -> argparse.Namespace:
    """What is to be measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", default="train,cycle,many")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--profile", default="full")
    parser.add_argument("--network", default=str(SHARED))
    parser.add_argument("--until", default="2019-09-30")
    parser.add_argument("--gauges", type=int, default=14)
    parser.add_argument("--leads", default="1h,3h,6h,12h,24h")
    parser.add_argument("--cycle-gauges", type=int, default=60)
    parser.add_argument("--cycle-days", type=int, default=400)
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--many", type=int, default=1000)
    parser.add_argument(
        "--many-learned", type=int, help="so many of them are learned; all if not given"
    )
    parser.add_argument("--many-days", type=int, default=400)
    return parser.parse_args()


def main() -> int:
    """Measure, print, and fail if a promise is broken."""
    options = arguments()
    results: dict[str, Any] = {"cores": os.cpu_count()}
    broken = []
    for name in options.parts.split(","):
        if name == "train" and not Path(options.network).is_dir():
            results[name] = f"{options.network} is not here"
            continue
        with tempfile.TemporaryDirectory(prefix="steiger-cost-") as folder:
            part = PARTS[name](options, Path(folder))
        for promise, value in part.pop("promises").items():
            part[promise] = {"measured": round(value, 3), "limit": LIMITS[promise]}
            if value > LIMITS[promise]:
                broken.append(promise)
        if part.get("same_model") is False:
            broken.append("same_model")
        results[name] = part
    print(json.dumps({**results, "broken": broken}, indent=2))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
