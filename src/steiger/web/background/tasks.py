"""Tasks of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.accounts.domain import retention
from steiger.web.background.domain.mail import deliver
from steiger.web.background.domain.policies import described
from steiger.web.background.domain.runs import prune_runs
from steiger.web.background.domain.traces import empty_journal


# In all seven hours: a mail server may be down for a night.
@described(_("Send a mail"), attempts=15, first_wait_s=15)
@task(queue_name="mail", priority=50)
def send_mail_task(mail_id: str) -> str:
    """Hand one queued mail to the mail server."""
    return deliver(mail_id)


@described(_("Forget old runs"), daily=True)
@task(priority=-50)
def prune_runs_task() -> dict[str, int]:
    """Delete finished runs and mail that are past their retention."""
    return prune_runs()


# The room of accounts lies below this one, so its daily work is named here.
@described(
    _("Erase ended sessions, failed sign-ins and accounts that nobody confirmed"), daily=True
)
@task(priority=-50)
def prune_accounts_task() -> dict[str, int]:
    """Erase what is past its time; returns how much of what."""
    return retention.prune()


# After everything else of the day, so that what was erased leaves the files, too.
@described(_("Overwrite what was erased in the database’s files"), daily=True, attempts=5)
@task(priority=-100)
def empty_journal_task() -> bool:
    """Empty the database's journal.

    Raises:
        RuntimeError: somebody is reading; it is tried again.
    """
    if not empty_journal():
        raise RuntimeError("The journal is being read.")
    return True
