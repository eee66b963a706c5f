"""Counting downloads without watching anybody: one number per file and day."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from steiger.web.publications.models import Document, DownloadCount


def count_download(*, document: Document) -> None:
    """Count one download of today. Nothing about the reader is kept, so the log has no entry."""
    day = timezone.localdate()
    with transaction.atomic():
        counter = DownloadCount.objects.filter(document=document, day=day)
        if not counter.update(number=F("number") + 1):
            DownloadCount.objects.get_or_create(document=document, day=day)
            counter.update(number=F("number") + 1)
