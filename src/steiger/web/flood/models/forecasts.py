"""Models that were trained, and forecasts that were issued."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.flood.models.networks import Network


class TrainedModel(models.Model):
    """One trained model: plain files in the network's folder, named by their digest."""

    class Profile(models.TextChoices):
        """How much effort went into it (``steiger.engines.flood.models.settings.PROFILES``)."""

        LIGHT = "light", _("quick: seconds for each gauge, less exact")
        FULL = "full", _("exact: minutes for each gauge")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="models")
    digest = models.CharField(max_length=64)
    folder = models.CharField(max_length=160, help_text="Name below the network's folder.")
    trained_until = models.DateTimeField()
    profile = models.CharField(max_length=8, choices=Profile.choices, default=Profile.LIGHT)
    lead_minutes = models.JSONField(default=list)
    reads = models.JSONField(
        default=dict, help_text="Gauge's id → ids of the sensors that its forecast reads."
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network"], condition=models.Q(active=True), name="flood_one_active_model"
            )
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Forecast(models.Model):
    """One forecast of one network, whole, as the engine wrote it, with what it was made from."""

    class Purpose(models.TextChoices):
        """What it was made for."""

        LIVE = "live", _("in operation")
        HINDCAST = "hindcast", _("look back on a past flood")

    class Check(models.TextChoices):
        """What came of computing it again."""

        NONE = "", _("not computed again")
        WAITING = "waiting", _("waits to be computed again")
        EQUAL = "equal", _("computed again: equal, bit by bit")
        DIFFERENT = "different", _("computed again: different")
        IMPOSSIBLE = "impossible", _("cannot be computed again: its inputs or its model are gone")

    forecast_id = models.CharField(
        max_length=64, db_index=True, help_text="SHA-256 of the content."
    )
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="forecasts")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    issue_time = models.DateTimeField()
    document = models.JSONField(help_text="The form “steiger-flood-forecast/1”.")
    network_digest = models.CharField(max_length=64)
    observations_digest = models.CharField(max_length=64)
    model_digest = models.CharField(max_length=64, help_text="“plain” before there is a model.")
    inputs = models.JSONField(default=dict, help_text="first: begin of the values that were read.")
    check_result = models.CharField(
        max_length=16, choices=Check.choices, default=Check.NONE, blank=True
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-issue_time"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "purpose", "issue_time"], name="flood_forecast_once"
            )
        ]

    def __str__(self) -> str:
        return self.forecast_id[:12]
