"""Background work of this room."""

from __future__ import annotations

from django_tasks import TaskContext, task

from steiger.web.background.domain.progress import progress
from steiger.web.directory.domain.index import rebuild


@task(takes_context=True)
def rebuild_index(context: TaskContext) -> int:
    """Build the search index anew; returns how many actors it holds."""
    run = str(context.task_result.id)
    return rebuild(lambda done, total: progress(run, done, total, ""))
