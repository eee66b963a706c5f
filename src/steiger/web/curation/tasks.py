"""Background work of this room."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext, task

from steiger.web.background.domain.policies import described
from steiger.web.background.domain.progress import progress
from steiger.web.curation.domain import (
    deliveries,
    link_check,
    reminders,
    retention,
    subscriptions,
)
from steiger.web.curation.domain.duplicates import search
from steiger.web.curation.domain.erasing import erase_unfinished
from steiger.web.curation.interfaces.changed import changed_in


@described(
    _("Ask representatives whether their entries are right"),
    attempts=3,
    first_wait_s=60,
    daily=True,
)
@task(priority=-40)
def run_cycle_task() -> dict[str, int]:
    """Remind, mark as not confirmed, archive; returns how many of what."""
    return reminders.run_cycle()


@described(_("Send mails on new and changed entries"), attempts=3, first_wait_s=60, daily=True)
@task(priority=-40)
def send_subscriptions_task() -> int:
    """Queue the mails that are due; returns how many."""
    return subscriptions.send_digests(changed_in)


@described(_("Look whether the websites of entries are there"), daily=True)
@task(queue_name="heavy", priority=-60)
def check_links_task() -> dict[str, int]:
    """Look at the websites that are due, where the installation allows it."""
    return link_check.check_due() if settings.CHECK_LINKS else {}


# A queue of its own: receivers that are slow hold up nobody but each other.
@described(
    _("Tell a program of a decision"),
    attempts=deliveries.MOST_TRIES,
    first_wait_s=deliveries.FIRST_WAIT_S,
)
@task(queue_name="webhooks")
def deliver_webhook_task(delivery: str) -> str:
    """Hand one message to a webhook."""
    return deliveries.send(delivery)


@described(_("Erase in the curation of the map what is to be erased"), daily=True)
@task(priority=-50)
def prune_curation_task() -> dict[str, int]:
    """Erase everything whose time has come; returns how much of what."""
    return retention.prune()


@described(_("Erase entries that nobody confirmed or finished"), daily=True)
@task(priority=-50)
def erase_unfinished_task() -> dict[str, int]:
    """Erase what nobody confirmed, finished or took up; returns how many of each."""
    return erase_unfinished()


@described(_("Look for entries that stand on the map twice"), attempts=2, daily=True)
@task(takes_context=True, priority=-20)
def find_duplicates_task(context: TaskContext) -> dict[str, int]:
    """Propose pairs of entries that may be the same."""
    run = str(context.task_result.id)
    return search(lambda done, total: progress(run, done, total, ""))
