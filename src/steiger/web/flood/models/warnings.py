"""The state of warning of each gauge, and how it came about."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.flood.models.networks import Network, Sensor


class GaugeWarning(models.Model):
    """What is in force at one gauge now; ``memory`` is the state machine's own."""

    sensor = models.OneToOneField(Sensor, on_delete=models.CASCADE, related_name="warning")
    level = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)
    memory = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.sensor_id}: {self.level}"


class WarningEvent(models.Model):
    """One change of the state of warning, or that it stays in force. Is never changed."""

    class Kind(models.TextChoices):
        """What the change means for people; the values are the engine's."""

        RAISED = "raised", _("warning")
        ESCALATED = "escalated", _("warning raised")
        DEESCALATED = "deescalated", _("warning lowered")
        RENEWED = "renewed", _("warning stays in force")
        ALL_CLEAR = "all_clear", _("all-clear")

    event_id = models.CharField(
        max_length=40,
        db_index=True,
        help_text="The engine's; in CAP too. Follows from the content.",
    )
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="events")
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="events")
    issue_time = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    document = models.JSONField(help_text="The whole event, as the engine wrote it.")
    cap = models.TextField(blank=True, help_text="The message in CAP 1.2.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-issue_time", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sensor", "issue_time"], name="flood_event_once"),
            # Two networks may be made of the same files.
            models.UniqueConstraint(fields=["network", "event_id"], name="flood_event_id_once"),
        ]
        indexes = [models.Index(fields=["network", "-issue_time"])]

    def __str__(self) -> str:
        return f"{self.sensor_id} {self.before}→{self.after}"
