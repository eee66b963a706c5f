"""Erasing in time, and a note in the log of how much of what went; it names nobody.

Submissions whose address nobody confirmed are erased elsewhere; here it is those that were decided.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.cases.domain.retention import add_months
from steiger.web.curation.domain import contacts, deliveries, proposing, subscriptions
from steiger.web.curation.domain.freshness import rules
from steiger.web.curation.models import Reminder, Submission

log = structlog.get_logger("steiger.curation")
ENDED = (Submission.State.ACCEPTED, Submission.State.REJECTED, Submission.State.TAKEN_BACK)


def prune(now: datetime | None = None) -> dict[str, int]:
    """Erase everything whose time has come; returns how much of what."""
    now = now or timezone.now()
    counts = {
        "submissions": _submissions(now),
        "reminders": _reminders(now),
        "subscriptions": subscriptions.prune(now),
        "contacts": contacts.prune(now),
        "deliveries": deliveries.prune(now),
    }
    if any(counts.values()):
        with transaction.atomic():
            day = timezone.localdate(now).isoformat()
            entry = audit.Entry(
                "curation.retention.run", "curation.retention", day, day, dict(counts)
            )
            audit.record_many(by=audit.SYSTEM, entries=[entry])
    log.info("curation.retention", **counts)
    return counts


@transaction.atomic
def _submissions(now: datetime) -> int:
    """Who submitted, some months after the decision; the entry and the decision stay."""
    before = add_months(now, -rules().keep_person_months)
    named = ~Q(email="") | ~Q(person_name="") | ~Q(words="") | Q(user__isnull=False)
    named |= Q(first_decider__isnull=False) | ~Q(reason_words="")
    old = Submission.objects.filter(named, state__in=ENDED, decided_at__lt=before)
    proposing.forget_exchange(old)
    return old.update(email="", person_name="", words="", user=None, first_decider=None)


@transaction.atomic
def _reminders(now: datetime) -> int:
    """Reminders of a time that has ended by a confirmation, once their links no longer work.

    Those of the running time stay: their number says what comes next.
    """
    over = ~Q(since=F("actor__freshness__since")) | Q(actor__freshness__isnull=True)
    return Reminder.objects.filter(over, expires_at__lt=now).delete()[0]
