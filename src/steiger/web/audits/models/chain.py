"""The log of an examination: append-only and chained."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ChainEntry(models.Model):
    """One act. Holds the digest of the entry before, and no words of people, only their digests.

    ``audit_key`` is no foreign key: the chain stays when words and files are erased.
    """

    audit_key = models.UUIDField(editable=False)
    number = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    user_number = models.BigIntegerField(null=True, editable=False)
    as_role = models.CharField(max_length=32, editable=False)
    act = models.CharField(max_length=64, editable=False)
    facts = models.JSONField(default=dict, editable=False)
    previous = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["audit_key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["audit_key", "number"], name="audits_chain_once")
        ]

    def __str__(self) -> str:
        return f"{str(self.audit_key)[:8]} {self.number} {self.act}"
