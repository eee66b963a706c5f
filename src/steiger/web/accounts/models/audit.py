"""The audit log: append-only, enforced by the database itself (see migration 0002)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class LogEntry(models.Model):
    """Who did what, when and why.

    Holds no personal data: people appear by number and role, so an erased account leaves no name.
    ``user_number`` is no foreign key, because an entry must never change when an account goes.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    user_number = models.BigIntegerField(null=True, editable=False)
    as_role = models.CharField(max_length=32, editable=False)
    act = models.CharField(max_length=64, editable=False)
    object_type = models.CharField(max_length=64, editable=False)
    object_id = models.CharField(max_length=64, editable=False)
    object_label = models.CharField(max_length=255, blank=True, editable=False)
    changes = models.JSONField(default=dict, editable=False)
    reason = models.TextField(blank=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id", "-id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.object_label}"
