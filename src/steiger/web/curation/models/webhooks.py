"""Programs that hear of decisions, and what was sent to them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.curation.models.representations import Representation


class Webhook(models.Model):
    """An address to which the decisions on an actor's submissions are told.

    Its secret is not kept: ``domain.deliveries`` derives it from the installation's key, the number
    of the row and ``secret_number``.

    Personal data: whose program it is, and where. Purpose: the messages that were asked for (Art.
    6(1)(e) GDPR). Retention: until the person removes it or stops speaking for the actor.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "representation": "telling a program of decisions; kept until removed or the person leaves",
        "address": "telling a program of decisions; kept until removed or the person leaves",
    }

    class Why(models.TextChoices):
        """Why nothing is sent at present."""

        PERSON = "person", pgettext_lazy("webhook paused", "by you")
        GONE = "gone", pgettext_lazy("webhook paused", "the receiver wants no more (410)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    representation = models.ForeignKey(
        Representation, on_delete=models.CASCADE, related_name="webhooks"
    )
    address = models.URLField(max_length=500)
    secret_number = models.PositiveIntegerField(default=1, help_text="Grows with each new secret.")
    paused = models.CharField(max_length=8, choices=Why.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["representation", "address"], name="curation_webhook_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]


class Delivery(models.Model):
    """One message to one webhook, however often it is tried; holds nobody's name.

    Retention: thirty days from its making; it goes with its webhook.
    """

    class Event(models.TextChoices):
        """What is told."""

        ACCEPTED = "submission.accepted", pgettext_lazy("webhook", "accepted")
        REJECTED = "submission.rejected", pgettext_lazy("webhook", "rejected")
        ASKED = "submission.asked", pgettext_lazy("webhook", "question of the editors")
        REOPENED = "submission.reopened", pgettext_lazy("webhook", "decision taken back")
        TEST = "test", pgettext_lazy("webhook", "test")

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", pgettext_lazy("delivery", "on its way")
        ARRIVED = "arrived", pgettext_lazy("delivery", "arrived")
        FAILED = "failed", pgettext_lazy("delivery", "failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=32, choices=Event.choices)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Since it was last queued.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status.")
    problem = models.CharField(max_length=32, blank=True, help_text="Key, where nobody answered.")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    repeated_at = models.DateTimeField(null=True, blank=True, help_text="By hand, last.")
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "id"]
        indexes = [models.Index(fields=["webhook", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.event}: {self.state}"
