"""Acts on circulars: write, try, send, stop, go on. Each person gets each circular once at most.

A recipient's row and its mail are written in one transaction, under the lock of the circular; so
two workers, or one that begins again after a crash, cannot write to anybody twice. Whether the
mail may still leave is asked once more when it leaves (:func:`may_leave`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.leaving import still_agrees
from steiger.web.desk.domain import mails
from steiger.web.desk.domain.audience import Filters, audience
from steiger.web.desk.models import Circular, Recipient

TASK = "steiger.web.desk.tasks.send_circular_task"
BATCH = 50
FIELDS = ("subject_de", "text_de", "subject_en", "text_en")
State = Circular.State


class CircularError(ValueError):
    """The act would break a rule; ``code`` says which, so that a page can say it in its words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def write(*, values: dict[str, str], filters: Filters, author: User, by: audit.Actor) -> Circular:
    """Begin a circular as a draft."""
    circular = Circular.objects.create(
        **{name: values.get(name, "") for name in FIELDS},
        filters=filters.as_json(),
        author=author,
    )
    audit.record(by=by, act="desk.circular.write", on=circular)
    return circular


@transaction.atomic
def change(
    *, circular: Circular, values: dict[str, str], filters: Filters, by: audit.Actor
) -> Circular:
    """Change a draft.

    Raises:
        CircularError: ``begun``: it is on its way already.
    """
    circular = _locked(circular, State.DRAFT)
    for name in FIELDS:
        setattr(circular, name, values.get(name, ""))
    circular.filters, circular.changed_at = filters.as_json(), timezone.now()
    circular.save()
    audit.record(by=by, act="desk.circular.change", on=circular)
    return circular


@transaction.atomic
def drop(*, circular: Circular, by: audit.Actor) -> None:
    """Throw a draft away."""
    circular = _locked(circular, State.DRAFT)
    audit.record(by=by, act="desk.circular.drop", on=circular)
    circular.delete()


@transaction.atomic
def try_out(*, circular: Circular, person: User, by: audit.Actor) -> int:
    """Send the mail to oneself, in each language in which it is written; returns how many."""
    languages = ("de", "en") if circular.text_en else ("de",)
    for language in languages:
        mails.trial(circular, person.email, language)
    audit.record(by=by, act="desk.circular.try", on=circular)
    return len(languages)


@transaction.atomic
def start(*, circular: Circular, expected: int, by: audit.Actor) -> int:
    """Send it to everybody whom it is meant for now; returns to how many.

    Args:
        expected: the number that the sender was shown.

    Raises:
        CircularError: ``begun``, ``nobody``, or ``changed``: meanwhile it is another number.
    """
    circular = _locked(circular, State.DRAFT)
    people = audience(Filters.of(circular.filters))
    if not people:
        raise CircularError("nobody")
    if len(people) != expected:
        raise CircularError("changed")
    Recipient.objects.bulk_create(
        [Recipient(circular=circular, contact=contact) for contact in people], batch_size=500
    )
    circular.state, circular.people, circular.started_at = (
        State.SENDING,
        len(people),
        timezone.now(),
    )
    circular.save()
    told = {"people": len(people), "filters": circular.filters}
    audit.record(by=by, act="desk.circular.send", on=circular, changes=told)
    import_string(TASK).enqueue(circular_id=circular.pk)
    return len(people)


@transaction.atomic
def stop(*, circular: Circular, by: audit.Actor) -> None:
    """Let no further mail leave, also none that waits for the mail server.

    Raises:
        CircularError: ``over``: everything has left, or it was stopped already.
    """
    circular = _locked(circular, State.SENDING, State.DONE, code="over")
    if circular.state == State.DONE and not progress(circular).under_way:
        raise CircularError("over")
    circular.state, circular.finished_at = State.STOPPED, None
    circular.save(update_fields=["state", "finished_at"])
    audit.record(by=by, act="desk.circular.stop", on=circular)


