"""Erasing in time what was promised to be erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.communities.domain.membership import erase
from steiger.web.communities.domain.wiping import wipe_answers, wipe_questions
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
    """Words whose time is up; what was shown once stays counted (:mod:`.wiping`)."""
    old, hidden = (
        now - KEEP_TEXTS_OF_CLOSED,
        Q(state=State.HIDDEN, decided_at__lt=now - KEEP_HIDDEN),
    )
    answers = Answer.objects.filter(hidden | Q(question__community__closed_at__lt=old))
    questions = Question.objects.filter(hidden | Q(community__closed_at__lt=old))
    notes = Note.objects.filter(hidden | Q(until__lt=timezone.localdate(now - KEEP_NOTES)))
    answers, questions = answers.exclude(state=State.ERASED), questions.exclude(state=State.ERASED)
    erased = sum(_logged(found) for found in (answers, questions, notes))
    wipe_answers(answers)
    wipe_questions(questions)
    notes.delete()
    return erased


def _logged(found: QuerySet[Answer] | QuerySet[Question] | QuerySet[Note]) -> int:
    entries = [
        Entry(f"communities.{row._meta.model_name}.expire", row._meta.label_lower, str(row.pk))
        for row in found
    ]
    record_many(by=SYSTEM, entries=entries)
    return len(entries)
