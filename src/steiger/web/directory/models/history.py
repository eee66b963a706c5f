"""What changed in an actor, so that every earlier state can be shown and brought back."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from steiger.web.accounts.models import LogEntry
from steiger.web.directory.models.actors import Actor
from steiger.web.directory.models.values import Source


class Change(models.Model):
    """What one act took away from, and added to, what one source says about an actor.

    Statements as in ``domain.statements``. Who, when and why stand in the log entry. Going back
    from today, change by change, gives every earlier state exactly; so the first import of an
    actor needs no row here. Holds no personal data.
    """

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="changes")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="+")
    removed = models.JSONField(default=list)
    added = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["actor", "id"])]

    def __str__(self) -> str:
        return f"{self.actor_id}: -{len(self.removed)} +{len(self.added)}"


class Merger(models.Model):
    """One actor was merged into another; holds what is needed to bring both back.

    ``kept``: ``duplicate`` and ``survivor`` with their statements by source before the merger,
    ``after`` with the survivor's right after it, and the numbers of what moved. Holds no personal
    data.
    """

    duplicate = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="mergers")
    survivor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="absorbed")
    at = models.DateTimeField(default=timezone.now)
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.duplicate_id} into {self.survivor_id}"
