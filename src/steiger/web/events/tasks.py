"""Background work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from steiger.web.background.domain.policies import described
from steiger.web.events.domain.erasing import erase_due
from steiger.web.events.domain.expiring import expire_due
from steiger.web.events.domain.telling import ask_opinions_due, remind_due, tell_change


@described(_("Tell people that an event has changed"), attempts=10, first_wait_s=20)
@task
def tell_change_task(event_pk: int) -> int:
    """Mail everybody concerned, each once; returns how many."""
    return tell_change(event_pk)


@described(_("Erase names of registrations whose time is up"), daily=True)
@task(priority=-50)
def erase_events_task() -> int:
    """Erase what is due; returns how many rows."""
    return erase_due()


def keep_events() -> int:
    """End holds and offers, remind, ask how it was. The worker does this every minute."""
    return expire_due() + remind_due() + ask_opinions_due()
