"""Imports, and what the search index still has to learn."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from steiger.web.directory.models.actors import Actor
from steiger.web.directory.models.values import Source


class ImportRun(models.Model):
    """One import of one file, with its report. Holds no personal data."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(
        default=dict, help_text="new, changed, unchanged, withdrawn, rejected"
    )
    rejected = models.JSONField(default=list, help_text="row, field, reason of rejected rows")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source_id} {self.file_name}"


class ImportedRecord(models.Model):
    """What a source said last time about an actor, as a digest, so that a re-import is quick."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="records")
    record_id = models.CharField(max_length=500)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="imported_records")
    digest = models.CharField(max_length=64)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "record_id"], name="directory_record_once")
        ]

    def __str__(self) -> str:
        return self.record_id


class IndexChange(models.Model):
    """An actor that the search index has not yet learned about; written with the change itself."""

    actor_number = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.actor_number)
