"""Erasing in time what was promised to be erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.desk.domain.circulars import progress
from steiger.web.desk.models import Circular, Extract

KEEP_RECIPIENTS = timedelta(days=30)
KEEP_DRAFTS = timedelta(days=365)
KEEP_EXTRACTS = timedelta(days=3 * 365)


def prune(now: datetime | None = None) -> dict[str, int]:
    """Erase everything whose time has come; returns how much of what."""
    now = now or timezone.now()
    return {"recipients": _recipients(now), "drafts": _drafts(now), "extracts": _extracts(now)}


@transaction.atomic
def _recipients(now: datetime) -> int:
    """Who got which circular, when nothing is to be sent any more; the counts stay."""
    before = now - KEEP_RECIPIENTS
    ended = Circular.objects.filter(state=Circular.State.DONE, finished_at__lt=before)
    stopped = Circular.objects.filter(state=Circular.State.STOPPED, started_at__lt=before)
    gone = 0
    for circular in (
        ended.filter(recipients__isnull=False).distinct()
        | stopped.filter(recipients__isnull=False).distinct()
    ):
        told = progress(circular)
        # Whoever still waited when it was stopped never got it.
        circular.sent, circular.left = told.handed_over, told.left + told.waiting
        circular.state, circular.finished_at = Circular.State.DONE, circular.finished_at or now
        circular.save(update_fields=["sent", "left", "state", "finished_at"])
        gone += circular.recipients.all().delete()[0]
    return gone


@transaction.atomic
def _drafts(now: datetime) -> int:
    old = Circular.objects.filter(state=Circular.State.DRAFT, changed_at__lt=now - KEEP_DRAFTS)
    entries = [Entry("desk.circular.expire", "desk.circular", str(one.pk)) for one in old]
    record_many(by=SYSTEM, entries=entries)
    return old.delete()[0]


@transaction.atomic
def _extracts(now: datetime) -> int:
    return Extract.objects.filter(at__lt=now - KEEP_EXTRACTS).delete()[0]
