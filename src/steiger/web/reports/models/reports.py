"""Reports while they are written, and their editions once they were handed in.

No personal data: chapters are written for the public, and frozen rows hold numbers of records,
days, and values of dimensions; who is behind a row becomes a salted number.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.urls import reverse
from django.utils import timezone

from steiger.engines.reporting.periods import Period


class Report(models.Model):
    """A report on one period. What is written here is a draft until it is handed in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title_de = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    period_key = models.CharField(max_length=32, help_text="2026, 2026-H1, 2026-Q3 …")
    template = models.SlugField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-period_key", "-created_at"]

    def __str__(self) -> str:
        return f"{self.title_de}, {self.period_key}"

    def get_absolute_url(self) -> str:
        """Where it is worked on."""
        return reverse("reports:edit", kwargs={"report": self.pk})

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return Period.of(self.period_key)

    def runs_on(self, day: date) -> bool:
        """Whether the period is not over on a day, so that figures are still coming."""
        return self.period.last >= day


class Chapter(models.Model):
    """One chapter of a draft, in both languages."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveSmallIntegerField()
    title_de = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    text_de = models.TextField(blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title_de


class Edition(models.Model):
    """A report as it was handed in. It never changes; a correction is the next edition.

    Attributes:
        content: chapters, labels, which figures are shown and which are withheld.
        salt: keeps digests of small contents from being guessed; never shown.
        digest: of content and rows.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True, help_text="Why a correction was needed.")
    content = models.JSONField()
    salt = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    pdf_de = models.BinaryField()
    pdf_en = models.BinaryField()
    handed_in_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="reports_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reports:edition", kwargs={"pk": self.pk})


class FrozenRows(models.Model):
    """The rows behind one indicator in one period, as they were when the report was handed in."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="frozen")
    indicator = models.CharField(max_length=40)
    period_key = models.CharField(max_length=32)
    definition = models.JSONField(help_text="The indicator as it was declared.")
    rows = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "indicator", "period_key"], name="reports_frozen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period_key}"
