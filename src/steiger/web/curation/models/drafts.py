"""What is kept for a while so that somebody can go on: drafts, and invitations to represent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from steiger.web.accounts.models import User
from steiger.web.directory.models import Actor


class Draft(models.Model):
    """A proposal that somebody wants to finish later, without who it is.

    Holds the fields of the entry as they were typed. Name, address and words of the person are
    left out (``domain.drafting``), so a draft that is found by its link tells about nobody.

    Personal data: what somebody may have typed into a field of the entry. Purpose: finishing the
    proposal (Art. 6(1)(e) GDPR). Retention: until it is sent, else fourteen days.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "data": "finishing a proposal later; erased when it is sent, else after fourteen days",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data = models.JSONField(default=dict, help_text="Field of the form → list of texts.")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.id)[:8]


class Invitation(models.Model):
    """A representative asks another person to speak for the actor, too.

    Personal data: address of who is invited. Purpose: sending the invitation (Art. 6(1)(e) GDPR).
    Retention: until it is taken up or expires after the region's ``link_days``, then erased.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "sending the invitation; erased when it is taken up or expires",
        "invited_by": "showing who invited; erased with the invitation",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    invited_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=8, default="de")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["actor", "email"], name="curation_invitation_once")
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]
