"""An examination, what is said about its indicators, and the files that show it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.directory.models import Actor

_KEPT = "the examination applied for; see the room's retention periods"


class Audit(models.Model):
    """One examination of one system.

    Personal data: who applied, and names that words may hold. Purpose: the examination applied for
    (Art. 6(1)(b) GDPR). Retention: see ``domain.retention``; the chain holds no words and stays.

    Attributes:
        answers: question → answer, or answers.
        needs: dimension → none, moderate or high; empty until it is known.
        alpha: bound on the probability of at least one wrong verdict, declared at the start.
        result: what the verdict engine said, as plain data.
        chain_head: digest of the last entry of its chain, so that a cut tail is noticed.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "applicant": "who applied for the examination; kept as long as the examination",
        "organisation": _KEPT,
        "title": _KEPT,
        "description": _KEPT,
        "statement": _KEPT,
    }

    class Kind(models.TextChoices):
        """With an examiner, or alone."""

        FULL = "full", _("Examination by independent examiners")
        SELF = "self", _("Self-check without examiner, without certificate")

    class State(models.TextChoices):
        """How far it has come."""

        DESCRIBED = "described", pgettext_lazy("audit", "protection need is open")
        RATING = "rating", pgettext_lazy("audit", "applicant rates")
        SUBMITTED = "submitted", pgettext_lazy("audit", "handed in")
        EXAMINING = "examining", pgettext_lazy("audit", "under examination")
        SECOND = "second", pgettext_lazy("audit", "second pair of eyes")
        STATEMENT = "statement", pgettext_lazy("audit", "applicant's statement")
        DECISION = "decision", pgettext_lazy("audit", "decision is due")
        PASSED = "passed", pgettext_lazy("audit", "certificate granted")
        FAILED = "failed", pgettext_lazy("audit", "certificate not granted")
        PROFILE = "profile", pgettext_lazy("audit", "self-check is done")
        DROPPED = "dropped", pgettext_lazy("audit", "taken back")

    class Task(models.TextChoices):
        """What the system does."""

        CLASSIFICATION = "classification", _("Sorts into classes")
        REGRESSION = "regression", _("Estimates or forecasts numbers")
        TEXT = "text", _("Writes or answers texts")

    class Modality(models.TextChoices):
        """What the system looks at."""

        TABULAR = "tabular", _("Tables")
        IMAGE = "image", _("Images")
        SERIES = "time-series", _("Time series")
        TEXT = "text", pgettext_lazy("audit", "Texts")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    applicant = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.FULL)
    organisation = models.CharField(max_length=200)
    actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(max_length=200, help_text="Name of the system.")
    version = models.CharField(max_length=60, blank=True, help_text="Version of the system.")
    description = models.TextField(blank=True)
    task = models.CharField(max_length=20, choices=Task.choices)
    modality = models.CharField(max_length=20, choices=Modality.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DESCRIBED)
    answers = models.JSONField(default=dict)
    needs = models.JSONField(default=dict)
    catalogue_id = models.CharField(max_length=64)
    catalogue_version = models.CharField(max_length=32)
    catalogue_digest = models.CharField(max_length=64)
    alpha = models.FloatField(default=0.05)
    result = models.JSONField(null=True, blank=True)
    statement = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    chain_count = models.PositiveIntegerField(default=0, editable=False)
    chain_head = models.CharField(max_length=64, blank=True, editable=False)
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        # Stands in the log, which holds no words of people.
        return str(self.id)[:8]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:audit", kwargs={"audit": self.pk})

    @property
    def high(self) -> bool:
        """Whether a dimension needs more than moderate protection."""
        return "high" in self.needs.values()


class Rating(models.Model):
    """Level and reason for one indicator.

    Attributes:
        level: A to D; empty: it does not apply, which only examiners can say.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"reason": _KEPT}

    class Stage(models.TextChoices):
        """Who rates."""

        SELF = "self", _("Applicant")
        EXAMINER = "examiner", pgettext_lazy("audit", "Examiner")
        SECOND = "second", _("Second examiner")

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="ratings")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    indicator = models.CharField(max_length=32)
    level = models.CharField(max_length=1, blank=True)
    reason = models.TextField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "stage", "indicator"], name="audits_one_rating_per_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.level}"


class EvidenceFile(models.Model):
    """A file that shows something; checked when it came, and only ever downloaded.

    Attributes:
        indicators: ids of the indicators for which it is evidence.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"name": _KEPT, "note": _KEPT}

    class Kind(models.TextChoices):
        """What it is."""

        DOCUMENT = "document", _("Document")
        DATA = "data", pgettext_lazy("evidence", "Data")
        PICTURE = "picture", _("Picture")
        RESULTS = "results", _("Results of the tests")

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="evidence")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=150)
    note = models.CharField(max_length=250, blank=True)
    indicators = models.JSONField(default=list)
    media_type = models.CharField(max_length=80)
    path = models.CharField(max_length=200, help_text="Below the uploads.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="audits_evidence_once")
        ]

    def __str__(self) -> str:
        return f"{str(self.audit_id)[:8]}/{self.number}"
