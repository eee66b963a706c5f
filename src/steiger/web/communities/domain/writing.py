"""Questions, answers and notes: written by members, shown by moderators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.audit import VISITOR, record
from steiger.web.communities.domain.membership import ClosedError
from steiger.web.communities.domain.wiping import wipe_answers, wipe_questions
from steiger.web.communities.models import (
    Answer,
    Community,
    Contribution,
    Member,
    Note,
    Question,
    State,
)
from steiger.web.directory.models import Term

#: How long a note is shown unless it says less.
SHOWN_FOR = timedelta(days=90)
#: What one member may write within a day.
MOST_PER_DAY = 20


class TooMuchError(ValueError):
    """This member has written so much today that moderators cannot keep up."""


@transaction.atomic
def ask(*, member: Member, title: str, text: str = "") -> Question:
    """Ask the community something.

    Raises:
        ClosedError: it is an archive.
        TooMuchError: more than ``MOST_PER_DAY`` today.
    """
    _check(member, member.community)
    question = Question.objects.create(
        community=member.community,
        member=member,
        title=title.strip(),
        text=text.strip(),
        **_first_state(member),
    )
    record(by=VISITOR, act="communities.question.ask", on=question)
    return question


@transaction.atomic
def answer(*, member: Member, question: Question, text: str) -> Answer:
    """Answer a question.

    Raises:
        ClosedError: the community is an archive, or the question is of another one.
        TooMuchError: more than ``MOST_PER_DAY`` today.
    """
    _check(member, question.community)
    made = Answer.objects.create(
        question=question, member=member, text=text.strip(), **_first_state(member)
    )
    record(by=VISITOR, act="communities.answer.give", on=made)
    return made


@transaction.atomic
def put_note(
    *,
    member: Member,
    kind: str,
    title: str,
    text: str = "",
    topics: Sequence[Term] = (),
    roles: Sequence[str] = (),
    until: date | None = None,
) -> Note:
    """Say what one offers or seeks.

    Raises:
        ClosedError: the community is an archive.
        TooMuchError: more than ``MOST_PER_DAY`` today.
    """
    _check(member, member.community)
    last = timezone.localdate() + SHOWN_FOR
    note = Note.objects.create(
        community=member.community,
        member=member,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        roles=sorted(set(roles)),
        until=min(until or last, last),
        **_first_state(member),
    )
    note.topics.set(topics)
    record(by=VISITOR, act="communities.note.put", on=note)
    return note


@transaction.atomic
def take_back(*, member: Member, thing: Contribution) -> None:
    """Erase what one has written oneself; a question goes with its answers.

    Raises:
        ValueError: somebody else wrote it.
    """
    if thing.member_id != member.id:  # type: ignore[attr-defined]
        raise ValueError("Only whoever wrote it can take it back.")
    record(by=VISITOR, act=f"communities.{thing._meta.model_name}.take_back", on=thing)
    if isinstance(thing, Question):
        wipe_questions(Question.objects.filter(pk=thing.pk))
    elif isinstance(thing, Answer):
        wipe_answers(Answer.objects.filter(pk=thing.pk))
    else:
        thing.delete()


@transaction.atomic
def decide(*, thing: Contribution, show: bool, by: audit.Actor) -> Contribution:
    """Show or hide a contribution."""
    kept: Any = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    wanted = State.SHOWN if show else State.HIDDEN
    if kept.state == wanted:
        return kept
    if kept.state == State.ERASED:
        return kept  # its words are gone; there is nothing to decide
    before, kept.state, kept.decided_at = kept.state, wanted, timezone.now()
    if show and kept.shown_at is None:
        kept.shown_at = kept.decided_at
    kept.save(update_fields=["state", "decided_at", "shown_at"])
    record(
        by=by,
        act=f"communities.{thing._meta.model_name}.{'show' if show else 'hide'}",
        on=kept,
        changes={"state": [before, str(wanted)]},
    )
    return kept


def _first_state(member: Member) -> dict[str, Any]:
    """Moderators need nobody to look at what they write."""
    if not member.moderator:
        return {}
    now = timezone.now()
    return {"state": State.SHOWN, "shown_at": now, "decided_at": now}


def _check(member: Member, community: Community) -> None:
    fresh = Community.objects.get(pk=community.pk)
    if not fresh.is_open or member.community_id != fresh.pk or not member.confirmed_at:
        raise ClosedError
    since = timezone.now() - timedelta(days=1)
    written = sum(
        model._default_manager.filter(member=member, created_at__gte=since).count()
        for model in (Question, Answer, Note)
    )
    if written >= MOST_PER_DAY and not member.moderator:
        raise TooMuchError
