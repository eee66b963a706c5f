"""Figures for Prometheus: counted in each web process, put together when somebody asks.

Parts of an answer's time are reported by the rooms in the standard ``Server-Timing`` header
(``search;dur=1.8``, milliseconds), so that no room has to know this one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

import steiger
from steiger.engines.directory.search import SearchIndexError
from steiger.web.background.domain.workers import last_sign_s
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.models import Actor, IndexChange

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Histogram(
    "steiger_request_seconds",
    "Time to answer a request, by route.",
    ["method", "route", "status"],
    buckets=SECONDS,
)
PARTS = Histogram(
    "steiger_part_seconds",
    "Time of a part of an answer, for example of the search.",
    ["part"],
    buckets=SECONDS,
)
FAILURES = Counter("steiger_failures_total", "Requests that ended in an unforeseen error.")

_PART = re.compile(r"^\s*([a-z_]{1,32})\s*;\s*dur=(\d+(?:\.\d+)?)\s*$")


def count_request(*, method: str, route: str, status: int, seconds: float, timing: str) -> None:
    """Count one answer. Labels are bounded: known methods, routes of the product, status class."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(known, route, f"{status // 100}xx").observe(seconds)
    if timing:
        for entry in timing.split(","):
            found = _PART.match(entry)
            if found:
                PARTS.labels(found.group(1)).observe(float(found.group(2)) / 1000)


class StateOfTheDatabase:
    """Figures that are read when somebody asks: tasks, index, actors, worker."""

    def collect(self) -> Iterable[Metric]:
        """Every figure; without a database only that there is none."""
        info = GaugeMetricFamily("steiger_info", "Version.", labels=["version", "region"])
        info.add_metric([steiger.__version__, settings.REGION], 1)
        yield info
        try:
            figures = list(self._read())
        except DatabaseError:
            figures = []
        up = GaugeMetricFamily("steiger_database_up", "Whether the database answers.")
        up.add_metric([], 1 if figures else 0)
        yield up
        yield from figures

    def _read(self) -> Iterator[Metric]:
        tasks = GaugeMetricFamily("steiger_tasks", "Runs of tasks, by state.", labels=["state"])
        counts = DBTaskResult.objects.order_by().values_list("status").annotate(n=Count("id"))
        for status, number in counts:
            tasks.add_metric([status.lower()], number)
        yield tasks
        actors = GaugeMetricFamily("steiger_actors", "Actors, by state.", labels=["state"])
        for state, number in Actor.objects.order_by().values_list("state").annotate(n=Count("id")):
            actors.add_metric([str(state)], number)
        yield actors
        queued = IndexChange.objects.aggregate(number=Count("id"), oldest=Min("at"))
        lag = (timezone.now() - queued["oldest"]).total_seconds() if queued["oldest"] else 0.0
        yield gauge("steiger_index_waiting", "Changes the index has not learned.", queued["number"])
        yield gauge("steiger_index_lag_seconds", "Age of the oldest such change.", max(0.0, lag))
        sign = last_sign_s()
        if sign is not None:
            yield gauge("steiger_worker_last_sign_seconds", "Since a worker's last sign.", sign)
        try:
            yield gauge("steiger_index_documents", "Actors in the index.", len(search_index()))
        except SearchIndexError:
            yield gauge("steiger_index_documents", "Actors in the index.", 0)


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    """One figure without labels."""
    return GaugeMetricFamily(name, text, value=value)


def exposition() -> bytes:
    """All figures of all web processes in Prometheus' text form."""
    state = CollectorRegistry()
    state.register(StateOfTheDatabase())
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY) + generate_latest(state)
    counted = CollectorRegistry()
    multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(state)
