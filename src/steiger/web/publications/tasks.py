"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.policies import described
from steiger.web.publications.domain.orders import prune_orders


@described(_("Erase wishes for publications that nobody confirmed"), daily=True)
@task(priority=-50)
def prune_publications_task() -> int:
    """Erase what nobody confirmed; returns how many."""
    return prune_orders()
