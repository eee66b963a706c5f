"""Mails to many who agreed, and who of them has been served."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.cases.models import Contact


class Circular(models.Model):
    """One mail to many. ``filters``: whom it is meant for, among those who agreed.

    The counters repeat what the recipients say once these are erased. Nothing here is personal:
    the text goes to many and names nobody.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "author": "who wrote the circular; kept until the account is closed",
    }

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", pgettext_lazy("circular", "draft")
        SENDING = "sending", pgettext_lazy("circular", "being sent")
        STOPPED = "stopped", pgettext_lazy("circular", "stopped")
        DONE = "done", pgettext_lazy("circular", "sent")

    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    subject_de = models.CharField(max_length=150)
    text_de = models.TextField()
    subject_en = models.CharField(max_length=150, blank=True)
    text_en = models.TextField(blank=True)
    filters = models.JSONField(
        default=dict, help_text="topics, districts, sectors, community, event"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0, help_text="How many it was meant for.")
    sent = models.PositiveIntegerField(default=0, help_text="Mails that the mail server took.")
    left = models.PositiveIntegerField(default=0, help_text="How many got none after all.")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject_de


class Recipient(models.Model):
    """One person to whom a circular goes, once.

    Personal data: which contact got which mail. Purpose: each exactly once, and a withdrawn
    consent is respected on the way. Retention: 30 days after the last mail; the counts stay.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "contact": "sends each mail once; erased 30 days after the circular has ended",
    }

    class State(models.TextChoices):
        """Whether a mail was made, and whether the mail server has taken it."""

        WAITING = "waiting"
        MADE = "made"
        SENT = "sent"
        LEFT = "left"

    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="recipients")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    mail = models.UUIDField(null=True, unique=True, help_text="Number of the outgoing mail.")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["circular", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["circular", "contact"], name="desk_recipient_once")
        ]

    def __str__(self) -> str:
        return f"{self.circular_id}: {self.state}"
