"""Background work of this room."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext, task

from steiger.web.audits.domain.retention import prune
from steiger.web.audits.models import TestRun
from steiger.web.background.domain.policies import described
from steiger.web.background.domain.progress import progress


@described(_("Erase examinations whose time is over"), daily=True)
@task(priority=-50)
def prune_audits_task() -> int:
    """Erase what is past its time; returns how many examinations."""
    return prune()


# A restart of the product ends it, too; it then goes on with the checks that are missing.
@described(_("Run the tests of an examination"), attempts=12, first_wait_s=15)
@task(queue_name="heavy", takes_context=True)
def run_tests_task(context: TaskContext, run_pk: str) -> str:
    """Run the compulsory checks in a process of their own; returns how it ended."""
    from steiger.web.audits.domain.measuring import execute

    run = context.task_result.id
    return execute(run_pk, say=lambda done, total: progress(run, done, total))


def queue_tests(run: TestRun) -> None:
    """Let the worker do a run that was prepared, once it is there for everybody."""
    transaction.on_commit(lambda: run_tests_task.enqueue(str(run.pk)))
