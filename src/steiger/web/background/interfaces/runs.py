"""Runs as people see them: named, in words, with how far they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain.policies import policy_of
from steiger.web.background.domain.queries import known_tasks, progress_of
from steiger.web.background.models import TaskProgress

STATE_NAMES = {
    "": pgettext_lazy("runs", "All"),
    "running": gettext_lazy("At work"),
    "waiting": gettext_lazy("Waiting"),
    "failed": gettext_lazy("Failed"),
    "successful": pgettext_lazy("runs", "Done"),
}
_STATES = {"RUNNING": "running", "READY": "waiting", "FAILED": "failed", "SUCCESSFUL": "successful"}

#: Ends of class paths → what happened, in words. Our own errors speak for themselves.
REASONS = {
    "LostWorkerError": gettext_lazy("The worker ended before the work was finished."),
    "OperationalError": gettext_lazy("The database was locked or could not be reached."),
    "IntegrityError": gettext_lazy("The data contradicted what the database holds."),
    "TimeoutError": gettext_lazy("Another system did not answer in time."),
    "ConnectionRefusedError": gettext_lazy("Another system refused the connection."),
    "SMTPAuthenticationError": gettext_lazy("The mail server refused user or password."),
    "SMTPRecipientsRefused": gettext_lazy("The mail server refused the recipient."),
    "DeliveryError": gettext_lazy("The mail server refused the recipient."),
    "SMTPServerDisconnected": gettext_lazy("The mail server broke off the connection."),
    "gaierror": gettext_lazy("The name of another system could not be found."),
    "MemoryError": gettext_lazy("There was not enough memory."),
    "ImportError": gettext_lazy("This version no longer knows the task."),
    "ModuleNotFoundError": gettext_lazy("This version no longer knows the task."),
}


class RunFilter(forms.Form):
    """What the list is narrowed to; the state stands in the tabs."""

    task = forms.ChoiceField(label=gettext_lazy("Task"), required=False)
    state = forms.ChoiceField(
        choices=list(STATE_NAMES.items()),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["task"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        choices = [(path, str(policy_of(path).label)) for path in known_tasks()]
        field.choices = [("", _("All tasks")), *choices]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, ready to be shown.

    Attributes:
        state: key of the state, see STATE_NAMES.
        when: the last thing that happened to it.
        done, total: steps; total is None if unknown or not reported.
        reason: why it failed last, in words; also while it waits for another attempt.
        traceback: for administrators.
    """

    id: UUID
    label: str
    state: str
    state_name: str
    when: datetime
    duration: str
    attempts: int
    next_attempt: datetime | None
    done: int
    total: int | None
    message: str
    reason: str
    traceback: str

    @property
    def percent(self) -> int | None:
        """How far it is, 0 to 100; None if unknown."""
        return min(100, 100 * self.done // self.total) if self.total else None


def run_rows(runs: Iterable[DBTaskResult]) -> list[RunRow]:
    """Rows for a page of runs, with one query for their progress."""
    page = list(runs)
    progress = progress_of(run.id for run in page)
    return [_row(run, progress.get(run.id)) for run in page]


def _row(run: DBTaskResult, progress: TaskProgress | None) -> RunRow:
    state = _STATES[run.status]
    waits = state == "waiting" and run.run_after is not None and run.run_after.year < 9999
    return RunRow(
        id=run.id,
        label=str(policy_of(run.task_path).label),
        state=state,
        state_name=str(STATE_NAMES[state]),
        when=run.finished_at or run.started_at or run.enqueued_at,
        duration=duration_text(run.started_at, run.finished_at),
        attempts=len(run.worker_ids),
        next_attempt=run.run_after if waits and run.run_after > timezone.now() else None,
        done=progress.done if progress else 0,
        total=progress.total if progress else None,
        # Rooms keep a text of their own catalogue here; what is none stays as it is.
        message=_(progress.message) if progress and progress.message else "",
        reason=failure_reason(run.exception_class_path, run.traceback),
        traceback=run.traceback,
    )


def failure_reason(class_path: str, traceback: str) -> str:
    """Why a run failed, in words; empty if it did not."""
    if not class_path:
        return ""
    name = class_path.rpartition(".")[2]
    if name in REASONS:
        return str(REASONS[name])
    lines = traceback.strip().splitlines() or [""]
    message = lines[-1].partition(": ")[2]
    if class_path.startswith("steiger.") and message:
        return message
    return _("Unforeseen error (%(name)s).") % {"name": name}


def duration_text(begin: datetime | None, end: datetime | None) -> str:
    """How long it took, or has taken so far, in words."""
    if begin is None:
        return "–"
    taken = max((end or timezone.now()) - begin, timedelta(0))
    seconds = int(taken.total_seconds())
    if seconds < 1:
        return _("under 1 second")
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = seconds // 60
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
