"""How far a background task has come."""

from __future__ import annotations

from django.db import models


class TaskProgress(models.Model):
    """The state of one run, as its task reported it. Holds no personal data."""

    run = models.UUIDField(primary_key=True, help_text="Id of the run in the task backend.")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.CharField(max_length=255, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "task progress"

    def __str__(self) -> str:
        return f"{self.run}: {self.done}/{self.total or '?'}"
