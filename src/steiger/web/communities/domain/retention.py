"""Erasing in time what was promised to be erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.communities.domain.membership import erase
from steiger.web.communities.models import Answer, Member, Note, Question, State

KEEP_UNCONFIRMED = timedelta(days=2)
KEEP_HIDDEN = timedelta(days=30)
KEEP_NOTES = timedelta(days=30)
KEEP_MEMBERS_OF_CLOSED = timedelta(days=30)
KEEP_TEXTS_OF_CLOSED = timedelta(days=5 * 365)


def prune(now: datetime | None = None) -> int:
    """Erase everything whose time has come; returns how many rows."""
    now = now or timezone.now()
    return _members(now) + _texts(now)


@transaction.atomic
def _members(now: datetime) -> int:
    waiting = Member.objects.filter(
        confirmed_at=None, created_at__lt=now - KEEP_UNCONFIRMED
    ).select_related("community")
    closed = Member.objects.filter(
        community__closed_at__lt=now - KEEP_MEMBERS_OF_CLOSED
    ).select_related("community")
    erased = 0
    for members, act in (
        (waiting, "communities.member.expire"),
        (closed, "communities.member.closed"),
    ):
        for member in members:
            erase(member, by=SYSTEM, act=act)
            erased += 1
    return erased


@transaction.atomic
def _texts(now: datetime) -> int:
    erased = 0
    old = now - KEEP_TEXTS_OF_CLOSED
    for found in (
        Answer.objects.filter(state=State.HIDDEN, decided_at__lt=now - KEEP_HIDDEN),
        Question.objects.filter(state=State.HIDDEN, decided_at__lt=now - KEEP_HIDDEN),
        Note.objects.filter(state=State.HIDDEN, decided_at__lt=now - KEEP_HIDDEN),
        Note.objects.filter(until__lt=(now - KEEP_NOTES).date()),
        Answer.objects.filter(question__community__closed_at__lt=old),
        Question.objects.filter(community__closed_at__lt=old),
    ):
        rows = list(found)
        entries = [
            Entry(f"communities.{row._meta.model_name}.expire", row._meta.label_lower, str(row.pk))
            for row in rows
        ]
        record_many(by=SYSTEM, entries=entries)
        found.delete()
        erased += len(rows)
    return erased
