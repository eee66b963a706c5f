"""Tasks of advisers, and the mail that reminds of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.cases.domain import mails
from steiger.web.cases.domain.cases import CaseError, locked_case
from steiger.web.cases.domain.record import touch
from steiger.web.cases.models import Case, CaseTask


@transaction.atomic
def add_task(*, case: Case, title: str, due_on: date, assignee: User, by: audit.Actor) -> CaseTask:
    """Note what has to be done, by whom and until when."""
    case = locked_case(case)
    if not title.strip():
        raise CaseError("text")
    task = CaseTask.objects.create(
        case=case, title=title.strip()[:250], due_on=due_on, assignee=assignee
    )
    touch(case)
    audit.record(by=by, act="cases.task.add", on=task)
    return task


@transaction.atomic
def finish_task(*, task: CaseTask, by: audit.Actor) -> bool:
    """Tick a task off; whether it was open."""
    done = CaseTask.objects.filter(pk=task.pk, done_at=None).update(done_at=timezone.now())
    if done:
        touch(locked_case(task.case))
        audit.record(by=by, act="cases.task.finish", on=task)
    return bool(done)


@transaction.atomic
def remind_due(today: date | None = None) -> int:
    """Remind every adviser by one mail of the tasks that are due; returns how many mails.

    Each task is reminded of once. The mail names cases by number, never a firm or a person: nobody
    can erase what lies in a mailbox.
    """
    today = today or timezone.localdate()
    due = CaseTask.objects.select_for_update(of=("self",), skip_locked=False).filter(
        done_at=None, reminded_at=None, due_on__lte=today, case__state=Case.State.OPEN
    )
    by_person: dict[int, list[CaseTask]] = defaultdict(list)
    for task in due.exclude(assignee=None).select_related("assignee", "case"):
        by_person[task.assignee_id or 0].append(task)
    for tasks in by_person.values():
        person = tasks[0].assignee
        if person is None or not person.is_active:
            continue
        mails.remind(person, tasks)
    numbers = [task.pk for tasks in by_person.values() for task in tasks]
    CaseTask.objects.filter(pk__in=numbers).update(reminded_at=timezone.now())
    return len(by_person)