@transaction.atomic
def resume(*, circular: Circular, by: audit.Actor) -> None:
    """Go on where it was stopped.

    Raises:
        CircularError: ``over``: it is not stopped.
    """
    circular = _locked(circular, State.STOPPED, code="over")
    circular.state = State.SENDING
    circular.save(update_fields=["state"])
    audit.record(by=by, act="desk.circular.resume", on=circular)
    import_string(TASK).enqueue(circular_id=circular.pk)


def serve(circular_id: int) -> int:
    """Make the mails of a circular, batch by batch, until nobody waits; returns how many."""
    made = 0
    while (batch := _serve_batch(circular_id)) is not None:
        made += batch
    return made


@transaction.atomic
def _serve_batch(circular_id: int) -> int | None:
    circular = Circular.objects.select_for_update().filter(pk=circular_id).first()
    if circular is None or circular.state != State.SENDING:
        return None
    waiting = circular.recipients.filter(state=Recipient.State.WAITING)
    batch = list(waiting.select_related("contact__firm")[:BATCH])
    if not batch:
        circular.state, circular.finished_at = State.DONE, timezone.now()
        circular.save(update_fields=["state", "finished_at"])
        return None
    made = 0
    for one in batch:
        if one.contact is None or not still_agrees(one.contact):
            one.state = Recipient.State.LEFT
        else:
            one.mail = mails.queue(circular, one.contact).id
            one.state = Recipient.State.MADE
            made += 1
        one.save(update_fields=["state", "mail"])
    return made


def may_leave(mail: UUID) -> bool:
    """Whether a mail still leaves: the circular is not stopped, and the person still agrees.

    Called by the worker within its transaction. What a stop held back waits for its going on.
    """
    one = Recipient.objects.select_related("circular", "contact").filter(mail=mail).first()
    if one is None:
        return False
    if one.circular.state == State.STOPPED and _is_stopped(one.circular_id):
        one.state, one.mail = Recipient.State.WAITING, None
    elif one.contact is None or not still_agrees(one.contact):
        one.state = Recipient.State.LEFT
    else:
        return True
    one.save(update_fields=["state", "mail"])
    return False


def has_left(mail: UUID) -> None:
    """The mail server has taken a mail."""
    Recipient.objects.filter(mail=mail).update(state=Recipient.State.SENT)


def _is_stopped(circular_id: int) -> bool:
    """Under the lock, so that nobody is put back behind a circular that has just gone on."""
    found = Circular.objects.select_for_update().get(pk=circular_id)
    return found.state == State.STOPPED


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a circular has come, in people.

    Attributes:
        handed_over: the mail server has taken the mail.
        under_way: a mail is made and waits for the mail server, or for its next attempt.
        waiting: no mail is made yet.
        left: did not agree any more, were erased, or could not be reached.
    """

    people: int
    handed_over: int
    under_way: int
    waiting: int
    left: int


def progress(circular: Circular) -> Progress:
    """Counted from the recipients; from the kept counters once these are erased."""
    rows = circular.recipients.all()
    states: dict[str, Any] = dict.fromkeys(Recipient.State.values, 0)
    for state in rows.values_list("state", flat=True):
        states[state] += 1
    if not any(states.values()):
        return Progress(circular.people, circular.sent, 0, 0, circular.left)
    made = rows.filter(state=Recipient.State.MADE).values("mail")
    # A mail that is gone without having left was taken out with its address, or given up.
    under_way = OutgoingMail.objects.filter(id__in=made, sent_at=None).count()
    return Progress(
        people=circular.people,
        handed_over=states["sent"],
        under_way=under_way,
        waiting=states["waiting"],
        left=states["left"] + states["made"] - under_way,
    )


def _locked(circular: Circular, *states: str, code: str = "begun") -> Circular:
    found = Circular.objects.select_for_update().get(pk=circular.pk)
    if found.state not in states:
        raise CircularError(code)
    return found
