"""Erasing in time: names, answers, words. The counted figures stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.cases.domain.erasing import let_go
from steiger.web.events.domain.persons import forget_salts
from steiger.web.events.domain.telling_cases import ROOM, SOURCE
from steiger.web.events.models import Answer, Event, Feedback, Question, Registration, Scan

#: Who left, or was told that it is called off, is erased this long after that.
KEEP_LEFT = timedelta(days=30)
KEEP_WORDS = timedelta(days=365)
EMPTY = {
    "name": "",
    "email": "",
    "firm_name": "",
    "firm_size": "",
    "firm_sector": "",
    "firm_municipality": "",
    "code": "",
}
GONE = (Registration.State.LEFT, Registration.State.LAPSED, Registration.State.CALLED_OFF)


def erase_due(now: datetime | None = None) -> int:
    """Erase everything whose time is up; returns how many rows."""
    now = now or timezone.now()
    return _answers(now) + _registrations(now) + _words(now) + forget_salts(now)


@transaction.atomic
def _answers(now: datetime) -> int:
    number = 0
    for question in (
        Question.objects.filter(event__ends_at__lt=now, answers__isnull=False)
        .distinct()
        .select_related("event")
    ):
        if question.event.ends_at + timedelta(days=question.keep_days) <= now:
            number += Answer.objects.filter(question=question).delete()[0]
    return number


@transaction.atomic
def _registrations(now: datetime) -> int:
    left = Q(state__in=GONE, ended_at__lt=now - KEEP_LEFT)
    due: list[Registration] = list(
        Registration.objects.filter(left, erased_at=None).select_for_update()
    )
    for event in Event.objects.filter(ends_at__lt=now, registrations__erased_at=None).distinct():
        if event.ends_at + timedelta(days=event.keep_days) <= now:
            due += list(event.registrations.filter(erased_at=None).select_for_update())
    keys, addresses = {row.pk for row in due}, {row.email for row in due}
    erase(keys, now)
    sources = [f"{SOURCE}{key}" for key in keys]
    let_go(addresses=addresses, room=ROOM, sources=sources, at=now)
    return len(keys)


def erase(keys: Iterable[UUID], now: datetime) -> None:
    """Erase names, answers and codes of registrations; needs a transaction."""
    ids = list(keys)
    rows = Registration.objects.filter(pk__in=ids)
    Answer.objects.filter(registration__in=ids).delete()
    Scan.objects.filter(registration__in=ids).update(code="")
    rows.update(**EMPTY, erased_at=now)
    act = "events.registration.erase"
    record_many(by=SYSTEM, entries=[Entry(act, "events.registration", str(k), "") for k in ids])


@transaction.atomic
def _words(now: datetime) -> int:
    old = Feedback.objects.filter(given_on__lt=timezone.localdate(now - KEEP_WORDS))
    return old.exclude(text="").update(text="")
