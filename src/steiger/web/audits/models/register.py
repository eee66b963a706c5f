"""Certificates in the public register, and complaints about them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.models import User
from steiger.web.audits.models.audits import Audit


class Certificate(models.Model):
    """A signed certificate as it was issued, and its status.

    Attributes:
        number: its place in the log of certificates, from nought.
        place: its place in the status lists, drawn at random.
        content: the canonical bytes that were signed.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "organisation": "public register; the certificate that was applied for stays checkable"
    }

    class State(models.TextChoices):
        """Whether it may be relied on."""

        VALID = "valid", pgettext_lazy("certificate", "valid")
        SUSPENDED = "suspended", pgettext_lazy("certificate", "suspended")
        WITHDRAWN = "withdrawn", pgettext_lazy("certificate", "withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="certificate")
    number = models.PositiveIntegerField(unique=True)
    place = models.PositiveIntegerField(unique=True)
    content = models.BinaryField()
    system = models.CharField(max_length=200)
    version = models.CharField(max_length=60, blank=True)
    organisation = models.CharField(max_length=200)
    examined_by = models.CharField(max_length=410)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    surveillance_due = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.VALID)
    state_reason = models.CharField(max_length=500, blank=True)
    state_since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return str(self.id)[:8]

    def get_absolute_url(self) -> str:
        """Its page in the register."""
        return reverse("audits:certificate", kwargs={"certificate": self.pk})

    @property
    def ended(self) -> bool:
        """Whether its time is over."""
        return self.valid_until < timezone.now()


class Complaint(models.Model):
    """Somebody objects to a certificate."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "by": "who complained; kept as long as the examination",
        "text": "the complaint that was made; emptied with the words of its examination",
        "answer": "the complaint that was made; emptied with the words of its examination",
    }

    certificate = models.ForeignKey(
        Certificate, on_delete=models.CASCADE, related_name="complaints"
    )
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{str(self.certificate_id)[:8]} {self.pk}"
