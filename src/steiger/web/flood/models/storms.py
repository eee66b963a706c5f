"""Storms over a simulated valley."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.flood.models.networks import Network


class Storm(models.Model):
    """One storm that a visitor started. Holds no personal data; at most one is under way."""

    class Strength(models.TextChoices):
        """How much rain falls."""

        HEAVY = "heavy", _("Heavy rain")
        EXTREME = "extreme", _("Extreme rain, as in July 2021")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="storms")
    strength = models.CharField(max_length=16, choices=Strength.choices)
    begins = models.DateTimeField(help_text="First hour of rain, in the valley's time.")
    rain_ends = models.DateTimeField()
    ends = models.DateTimeField(help_text="When the rivers are expected to be calm again.")
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network"], condition=models.Q(over_at=None), name="flood_one_storm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.strength} {self.begins:%Y-%m-%d %H:%M}"
