"""Where heavy work runs: in this process, in a pool of processes, or on a Dask cluster.

Results come in the order of the items, so they never depend on who finished first. What all tasks
share (observations of a whole network) is handed to each worker once, not with every task.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from steiger.engines.flood.forecasting.code import code_digest
from steiger.engines.flood.forecasting.core import ForecastError

Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")
#: Libraries that would start a thread per core in every worker, and round differently by their
#: number. They read these variables when they are loaded.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
#: Parameters of glibc's `mallopt` and the values (bytes) at which it arrives by itself: the numbers
#: of M_TRIM_THRESHOLD and M_MMAP_THRESHOLD in `malloc.h`.
KEEP_MEMORY = {-1: 64 << 20, -3: 32 << 20}
CONNECT_SECONDS = 15
INTERRUPT_SECONDS = 2.0
BEAT_SECONDS = 2.0


class _Cluster(Executor):
    """A Dask client as an executor that can also hand out shared data."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.inner = client.get_executor(pure=False)

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See `concurrent.futures.Executor`."""
        future: Future[Any] = self.inner.submit(function, *args, **kwargs)
        return future

    def share(self, context: object) -> Any:
        """The context on every worker; given as an argument, a task receives it itself."""
        return self.client.scatter(context, broadcast=True, hash=False)


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """So many processes on this machine, each with one thread.

    They end with this process, even if it is killed, and at once on Ctrl-C.

    Raises:
        ForecastError: fewer than one worker.
    """
    if workers < 1:
        raise ForecastError(f"{workers} workers cannot do any work; give 1 or more")
    # Never forked: OpenMP (LightGBM) hangs in a process forked after its first use.
    context = multiprocessing.get_context("spawn")
    with _environment(ONE_THREAD):
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
        with _interrupts_wait():
            # All processes start now, none of them before its first task.
            for _ in range(workers):
                pool.submit(os.getpid)
        try:
            yield pool
        except BrokenProcessPool:
            # On Ctrl-C the workers may end a moment before this process hears of it: then the
            # interrupt arrives in this pause and is what is reported.
            time.sleep(INTERRUPT_SECONDS)
            raise ForecastError(
                "a worker process ended before its work was done; was the memory used up? "
                "Try fewer workers"
            ) from None
        except BaseException:
            # Asked for before: a pool that is shut down forgets its processes, which go on.
            processes = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
            raise
        else:
            pool.shutdown()


@contextmanager
def dask_cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler, such as `tcp://10.0.0.5:8786`.

    Raises:
        ForecastError: Dask is not installed, nobody answers, or a worker runs other code.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ForecastError(
            "Dask is not installed; install “steiger[cluster]” or use --workers"
        ) from None
    try:
        client: Any = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ForecastError(f"no Dask scheduler answers at {address} ({reason})") from None
    with client:
        for worker, digest in client.run(code_digest).items():
            if digest != code_digest():
                raise ForecastError(f"the Dask worker {worker} runs other code than this process")
        client.run(_keep_memory)
        yield _Cluster(client)


def run_all(
    executor: Executor | None,
    task: Callable[[Context, Item], Result],
    context: Context,
    items: Sequence[Item],
    done: Callable[[Item, Result], object] = lambda _item, _result: None,
    *,
    beat: Callable[[], object] = lambda: None,
) -> list[Result]:
    """`task(context, item)` for every item, results in the items' order.

    `done` is called in this process for each item as it is finished, and `beat` every few seconds
    in which none is. Without an executor everything runs in this process, without `beat`. The
    first error ends all; one that `done` or `beat` raises, too.
    """
    if executor is None:
        results = []
        for item in items:
            results.append(task(context, item))
            done(item, results[-1])
        return results
    with ExitStack() as stack:
        futures = _submitted(executor, task, context, items, stack)
        try:
            places = {id(future): place for place, future in enumerate(futures)}
            pending = set(futures)
            while pending:
                finished, pending = wait(pending, BEAT_SECONDS, FIRST_COMPLETED)
                for future in finished:
                    done(items[places[id(future)]], future.result())
                if not finished:
                    beat()
        except BaseException:
            # A pool of processes ends its own: its thread may be failing them at this moment, and
            # trips over one that was cancelled (CPython before 3.12).
            if not isinstance(executor, ProcessPoolExecutor):
                for future in futures:
                    future.cancel()
            raise
        return [future.result() for future in futures]


def _submitted(
    executor: Executor,
    task: Callable[[Context, Item], Result],
    context: Context,
    items: Sequence[Item],
    stack: ExitStack,
) -> list[Future[Result]]:
    if isinstance(executor, _Cluster):
        shared = executor.share(context)
        return [executor.submit(task, shared, item) for item in items]
    if isinstance(executor, ProcessPoolExecutor):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steiger-flood-")))
        path = folder / "context"
        with path.open("wb") as file:
            pickle.dump(context, file, protocol=5)
        return [executor.submit(_with_file, task, str(path), item) for item in items]
    return [executor.submit(task, context, item) for item in items]


def _keep_memory() -> bool:
    """Whether this process now reuses the memory of large arrays; only glibc can be told.

    Dask starts its workers so that freed memory is given back at once (MALLOC_TRIM_THRESHOLD_).
    Every large array then costs page faults anew: with 1,000 sensors, a third of the time.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(*option) for option in KEEP_MEMORY.items())


def _with_file(task: Callable[[Any, Item], Result], path: str, item: Item) -> Result:
    return task(_context(path), item)


@lru_cache(maxsize=1)
def _context(path: str) -> Any:
    # Written a moment ago by the parent process into a folder that only its user may enter.
    with Path(path).open("rb") as file:
        return pickle.load(file)  # noqa: S301


def _begin_worker() -> None:
    # On Ctrl-C a worker ends at once and without a word; the parent process explains.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if parent is not None:
        if not parent.is_alive():
            os._exit(1)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C is held back: processes that start meanwhile hold it back, too, until they are up.

    Otherwise one that is still importing would print where it was.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
