"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.audits.domain.retention import prune
from steiger.web.background.domain.policies import described


@described(_("Erase examinations whose time is over"), daily=True)
@task(priority=-50)
def prune_audits_task() -> int:
    """Erase what is past its time; returns how many examinations."""
    return prune()
