"""Drafts on the server, only when somebody wishes, and never with who it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from steiger.web.curation.domain.links import KEEP_DRAFT
from steiger.web.curation.models import Draft

#: Fields that tell who writes, or belong to one page only.
PERSONAL = frozenset(
    {
        "email",
        "person_name",
        "words",
        "consent",
        "stamp",
        "csrfmiddlewaretoken",
        "act",
        "fax",
        "draft",
    }
)
MOST_FIELDS, MOST_TEXT, MOST_DRAFTS = 300, 60_000, 5_000


class DraftError(ValueError):
    """The draft cannot be kept. ``code``: large, many (too many drafts within a day)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def keep_draft(data: Mapping[str, Sequence[str]], number: UUID | None = None) -> Draft:
    """Keep what was typed, without the fields that tell who writes.

    Args:
        number: of the draft whose place this takes; its time begins anew.

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
    now = timezone.now()
    if number is not None and (row := Draft.objects.filter(id=number).first()):
        row.data, row.created_at = kept, now
        row.save()
        return row
    if Draft.objects.filter(created_at__gte=now - timedelta(days=1)).count() >= MOST_DRAFTS:
        raise DraftError("many")
    return Draft.objects.create(data=kept)


def find_draft(number: UUID, now: datetime | None = None) -> Draft | None:
    """A draft whose time is not over."""
    since = (now or timezone.now()) - KEEP_DRAFT
    return Draft.objects.filter(id=number, created_at__gte=since).first()


def forget_draft(number: UUID) -> None:
    """The draft has become a proposal."""
    Draft.objects.filter(id=number).delete()


def as_typed(data: Mapping[str, Sequence[str]], lists: Collection[str]) -> dict[str, Any]:
    """What was typed, as a form begins with it: fields in ``lists`` have several values."""
    return {
        name: list(texts) if name in lists else texts[0]
        for name, texts in data.items()
        if texts and name not in {"csrfmiddlewaretoken", "act", "stamp"}
    }
