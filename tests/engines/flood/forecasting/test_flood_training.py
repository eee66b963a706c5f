"""Training: the same model whoever does the work, and however often it is interrupted."""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from factories import flood_core
from factories.flood_valley import UNTIL, settings, small_model, valley
from steiger.engines.flood.forecasting import (
    ForecastError,
    Model,
    dask_cluster,
    load_model,
    process_pool,
    save_model,
    train,
)
from steiger.engines.flood.forecasting.executors import run_all
from steiger.engines.flood.forecasting.storage import locked
from steiger.engines.flood.network import Network, NetworkError, Observations

TESTS = Path(__file__).resolve().parents[3]


def fit(executor: Executor | None = None, work: Path | None = None) -> Model:
    network, observations = valley()
    return train(
        network, observations.until(UNTIL), settings(), executor, work=work, core=flood_core.NAME
    )


@contextmanager
def local_dask() -> Iterator[Executor]:
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(**options, processes=True) as cluster,
        dask_cluster(cluster.scheduler_address) as executor,
    ):
        yield executor


WORKERS = {
    "one process": lambda: process_pool(1),
    "two processes": lambda: process_pool(2),
    "threads": lambda: ThreadPoolExecutor(3),
    "dask": local_dask,
}


#: Arrays of 4 MB, and the pages of memory in one.
ARRAYS, PAGES = 64, 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_dask_workers_keep_the_memory_of_large_arrays() -> None:
    """Otherwise each array of a worker costs page faults for all its pages anew."""
    with local_dask() as executor:
        found = [executor.submit(page_faults).result() for _ in range(4)]
    assert min(found) < ARRAYS * PAGES / 10


def page_faults() -> int:
    """Of making and dropping arrays one after another in this process."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(ARRAYS):
        np.ones(PAGES * 4096 // 8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.parametrize("name", WORKERS)
def test_model_is_the_same_whoever_does_the_work(name: str) -> None:
    with WORKERS[name]() as executor:
        model = fit(executor)
    assert model.files() == small_model().files()
    assert model.digest == small_model().digest


def test_model_knows_nothing_after_its_end() -> None:
    network, observations = valley()
    values = observations.values.copy()
    after = observations.times > np.datetime64(UNTIL.replace(tzinfo=None))
    values[after] = 99.0
    spoilt = observations.with_values(values)
    model = train(network, spoilt.until(UNTIL), settings(), core=flood_core.NAME)
    assert model.digest == small_model().digest


@pytest.mark.parametrize("change", ["value", "settings", "network"])
def test_digest_changes_with_every_input(change: str) -> None:
    network, observations = valley()
    past, chosen = observations.until(UNTIL), settings()
    if change == "value":
        values = past.values.copy()
        values[100, 0] += 0.001
        past = past.with_values(values)
    elif change == "settings":
        chosen = settings(seed=1)
    else:
        sensors = (replace(network.sensors[0], warning_levels=(1.0,)), *network.sensors[1:])
        network = replace(network, sensors=sensors)
    model = train(network, past, chosen, core=flood_core.NAME)
    assert model.digest != small_model().digest


def test_progress_counts_to_the_end() -> None:
    network, observations = valley()
    seen: list[tuple[int, int]] = []
    train(
        network,
        observations.until(UNTIL),
        settings(),
        progress=lambda done, total: seen.append((done, total)),
        core=flood_core.NAME,
    )
    # Two parts of what is shared, eight gauges.
    assert seen == [(done, 10) for done in range(1, 11)]


def without_targets() -> tuple[Network, Observations]:
    network, observations = valley()
    sensors = tuple(replace(sensor, target=False) for sensor in network.sensors)
    return replace(network, sensors=sensors), observations


def without_rows() -> tuple[Network, Observations]:
    network, observations = valley()
    return network, observations.between(UNTIL, UNTIL - timedelta(days=1))


@pytest.mark.parametrize(
    ("make", "word"), [(without_targets, "has no target"), (without_rows, "no observations")]
)
def test_training_without_sense_is_refused(make: object, word: str) -> None:
    network, observations = make()  # type: ignore[operator]
    with pytest.raises(ForecastError, match=word):
        train(network, observations, settings(), core=flood_core.NAME)


def test_lead_between_two_steps_is_refused() -> None:
    network, observations = valley()
    odd = flood_core.ModelSettings(leads=(timedelta(minutes=90),))
    with pytest.raises(NetworkError, match="no multiple of the network's step"):
        train(network, observations, odd, core=flood_core.NAME)


def test_interrupted_training_goes_on_with_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("FLOOD_CORE_LOG", str(log))
    whole, calls = flood_core.fit_gauge, 0

    def fails_at_the_fourth(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(flood_core, "fit_gauge", fails_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        fit(work=tmp_path / "model")
    monkeypatch.setattr(flood_core, "fit_gauge", whole)
    log.unlink()
    model = fit(work=tmp_path / "model")
    assert len(log.read_text().splitlines()) == 2 + 5
    assert model.digest == small_model().digest
    save_model(model, tmp_path / "model")
    assert {path.name for path in (tmp_path / "model").iterdir()} == {
        "manifest.json",
        model.digest[:16],
    }


def test_other_input_does_not_use_what_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(work=tmp_path)
    monkeypatch.setenv("FLOOD_CORE_LOG", str(tmp_path / "log"))
    network, observations = valley()
    past = observations.until(UNTIL)
    train(network, past, settings(seed=3), work=tmp_path, core=flood_core.NAME)
    assert len((tmp_path / "log").read_text().splitlines()) == 2 + 8


SCRIPT = """
import sys
from pathlib import Path
from factories import flood_core
from factories.flood_valley import UNTIL, settings, valley
from steiger.engines.flood.forecasting import process_pool, save_model, train
from steiger.engines.flood.forecasting.storage import locked

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    network, observations = valley()
    with locked(folder), process_pool(2) as pool:
        past = observations.until(UNTIL)
        model = train(network, past, settings(), pool, work=folder, core=flood_core.NAME)
        save_model(model, folder)
