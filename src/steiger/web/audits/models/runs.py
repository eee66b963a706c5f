"""Tests that run here, in a process of their own."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.audits.models.audits import Audit


class TestRun(models.Model):
    """One run of the compulsory checks for an examination.

    Attributes:
        by: the examiner who started it, as whom its results are kept.
        stop: somebody wants it to end.
        message: why it failed, for people.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "by": "says who ran the checks; emptied when the account is closed",
    }
    __test__ = False  # its name begins like that of a test

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", pgettext_lazy("test run", "waits")
        RUNNING = "running", pgettext_lazy("test run", "runs")
        DONE = "done", pgettext_lazy("test run", "done")
        FAILED = "failed", pgettext_lazy("test run", "failed")
        STOPPED = "stopped", pgettext_lazy("test run", "stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="runs")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    stop = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{str(self.audit_id)[:8]} {self.state}"

    @property
    def folder(self) -> Path:
        """Where its files lie while it runs."""
        return Path(settings.DATA_DIR) / "audit-runs" / str(self.pk)

    @property
    def open(self) -> bool:
        """Whether it may still end otherwise."""
        return self.state in {self.State.WAITING, self.State.RUNNING}
