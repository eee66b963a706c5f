"""Background work of this room."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext, task
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain.policies import described
from steiger.web.background.domain.progress import progress
from steiger.web.directory.domain.index import rebuild
from steiger.web.directory.domain.network import is_settled, settle


@task(takes_context=True)
def rebuild_index(context: TaskContext) -> int:
    """Build the search index anew; returns how many actors it holds."""
    run = str(context.task_result.id)
    return rebuild(lambda done, total: progress(run, done, total, ""))


@described(_("Lay out the network of entries"))
@task(queue_name="heavy", priority=20)
def lay_out_network_task() -> int:
    """Work out where everyone stands in the drawing; returns how many were placed."""
    return settle()


def ensure_network_laid_out() -> bool:
    """Queue the layout if relations have changed and it is not queued yet; says whether it was.

    After a failure it is tried again an hour later.
    """
    if is_settled():
        return False
    lately = timezone.now() - timedelta(hours=1)
    pending = Q(status__in=("READY", "RUNNING")) | Q(status="FAILED", finished_at__gte=lately)
    path = lay_out_network_task.module_path
    if DBTaskResult.objects.filter(pending, task_path=path).exists():
        return False
    lay_out_network_task.enqueue()
    return True
