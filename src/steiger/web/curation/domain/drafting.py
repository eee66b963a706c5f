"""Drafts on the server, only when somebody wishes, and never with who it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from steiger.web.curation.domain.links import KEEP_DRAFT
from steiger.web.curation.models import Draft

#: Fields that tell who writes, or belong to one page only.
PERSONAL = frozenset(
    {"email", "person_name", "words", "consent", "stamp", "csrfmiddlewaretoken", "act", "fax"}
)
MOST_FIELDS, MOST_TEXT, MOST_DRAFTS = 300, 60_000, 5_000


class DraftError(ValueError):
    """The draft cannot be kept. ``code``: large, many (too many drafts within a day)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def keep_draft(data: Mapping[str, Sequence[str]]) -> Draft:
    """Keep what was typed, without the fields that tell who writes.

    Raises:
        DraftError: see there.
    """
    kept = {
        name: [str(text) for text in texts if text]
        for name, texts in data.items()
        if name not in PERSONAL and any(texts)
    }
    if len(kept) > MOST_FIELDS or sum(len(t) for texts in kept.values() for t in texts) > MOST_TEXT:
        raise DraftError("large")
    today = timezone.now() - timedelta(days=1)
    if Draft.objects.filter(created_at__gte=today).count() >= MOST_DRAFTS:
        raise DraftError("many")
    return Draft.objects.create(data=kept)


def find_draft(number: UUID, now: datetime | None = None) -> Draft | None:
    """A draft whose time is not over."""
    since = (now or timezone.now()) - KEEP_DRAFT
    return Draft.objects.filter(id=number, created_at__gte=since).first()
