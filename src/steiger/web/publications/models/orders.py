"""Publications that a firm asked for."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from steiger.web.publications.models.publications import Publication


class Order(models.Model):
    """A firm's wish to get a publication by mail and to have it noted in its case.

    Personal data: e-mail address and name of the firm. Purpose: the publication that was asked for
    (Art. 6(1)(b) GDPR). Retention: erased as soon as it is confirmed, because the firm's case has
    them then; unconfirmed after two days. That something was asked for stays as a figure.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "the publication asked for; erased when confirmed, else after two days",
        "firm": "the publication asked for; erased when confirmed, else after two days",
        "municipality": "the publication asked for; erased when confirmed, else after two days",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="orders")
    email = models.EmailField(blank=True)
    firm = models.CharField(max_length=200, blank=True)
    size = models.CharField(max_length=64, blank=True, help_text="Key of a size class.")
    municipality = models.CharField(max_length=8, blank=True, help_text="AGS.")
    language = models.CharField(max_length=8, default="de")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, help_text="Last mail about itself.")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.id)[:8]
