"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.policies import described
from steiger.web.cases.domain.erasing import erase_due
from steiger.web.cases.domain.todo import remind_due


@described(_("Erase cases that are past their time"), attempts=3, first_wait_s=60, daily=True)
@task(priority=-50)
def erase_cases_task() -> dict[str, int]:
    """Close dormant cases, erase words, names, addresses and files; returns how many."""
    return erase_due()


@described(_("Remind advisers of tasks"), attempts=3, first_wait_s=60, daily=True)
@task(priority=-10)
def remind_advisers_task() -> int:
    """One mail to each adviser who has tasks that are due; returns how many."""
    return remind_due()
