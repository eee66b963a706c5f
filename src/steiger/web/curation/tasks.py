"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext, task

from steiger.web.background.domain.policies import described
from steiger.web.background.domain.progress import progress
from steiger.web.curation.domain.duplicates import search


@described(_("Look for entries that stand on the map twice"), attempts=2, daily=True)
@task(takes_context=True, priority=-20)
def find_duplicates_task(context: TaskContext) -> dict[str, int]:
    """Propose pairs of entries that may be the same."""
    run = str(context.task_result.id)
    return search(lambda done, total: progress(run, done, total, ""))
