"""Who examines, how independent, and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.models import User
from steiger.web.audits.models.audits import Audit

_NAMED = "who answers for an examination; kept as long as the examination"


class ExaminerProfile(models.Model):
    """For whom an examiner works; goes with the account."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "whose profile it is; kept until the account is closed",
        "organisation": "keeps examiners from their own organisation; goes with the account",
    }

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="examiner_profile")
    organisation = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.user_id}"


class Assignment(models.Model):
    """One examiner's part in one examination, with the declaration of independence."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "declaration": _NAMED,
        "organisation": _NAMED,
        "examiner": "who examines; kept as long as the examination",
    }

    class Part(models.TextChoices):
        """What the examiner does."""

        FIRST = "first", _("examines")
        SECOND = "second", _("examines a second time, and decides")
        DECISION = "decision", _("decides")

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="assignments")
    part = models.CharField(max_length=10, choices=Part.choices)
    examiner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.CharField(max_length=200)
    declaration = models.TextField()
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assigned_at"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "part"], name="audits_one_examiner_per_part")
        ]

    def __str__(self) -> str:
        return f"{str(self.audit_id)[:8]} {self.part}"


class Decision(models.Model):
    """Whether a certificate is granted, and why."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "reason": _NAMED,
        "by": "who decided; kept as long as the examination",
    }

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, related_name="decision")
    granted = models.BooleanField()
    reason = models.TextField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{str(self.audit_id)[:8]} {self.granted}"
