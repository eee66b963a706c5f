"""Who wants to be warned, and what was sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from steiger.web.flood.models.networks import Sensor
from steiger.web.flood.models.warnings import WarningEvent


class Subscription(models.Model):
    """A firm's wish to be warned by mail when a gauge reaches a level.

    Personal data: e-mail address. Purpose: the warnings that were asked for (Art. 6(1)(a) GDPR).
    Retention: unconfirmed for two days, else until the person leaves, then erased at once.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "the warnings asked for; kept until leaving, unconfirmed for two days",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="subscriptions")
    level = models.PositiveSmallIntegerField()
    email = models.EmailField()
    language = models.CharField(max_length=8, default="de")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, help_text="Last mail about itself.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveSmallIntegerField(
        default=0, help_text="Highest level that was told since the last all-clear; 0 is none."
    )

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "level", "email"], name="flood_subscription_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sensor} ≥ {self.level}"


class Notice(models.Model):
    """One mail that was queued for one event; the pair exists once, so nobody is told twice."""

    class Kind(models.TextChoices):
        """What it says."""

        ALERT = "alert"
        ALL_CLEAR = "all_clear"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(WarningEvent, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="flood_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.kind}"