"""


def start(script: Path, folder: Path, log: Path, seconds: float) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(TESTS), *sys.path])
    env = os.environ | {
        "PYTHONPATH": path,
        "FLOOD_CORE_LOG": str(log),
        "FLOOD_CORE_SECONDS": str(seconds),
    }
    return subprocess.Popen([sys.executable, str(script), str(folder)], env=env)


def running(pid: int) -> bool:
    """Whether the process is there and has not ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < end, "it did not happen within two minutes"
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for processes")
def test_killed_training_leaves_no_half_model_and_no_process(tmp_path: Path) -> None:
    script, folder, log = tmp_path / "run.py", tmp_path / "model", tmp_path / "log"
    script.write_text(SCRIPT)
    for finished in (2, 5):
        process = start(script, folder, log, 0.3)
        wait_until(lambda least=finished: len(list(folder.glob(".work-*/0000_*"))) >= least)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with pytest.raises(ForecastError, match="holds no model"):
            load_model(folder, core=flood_core.NAME)
        workers = {int(line.split()[1]) for line in log.read_text().splitlines()}
        wait_until(lambda pids=workers: not any(running(pid) for pid in pids))
    last = tmp_path / "last"
    assert start(script, folder, last, 0).wait() == 0
    assert len(last.read_text().splitlines()) <= 2 + 8 - 5
    assert load_model(folder, core=flood_core.NAME).digest == small_model().digest
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [small_model().digest[:16], "manifest.json"]
    )


def test_only_one_process_trains_into_a_folder(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "model"),
        pytest.raises(ForecastError, match="another process"),
        locked(tmp_path / "model"),
    ):
        pass
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NetworkError("its rating is upside down"), "gauge 'quellenau': its rating is upside down"),
        (ValueError("shapes (3,) and (4,)"), None),
    ],
)
def test_refusal_of_the_core_names_the_gauge(
    error: ValueError, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(flood_core, "fit_gauge", refuse)
    with pytest.raises(ForecastError if told else ValueError, match=re.escape(told or str(error))):
        fit()


def test_no_worker_is_refused() -> None:
    with pytest.raises(ForecastError, match="0 workers"), process_pool(0):
        pass


def test_silent_scheduler_is_refused() -> None:
    pytest.importorskip("distributed")
    with (
        pytest.raises(ForecastError, match="no Dask scheduler answers"),
        dask_cluster("nonsense"),
    ):
        pass


def test_dead_worker_is_told() -> None:
    with pytest.raises(ForecastError, match="a worker process ended"), process_pool(1) as pool:
        run_all(pool, die, None, [1])


def die(context: None, item: int) -> None:
    os._exit(item)


def test_results_keep_the_order_of_the_items() -> None:
    seen: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        found = run_all(pool, slow, 2, [4, 0, 3, 1], lambda item, _result: seen.append(item))
    assert found == [8, 0, 6, 2]
    assert sorted(seen) == [0, 1, 3, 4]


def slow(context: int, item: int) -> int:
    time.sleep(item / 100)
    return context * item


class EnoughError(Exception):
    """Somebody wants the training to end."""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for processes")
def test_progress_may_end_the_training_before_a_part_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, observations = valley()
    log = tmp_path / "log"
    monkeypatch.setenv("FLOOD_CORE_LOG", str(log))
    monkeypatch.setenv("FLOOD_CORE_SECONDS", "600")

    def enough(done: int, _total: int) -> None:
        assert done == 0
        if log.exists():  # a worker is at work
            raise EnoughError

    began = time.monotonic()
    with pytest.raises(EnoughError), process_pool(1) as pool:
        train(
            network,
            observations.until(UNTIL),
            settings(),
            pool,
            enough,
            work=tmp_path / "model",
            core=flood_core.NAME,
        )
    assert time.monotonic() - began < 120
    workers = {int(line.split()[1]) for line in log.read_text().splitlines()}
    wait_until(lambda: not any(running(pid) for pid in workers))
