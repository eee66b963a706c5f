"""Erasing in time what nobody confirmed, finished or took up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.curation.domain.links import KEEP_DRAFT, invitation_for, unconfirmed_for
from steiger.web.curation.models import Draft, Invitation, Submission


@transaction.atomic
def erase_unfinished(now: datetime | None = None) -> dict[str, int]:
    """Erase unconfirmed submissions, old drafts, expired invitations; returns how many of each."""
    now = now or timezone.now()
    waiting = Submission.objects.filter(
        state=Submission.State.UNCONFIRMED, created_at__lt=now - unconfirmed_for()
    )
    numbers = list(waiting.values_list("pk", flat=True))
    # The label stays empty: what nobody confirmed leaves no name, not even in the log.
    record_many(
        by=SYSTEM,
        entries=[
            Entry("curation.submission.expire", "curation.submission", str(n)) for n in numbers
        ],
    )
    Submission.objects.filter(pk__in=numbers).delete()
    drafts, _ = Draft.objects.filter(created_at__lt=now - KEEP_DRAFT).delete()
    old = Invitation.objects.filter(created_at__lt=now - invitation_for())
    invitations, _ = old.delete()
    return {"submissions": len(numbers), "drafts": drafts, "invitations": invitations}
