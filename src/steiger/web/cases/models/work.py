"""What advisers do about a case: tasks, evidence, handing over."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from steiger.web.cases.models.cases import Case, CaseEntry


class CaseTask(models.Model):
    """Something to be done until a day.

    Personal data: the words may name people. Purpose: advice. Retention: erased with the case.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "assignee": "who has the task; erased with the case",
        "title": "what an adviser has to do in the case; erased with it",
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=250)
    due_on = models.DateField(db_index=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="case_tasks",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.due_on}"


def stored_name(evidence: Evidence, _name: str) -> str:
    """Where a file lies: nothing of its own name, which may name people."""
    return f"cases/{uuid.uuid4().hex}"


class Evidence(models.Model):
    """What shows that an entry is true: a link or a file.

    Personal data: name and content of the file. Purpose: proof of results. Retention: erased with
    the case; that there was evidence stays (``CaseEntry.evidenced``).
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "url": "proof of what was reached; erased with the case",
        "file": "proof of what was reached; erased with the case",
        "name": "name of the file as it came; erased with the case",
    }

    entry = models.ForeignKey(CaseEntry, on_delete=models.CASCADE, related_name="evidence")
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to=stored_name, blank=True, max_length=200)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=100, blank=True, help_text="Media type of the file.")
    size = models.PositiveBigIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.pk}"


class HandOver(models.Model):
    """A case went from one adviser to another.

    Personal data: the reason may name people. Purpose: the next adviser understands. Retention:
    erased with the case. It stands here and not in the log, from which nothing can be erased.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "giver": "who handed the case over; erased with the case",
        "taker": "who took the case over; erased with the case",
        "reason": "why the case went to another adviser; erased with the case",
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hand_overs")
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(max_length=1000)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at:%Y-%m-%d}"
