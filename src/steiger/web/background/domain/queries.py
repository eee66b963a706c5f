"""Reads about background work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce
from django_tasks_db.models import DBTaskResult

from steiger.web.background.models import TaskProgress

STATES = ("running", "waiting", "failed", "successful")
_STATUS = {
    "running": "RUNNING",
    "waiting": "READY",
    "failed": "FAILED",
    "successful": "SUCCESSFUL",
}


def find_runs(state: str = "", task_path: str = "") -> QuerySet[DBTaskResult]:
    """Runs, the latest first; an unknown state finds none."""
    runs = DBTaskResult.objects.all()
    if state:
        runs = runs.filter(status=_STATUS.get(state, "none"))
    if task_path:
        runs = runs.filter(task_path=task_path)
    latest = Coalesce(F("finished_at"), F("started_at"), F("enqueued_at"))
    return runs.order_by(latest.desc(), "id")


def counts_by_state() -> dict[str, int]:
    """How many runs there are in each state, also where there are none."""
    rows = DBTaskResult.objects.order_by().values_list("status").annotate(number=Count("id"))
    found = dict(rows)
    return {state: found.get(status, 0) for state, status in _STATUS.items()}


def known_tasks() -> list[str]:
    """Paths of all tasks that have runs."""
    return sorted(DBTaskResult.objects.order_by().values_list("task_path", flat=True).distinct())


def progress_of(runs: Iterable[UUID]) -> dict[UUID, TaskProgress]:
    """What the runs said about themselves last."""
    wanted: Sequence[UUID] = list(runs)
    return {row.run: row for row in TaskProgress.objects.filter(run__in=wanted)}
