"""What waits for a person who works for the hub today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain.queries import adviser_of, day_bookings, unmarked, window
from steiger.web.advice.models import Booking
from steiger.web.cases.domain.queries import open_tasks
from steiger.web.cases.models import CaseTask
from steiger.web.events.domain.queries import public_between
from steiger.web.events.models import Event

#: Tasks named here before the list of all.
MOST_TASKS = 8
DOORS_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Task:
    """A task, the firm's name, and whether its day has passed."""

    task: CaseTask
    firm: str
    late: bool


@dataclass(frozen=True, slots=True)
class Today:
    """Parts of the page. `advises`: whether the person has consultation hours."""

    day: date
    advises: bool
    talks: Sequence[Booking]
    unmarked: Sequence[Booking]
    tasks: Sequence[Task]
    more_tasks: int
    doors: Sequence[Event]
    coming: Sequence[Event]


def today(user: User, now: datetime | None = None) -> Today:
    """What waits for a person; only what the person may see anyway."""
    now = now or timezone.now()
    day = timezone.localdate(now)
    begin, end = window(day, day)
    adviser = adviser_of(user)
    tasks = list(open_tasks(user)) if user.has_role(RoleName.ADVISER) else []
    events = list(public_between(begin, end + DOORS_AHEAD))
    return Today(
        day=day,
        advises=adviser is not None,
        talks=list(day_bookings(adviser, day, day)) if adviser else [],
        unmarked=list(unmarked(adviser, now=now)) if adviser else [],
        tasks=[
            Task(task, task.case.firm.name, late=task.due_on < day) for task in tasks[:MOST_TASKS]
        ],
        more_tasks=max(len(tasks) - MOST_TASKS, 0),
        doors=[event for event in events if event.starts_at < end],
        coming=[event for event in events if event.starts_at >= end],
    )
