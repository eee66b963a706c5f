"""What can be done with runs: try again, give back what a dead worker held, forget old ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from steiger.web.accounts.domain.audit import Actor, Entry, record_many
from steiger.web.background.domain.policies import GiveUpError, policy_of
from steiger.web.background.domain.workers import live_workers
from steiger.web.background.models import OutgoingMail, TaskProgress

log = structlog.get_logger("steiger.background")

KEEP_DAYS = 14
KEEP_FAILED_DAYS = 60
KEEP_UNSENT_MAIL_DAYS = 7
# A run that was taken a moment ago may belong to a worker whose first sign of life is on its way.
GRACE = timedelta(seconds=90)


class RunError(Exception):
    """The run cannot be treated so; the message is for people."""


class LostWorkerError(Exception):
    """The worker ended before the run was finished."""


def retry_run(*, run_id: UUID, by: Actor) -> None:
    """Put a failed run back into the queue.

    Raises:
        RunError: there is no such run, or it has not failed.
    """
    with transaction.atomic():
        run = DBTaskResult.objects.select_for_update().filter(id=run_id).first()
        if run is None:
            raise RunError("This run is no longer kept.")
        if run.status != TaskResultStatus.FAILED:
            raise RunError("Only a failed run can be started again.")
        _requeue(run, timezone.now())
        entry = Entry("background.run.retry", "background.run", str(run.id), run.task_path)
        record_many(by=by, entries=[entry])


def after_failure(run_id: UUID | str) -> bool:
    """Queue a failed run again if its task's policy says so; returns whether it was queued."""
    with transaction.atomic():
        run = DBTaskResult.objects.select_for_update().filter(id=run_id).first()
        if run is None or run.status != TaskResultStatus.FAILED:
            return False
        if run.exception_class_path.endswith(f".{GiveUpError.__name__}"):
            return False
        wait = policy_of(run.task_path).wait(len(run.worker_ids))
        if wait is None:
            return False
        _requeue(run, timezone.now() + wait)
    log.warning("task.retry", task=run.task_path, run=str(run.id), wait_s=wait.total_seconds())
    return True


def recover_lost_runs() -> int:
    """Fail every run whose worker is gone, so that its policy decides; returns how many."""
    alive = live_workers()
    before = timezone.now() - GRACE
    lost = [
        run
        for run in DBTaskResult.objects.running().filter(started_at__lt=before)
        if not run.worker_ids or run.worker_ids[-1] not in alive
    ]
    for run in lost:
        run.set_failed(LostWorkerError("The worker ended before the run was finished."))
        after_failure(run.id)
    return len(lost)


def release_runs(worker: str) -> int:
    """Put back what a worker is cut off from when it is told to end; returns how many runs."""
    own = [r for r in DBTaskResult.objects.running() if r.worker_ids and r.worker_ids[-1] == worker]
    for run in own:
        _requeue(run, timezone.now())
    return len(own)


def give_up_runs(worker: str, *, only: Collection[str] = (), without: Collection[str] = ()) -> int:
    """Fail what a loop of a living worker was cut off from, so that its policy decides.

    A database that goes away takes the end of a run with it: the run would count as running for
    ever, because its worker lives. A loop does one run at a time, so after it has broken off, none
    of its queues' runs is being done.

    Args:
        only: queues of this loop; empty means all but ``without``.
    """
    rows = DBTaskResult.objects.running().exclude(queue_name__in=without)
    if only:
        rows = rows.filter(queue_name__in=only)
    own = [run for run in rows if run.worker_ids and run.worker_ids[-1] == worker]
    for run in own:
        run.set_failed(LostWorkerError("The database went away before the run was finished."))
        after_failure(run.id)
    return len(own)


def prune_runs(
    *, keep_days: int = KEEP_DAYS, keep_failed_days: int = KEEP_FAILED_DAYS
) -> dict[str, int]:
    """Forget finished runs, their progress, and mail that is done with; returns counts."""
    now = timezone.now()
    old, older = now - timedelta(days=keep_days), now - timedelta(days=keep_failed_days)
    with transaction.atomic():
        successful = DBTaskResult.objects.successful().filter(finished_at__lt=old)
        failed = DBTaskResult.objects.failed().filter(finished_at__lt=older)
        runs = successful.delete()[0] + failed.delete()[0]
        kept = DBTaskResult.objects.values("id")
        progress = TaskProgress.objects.filter(updated_at__lt=old).exclude(run__in=kept).delete()[0]
        unsent = now - timedelta(days=KEEP_UNSENT_MAIL_DAYS)
        mails = OutgoingMail.objects.filter(created_at__lt=unsent).delete()[0]
    return {"runs": runs, "progress": progress, "mails": mails}


def _requeue(run: DBTaskResult, after: datetime) -> None:
    """Back into the queue under the same id; the reason of the failure stays until success."""
    run.status = TaskResultStatus.READY
    run.run_after = after
    run.started_at = run.finished_at = None
    run.save(update_fields=["status", "run_after", "started_at", "finished_at"])
    TaskProgress.objects.filter(run=run.id).delete()
