"""Processes that do background work."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Worker(models.Model):
    """One worker process and when it was last heard of. Holds no personal data."""

    name = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.host}, {self.pid})"
