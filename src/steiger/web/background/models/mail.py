"""Mail on its way out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone


class OutgoingMail(models.Model):
    """One mail that the worker hands to the mail server.

    Personal data: addresses and text. Purpose: delivery. Retention: erased when the mail server
    has taken the mail; what could not be delivered is erased after seven days.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "recipients": "delivery; erased once handed over, else after seven days",
        "content": "delivery; erased once handed over, else after seven days",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message_id = models.CharField(max_length=255, help_text="Stays the same when sent again.")
    recipients = models.JSONField(default=dict, help_text="to, cc, bcc, reply_to")
    content = models.JSONField(
        default=dict, help_text="subject, text, html, sender, headers, attachments"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    begun_at = models.DateTimeField(null=True, help_text="When the hand-over began.")
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "outgoing mail"

    def __str__(self) -> str:
        return f"{self.id} ({'sent' if self.sent_at else 'waiting'})"
