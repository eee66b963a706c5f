"""Tasks of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.mail import deliver
from steiger.web.background.domain.policies import described
from steiger.web.background.domain.runs import prune_runs


@described(_("Send a mail"), attempts=8, first_wait_s=15)
@task(queue_name="mail", priority=50)
def send_mail_task(mail_id: str) -> str:
    """Hand one queued mail to the mail server."""
    return deliver(mail_id)


@described(_("Forget old runs"), daily=True)
@task(priority=-50)
def prune_runs_task() -> dict[str, int]:
    """Delete finished runs and mail that are past their retention."""
    return prune_runs()
