"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.policies import described
from steiger.web.communities.domain.digests import send_digests
from steiger.web.communities.domain.retention import prune


@described(_("Erase in communities what is to be erased"), daily=True)
@task(priority=-50)
def prune_communities_task() -> int:
    """Erase everything whose time has come; returns how many rows."""
    return prune()


@described(_("Send the weekly mails of communities"), attempts=3, first_wait_s=60, daily=True)
@task(priority=-40)
def send_digests_task() -> int:
    """Queue the weekly mail for whom it is due; returns how many. Runs daily: weeks differ."""
    return send_digests()
