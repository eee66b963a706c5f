"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.policies import described
from steiger.web.desk.domain.circulars import serve
from steiger.web.desk.domain.retention import prune


@described(_("Send a circular"), attempts=5, first_wait_s=30)
@task(priority=10)
def send_circular_task(circular_id: int) -> int:
    """Make the mails of one circular; returns how many."""
    return serve(circular_id)


@described(_("Erase at the desk what is to be erased"), attempts=3, first_wait_s=60, daily=True)
@task(priority=-50)
def prune_desk_task() -> dict[str, int]:
    """Erase recipients, old drafts and old entries of the log of extracts."""
    return prune()
