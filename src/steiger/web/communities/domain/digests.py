"""The weekly mail: only what is new, only if there is something, left by one click."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from steiger.web.communities.domain import mails
from steiger.web.communities.domain.meetings import upcoming
from steiger.web.communities.domain.queries import live_notes, shown_questions
from steiger.web.communities.domain.tokens import QUIET
from steiger.web.communities.models import Answer, Community, Member, State
from steiger.web.publications.domain.queries import of_community
from steiger.web.publications.domain.texts import localized

EVERY = timedelta(days=7)
#: Meetings so near stand in the mail, too; they alone are no reason for one.
NEAR = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class News:
    """What is new since a time: (title, address) each."""

    questions: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    materials: list[tuple[str, str]] = field(default_factory=list)
    meetings: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.questions or self.answers or self.notes or self.materials)


def news_of(community: Community, since: datetime, until: datetime) -> News:
    """What was shown after ``since`` and up to ``until``, in the current language."""
    base = settings.BASE_URL
    asked = f"{base}{reverse('communities:questions', kwargs={'slug': community.slug})}"
    noted = f"{base}{reverse('communities:notes', kwargs={'slug': community.slug})}"
    fresh = {"shown_at__gt": since, "shown_at__lte": until}
    questions = [
        (q.title, f"{asked}#frage-{q.pk}") for q in shown_questions(community).filter(**fresh)
    ]
    answers = Answer.objects.filter(
        question__community=community, question__state=State.SHOWN, state=State.SHOWN, **fresh
    ).select_related("question")
    told = {a.question_id: (a.question.title, f"{asked}#frage-{a.question_id}") for a in answers}
    return News(
        questions=questions,
        answers=list(told.values()),
        notes=[
            (f"{n.get_kind_display()}: {n.title}", f"{noted}#notiz-{n.pk}")
            for n in live_notes(community).filter(**fresh)
        ],
        materials=[
            (localized(p, "title"), base + p.get_absolute_url())
            for p in of_community(community.slug)
            if p.published_at and since < p.published_at <= until
        ],
        meetings=[
            (
                f"{_when(m.starts_at)}: {m.title}",
                m.url if m.url.startswith("http") else base + m.url,
            )
            for m in upcoming(community.slug)
            if m.starts_at <= until + NEAR
        ],
    )


def _when(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def send_digests(now: datetime | None = None) -> int:
    """Queue the weekly mail for whom it is due; returns how many were queued.

    Each member is told within its own transaction, so that a crash repeats nobody and skips nobody.
    """
    now = now or timezone.now()
    due = (
        Member.objects.filter(
            Q(told_until=None) | Q(told_until__lte=now - EVERY),
            digest=True,
            community__state=Community.State.OPEN,
            community__example=False,
        )
        .exclude(confirmed_at=None)
        .order_by("pk")
    )
    return sum(_tell(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _tell(member_id: UUID, now: datetime) -> bool:
    member = (
        Member.objects.select_for_update(of=("self",))
        .select_related("community")
        .filter(pk=member_id, digest=True)
        .first()
    )
    if member is None or (member.told_until and member.told_until > now - EVERY):
        return False
    since = member.told_until or member.confirmed_at or now
    with override(member.language):
        news = news_of(member.community, since, now)
    if not news:
        return False
    member.told_until = now
    member.save(update_fields=["told_until"])
    mails.queue(member, "digest", {"news": news}, leave=QUIET)
    return True
