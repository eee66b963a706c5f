"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.policies import described
from steiger.web.curation.domain.erasing import erase_unfinished


@described(_("Erase entries that nobody confirmed or finished"), daily=True)
@task(priority=-50)
def erase_unfinished_task() -> dict[str, int]:
    """Erase what nobody confirmed, finished or took up; returns how many of each."""
    return erase_unfinished()
