"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from steiger.web.advice.domain import busy, follow_up, retention
from steiger.web.background.domain.policies import described


@described(_("Erase names and words of consultations past their time"), daily=True)
@task(priority=-50)
def prune_advice_task() -> int:
    """Erase what is past its time; returns how many bookings."""
    return retention.prune()


@described(_("Ask firms what came of their consultation"), daily=True)
@task(priority=-40)
def ask_outcomes_task() -> int:
    """Ask every firm whose time has come; returns how many."""
    return follow_up.ask_due()


@described(_("Read an adviser’s calendar"))
@task(priority=-10)
def read_calendar_task(calendar_id: int) -> str:
    """Read one calendar; returns what went wrong, or nothing."""
    return busy.read_calendar(calendar_id=calendar_id)


def ensure_calendars_read() -> int:
    """Queue the reading of every calendar that is due; returns how many were queued."""
    path = read_calendar_task.module_path
    pending = DBTaskResult.objects.filter(status__in=("READY", "RUNNING"), task_path=path)
    waiting = [run.args_kwargs["args"] for run in pending]
    queued = 0
    for calendar in busy.due():
        if [calendar.pk] not in waiting:
            read_calendar_task.enqueue(calendar.pk)
            queued += 1
    return queued
