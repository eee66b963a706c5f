"""Training: what all gauges share first, then gauge by gauge, wherever there is a free worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from steiger.engines.flood.forecasting.code import code_version
from steiger.engines.flood.forecasting.core import DEFAULT_CORE, ForecastError, load_core
from steiger.engines.flood.forecasting.executors import run_all
from steiger.engines.flood.forecasting.model import (
    Files,
    Model,
    canonical_json,
    gauge_folder,
    meaning_of,
    sha256,
)
from steiger.engines.flood.forecasting.storage import write_files
from steiger.engines.flood.network import Network, Observations
from steiger.engines.flood.quality import masked

#: Called with the number of finished parts and of all: `SHARED` of what all gauges share, and each
#: gauge. With an executor also every few seconds in between; what it raises ends the training.
Progress = Callable[[int, int], object]
#: What all gauges share is learned in so many parts, each for some of the leads. Every part looks
#: at all gauges anew, so more of them would cost more than they save.
SHARED = 2


def train(
    network: Network,
    observations: Observations,
    settings: Any,
    executor: Executor | None = None,
    progress: Progress | None = None,
    *,
    work: Path | None = None,
    core: str = DEFAULT_CORE,
) -> Model:
    """Learn to forecast every target of the network from its observations.

    Values that quality control rejects are not used. In the folder `work` (that of the model to
    come) each finished gauge is kept until `save_model` tidies up; the same training, started
    again, goes on from there. The result depends on the input only, not on the number of workers,
    their order or interruptions. Without an executor this process does the work, with as many
    threads as its linear algebra was started with; workers have one, and the last bits may differ.

    Raises:
        ForecastError: the network has no target, there are no observations, or a gauge failed.
    """
    targets = [sensor.id for sensor in network.targets]
    if not targets:
        raise ForecastError(
            f"network {network.name!r} has no target; set “target = true” at a sensor"
        )
    if not len(observations):
        raise ForecastError(f"network {network.name!r} has no observations to learn from")
    for lead in settings.leads:
        network.steps(lead)
    origin = origin_of(network, observations, settings, core)
    bench = _Bench(work, sha256(canonical_json(origin))) if work else None
    finished = {gauge: files for gauge in targets if bench and (files := bench.found(gauge))}
    clean = masked(network, observations, online=False)
    before = _Context(network, clean, None, settings, core)
    parts = [leads for start in range(SHARED) if (leads := settings.leads[start::SHARED])]
    total = len(parts) + len(targets)
    shared_parts = 0

    def told() -> None:
        if progress:
            progress(shared_parts + len(finished), total)

    def prepared(_leads: tuple[timedelta, ...], _part: Any) -> None:
        nonlocal shared_parts
        shared_parts += 1
        told()

    prepared_parts = run_all(executor, _prepare, before, parts, prepared, beat=told)
    shared = load_core(core).gathered(prepared_parts)

    def keep(gauge: str, files: Files) -> None:
        finished[gauge] = files
        if bench:
            bench.keep(gauge, files)
        told()

    context = _Context(network, clean, shared, settings, core)
    missing = [gauge for gauge in targets if gauge not in finished]
    run_all(executor, _fit, context, missing, keep, beat=told)
    files = load_core(core).shared_to_files(shared)
    return Model(origin, files, {gauge: finished[gauge] for gauge in targets}, core)


def origin_of(
    network: Network, observations: Observations, settings: Any, core: str
) -> dict[str, Any]:
    """From what a model is made; plain data."""
    return {
        "network": network.name,
        "network_digest": network.digest(),
        "step_seconds": network.step.total_seconds(),
        "sensors": {sensor.id: meaning_of(sensor) for sensor in network.sensors},
        "observations_digest": observations.digest(),
        "rows": len(observations),
        "first": f"{observations.times[0]}Z",
        "last": f"{observations.times[-1]}Z",
        "core": core,
        "settings": settings.as_dict(),
        **code_version(),
    }


@dataclass(frozen=True, slots=True)
class _Bench:
    """Finished gauges of a training that goes on; the key stands for all its input."""

    root: Path
    key: str

    @property
    def folder(self) -> Path:
        return self.root / f".work-{self.key[:16]}"

    def _place(self, gauge: str) -> Path:
        return self.folder / gauge_folder(0, gauge)

    def found(self, gauge: str) -> Files | None:
        """What was finished; folders appear whole, so what is there is right."""
        place = self._place(gauge)
        if not place.is_dir():
            return None
        return {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file()
        }

    def keep(self, gauge: str, files: Files) -> None:
        """Put a finished gauge aside."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_files(self._place(gauge), files)


@dataclass(frozen=True, slots=True)
class _Context:
    network: Network
    observations: Observations
    shared: Any
    settings: Any
    core: str


def _prepare(context: _Context, leads: tuple[timedelta, ...]) -> Any:
    core = load_core(context.core)
    return core.prepare(context.network, context.observations, context.settings, leads)


def _fit(context: _Context, gauge: str) -> Files:
    core = load_core(context.core)
    try:
        model = core.fit_gauge(
            context.network, context.observations, context.shared, gauge, context.settings
        )
    except ValueError as error:
        # What the core refuses is told with the gauge; anything else is a fault of the program.
        if not type(error).__module__.startswith("steiger."):
            raise
        raise ForecastError(f"gauge {gauge!r}: {error}") from error
    return core.model_to_files(model)
