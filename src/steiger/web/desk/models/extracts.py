"""Who took which data along, when, how much of it, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Extract(models.Model):
    """One extract of data. The file itself is not kept.

    Personal data: the purpose in a person's words may name people. Purpose: accountability
    (Art. 5(2) GDPR). Retention: three years.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "person": "who took data along; kept until the account is closed, at most three years",
        "purpose": "says why data was taken along; erased after three years",
    }

    class Form(models.TextChoices):
        """Form of the file."""

        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    as_role = models.CharField(max_length=32)
    kind = models.CharField(max_length=32, help_text="Key of what was taken.")
    form = models.CharField(max_length=8, choices=Form.choices)
    columns = models.JSONField(default=list, help_text="Keys of the columns.")
    filters = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    purpose = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.rows}"
