"""Several sources at once: one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from steiger.lib.sources.errors import SourceError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Collected(Generic[T]):
    """What came, and why the rest did not: both by the name of the job, in the jobs' order."""

    results: Mapping[str, tuple[T, ...]]
    failures: Mapping[str, SourceError]

    @property
    def items(self) -> tuple[T, ...]:
        """Everything that came, in the order of the jobs."""
        return tuple(item for items in self.results.values() for item in items)


def collect(jobs: Mapping[str, Callable[[], Sequence[T]]], *, workers: int = 4) -> Collected[T]:
    """Run every job, several at a time; the result does not depend on how many.

    Args:
        jobs: by name, such as ``{"Rhine": lambda: fetch(station)}``.
        workers: how many run at a time. Sources are polite to ask: keep it small.

    A job that raises `SourceError` is among the failures; any other error is a mistake in the
    program and is raised.
    """
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        pending = {name: pool.submit(job) for name, job in jobs.items()}
        results: dict[str, tuple[T, ...]] = {}
        failures: dict[str, SourceError] = {}
        for name, future in pending.items():
            try:
                results[name] = tuple(future.result())
            except SourceError as error:
                failures[name] = error
    return Collected(results, failures)
