"""What came of it? Asked 30 and 180 days after a talk, answered behind a secret link."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, VISITOR, record
from steiger.web.advice.domain import mails
from steiger.web.advice.domain.booking import ROOM, answer_source
from steiger.web.advice.models import Booking, FollowUp
from steiger.web.cases.domain import record as cases
from steiger.web.cases.models import CaseEntry

AFTER_DAYS = (30, 180)
#: Who was not asked in time (the product stood still) is not asked much later.
LATEST = timedelta(days=30)
AT_ONCE = 200
LONGEST_WORDS = 2000


def ask_due(*, now: datetime | None = None) -> int:
    """Ask every firm whose time has come, once; returns how many."""
    now = now or timezone.now()
    asked = 0
    for days in AFTER_DAYS:
        due = now - timedelta(days=days)
        bookings = (
            Booking.objects.filter(
                state=Booking.State.HELD,
                ends_at__lte=due,
                ends_at__gt=due - LATEST,
                erased_at=None,
                example=False,
            )
            .exclude(email="")
            .exclude(follow_ups__days=days)
            .select_related("adviser", "place")[:AT_ONCE]
        )
        for booking in bookings:
            asked += _ask(booking, days, now)
    return asked


@transaction.atomic
def _ask(booking: Booking, days: int, now: datetime) -> int:
    question, created = FollowUp.objects.get_or_create(
        booking=booking, days=days, defaults={"asked_at": now}
    )
    if not created:
        return 0
    record(by=SYSTEM, act="advice.follow_up.ask", on=question)
    mails.question(question)
    return 1


@transaction.atomic
def answer(
    *, follow_up_id: int, kind: FollowUp.Answer, words: str, now: datetime | None = None
) -> FollowUp:
    """Keep the answer and tell the firm's case; answering again replaces what was said.

    Raises:
        FollowUp.DoesNotExist: the question was erased with its booking.
    """
    now = now or timezone.now()
    question = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("booking__firm")
        .get(pk=follow_up_id, booking__erased_at=None)
    )
    question.answer, question.words = kind, words.strip()[:LONGEST_WORDS]
    question.answered_at = now
    question.save(update_fields=["answer", "words", "answered_at"])
    record(by=VISITOR, act="advice.follow_up.answer", on=question)
    firm = question.booking.firm
    if firm is not None:
        cases.record(
            firm=firm,
            kind=CaseEntry.Kind.OUTCOME,
            happened_at=now,
            title=f"Nach {question.days} Tagen: {ANSWERS_DE[kind]}",
            room=ROOM,
            source=answer_source(question),
            details={"answer": kind, "words": question.words, "days": question.days},
            result=RESULTS[kind],
            by=VISITOR,
        )
    return question


#: The case is kept in German.
ANSWERS_DE = {
    FollowUp.Answer.USED: "im Einsatz",
    FollowUp.Answer.TRYING: "wird erprobt",
    FollowUp.Answer.PLANNED: "Vorhaben beschlossen",
    FollowUp.Answer.OPEN: "noch nichts begonnen",
    FollowUp.Answer.DROPPED: "verworfen",
}
#: What an answer counts as; that a firm answered does not make it an outcome.
RESULTS = {
    FollowUp.Answer.USED: CaseEntry.Result.IN_USE,
    FollowUp.Answer.TRYING: CaseEntry.Result.TRYING,
    FollowUp.Answer.PLANNED: CaseEntry.Result.PLANNED,
    FollowUp.Answer.OPEN: CaseEntry.Result.NOT_BEGUN,
    FollowUp.Answer.DROPPED: CaseEntry.Result.DECIDED_AGAINST,
}
