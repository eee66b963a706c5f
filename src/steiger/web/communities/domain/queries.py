"""What pages and higher rooms read about communities.

For the reports room: :func:`open_at`, :func:`members_at`, :func:`joined_between`,
:func:`meetings_between`, :func:`questions_between`, :func:`answers_between`.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from steiger.web.accounts.domain.spelling import Hits, forgiving
from steiger.web.communities.domain.meetings import Meeting, held
from steiger.web.communities.models import (
    Answer,
    Community,
    Member,
    Movement,
    Note,
    Question,
    State,
)
from steiger.web.directory.domain.community_names import CommunityName


def shown_questions(community: Community) -> QuerySet[Question]:
    """Questions that everybody sees, the newest first, with their shown answers."""
    answers = Answer.objects.filter(state=State.SHOWN).select_related("member__actor")
    return (
        Question.objects.filter(community=community, state=State.SHOWN)
        .select_related("member__actor")
        .prefetch_related(Prefetch("answers", answers))
        .order_by("-shown_at", "-pk")
    )


def live_notes(community: Community) -> QuerySet[Note]:
    """Notes that are shown today."""
    return (
        Note.objects.filter(community=community, state=State.SHOWN, until__gte=timezone.localdate())
        .select_related("member__actor", "community")
        .order_by("-shown_at", "-pk")
    )


def waiting(community: Community) -> dict[str, list[Question] | list[Answer] | list[Note]]:
    """What waits for a moderator, the oldest first."""
    return {
        "question": list(
            Question.objects.filter(community=community, state=State.WAITING)
            .select_related("member")
            .order_by("created_at")
        ),
        "answer": list(
            Answer.objects.filter(question__community=community, state=State.WAITING)
            .select_related("member", "question")
            .order_by("created_at")
        ),
        "note": list(
            Note.objects.filter(community=community, state=State.WAITING)
            .select_related("member")
            .order_by("created_at")
        ),
    }


def unanswered(before: datetime) -> QuerySet[Question]:
    """Questions in open communities that were shown before a time and have no answer yet."""
    answers = Answer.objects.filter(question=OuterRef("pk")).exclude(state=State.HIDDEN)
    found = Question.objects.filter(
        ~Exists(answers),
        state=State.SHOWN,
        shown_at__lt=before,
        community__state=Community.State.OPEN,
    )
    return found.select_related("community").order_by("shown_at", "pk")


def waiting_by_community() -> list[tuple[Community, int]]:
    """Open communities in which something waits for a moderator, and how much."""
    found = [(one, waiting_count(one)) for one in Community.objects.order_by("name_de")]
    return [(community, number) for community, number in found if number]


def waiting_count(community: Community) -> int:
    """How much waits for a moderator."""
    return sum(len(items) for items in waiting(community).values())


def confirmed(community: Community) -> QuerySet[Member]:
    """Members whose address is confirmed."""
    return Member.objects.filter(community=community).exclude(confirmed_at=None)


def with_counts() -> list[tuple[Community, int]]:
    """Communities with the number of their members, the open ones first."""
    members = Count("members", filter=Q(members__confirmed_at__isnull=False), distinct=True)
    rows = Community.objects.annotate(count=members).order_by("-state", "name_de")
    counts = dict(rows.values_list("pk", "count"))
    return [(community, counts[community.pk]) for community in rows]


def communities_about(text: str) -> Hits[Community]:
    """Communities whose name, purpose or topics hold every word, the open ones first.

    If none does, typing mistakes are forgiven.
    """
    rows = Community.objects.order_by("-state", "name_de")
    topics, labels = Community.topics.through.objects, ("term__label_de", "term__label_en")
    return forgiving(
        rows,
        text,
        *("name_de", "name_en", "what_de", "what_en", "whom_de", "whom_en"),
        beside=[(topics.filter(community=OuterRef("pk")), labels)],
        said=lambda: [label for pair in topics.values_list(*labels) for label in pair],
    )


def community_names() -> list[CommunityName]:
    """What communities are called, for rooms that file things under one."""
    rows = Community.objects.order_by("pk")
    return [CommunityName(one.slug, one.name_de, one.name_en, one.is_open) for one in rows]


# --- figures --------------------------------------------------------------------------------------
def open_at(day: date) -> QuerySet[Community]:
    """Communities that were open on a day."""
    not_yet_closed = Q(closed_at=None) | Q(closed_at__date__gt=day)
    return Community.objects.filter(not_yet_closed, created_at__date__lte=day)


def members_at(day: date, community: Community | None = None) -> int:
    """Members at the end of a day; a person in two communities counts in both.

    Counted from movements, so that the figure stays when members are erased.
    """
    rows = Movement.objects.filter(day__lte=day)
    if community is not None:
        rows = rows.filter(community=community)
    sums = rows.aggregate(joined=Sum("joined"), left=Sum("left"))
    return (sums["joined"] or 0) - (sums["left"] or 0)


def joined_between(first: date, last: date) -> QuerySet[Movement]:
    """Movements of the days from ``first`` to ``last``; sum ``joined`` or ``left``."""
    return Movement.objects.filter(day__gte=first, day__lte=last).select_related("community")


def meetings_between(first: date, last: date) -> list[tuple[Community, Meeting]]:
    """Meetings that took place, with their community."""
    return [
        (community, meeting)
        for community in Community.objects.order_by("pk")
        for meeting in held(community.slug, first, last)
    ]


def questions_between(first: date, last: date) -> QuerySet[Question]:
    """Questions that were shown for the first time from ``first`` to ``last``."""
    return Question.objects.filter(
        shown_at__date__gte=first, shown_at__date__lte=last
    ).select_related("community")


def answers_between(first: date, last: date) -> QuerySet[Answer]:
    """Answers that were shown for the first time from ``first`` to ``last``."""
    return Answer.objects.filter(
        shown_at__date__gte=first, shown_at__date__lte=last
    ).select_related("question__community")


def last_written(community: Community) -> datetime | None:
    """When something was shown last."""
    times = [
        row.shown_at
        for row in (
            shown_questions(community).first(),
            Answer.objects.filter(question__community=community, state=State.SHOWN)
            .order_by("-shown_at")
            .first(),
        )
        if row is not None and row.shown_at
    ]
    return max(times, default=None)
