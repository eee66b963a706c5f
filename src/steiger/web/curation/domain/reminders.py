"""Asking representatives whether an entry is still right: oldest first, each mail once.

An entry's reminders and their mails are written in one transaction under the lock of its row, and a
reminder is unique for person, time and number; so two workers, or one that begins again after a
crash, cannot write to anybody twice. Whether a mail still leaves is asked once more when it leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from steiger.regions.curation import CurationRules
from steiger.web.accounts.domain import audit
from steiger.web.background.domain.mail import TASK
from steiger.web.background.domain.policies import policy_of
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.retention import add_months
from steiger.web.cases.domain.tokens import hash_of, new_token
from steiger.web.curation.domain import letters
from steiger.web.curation.domain.cycle import Standing, Step, next_step
from steiger.web.curation.domain.freshness import NOT_CONFIRMED, confirm, rules
from steiger.web.curation.models import Confirmation, Freshness, Reminder, Representation
from steiger.web.directory.domain.actors import withdraw_actor
from steiger.web.directory.domain.index import queue
from steiger.web.directory.models import Actor

log = structlog.get_logger("steiger.curation")
GUARD = "curation.reminder"
ACTIVE = Representation.State.ACTIVE
State = Freshness.State


def run_cycle(now: datetime | None = None) -> dict[str, int]:
    """Do for every entry what its time asks for; returns how many of what. Oldest first."""
    now = now or timezone.now()
    given = rules()
    begin_cycles()
    done = dict.fromkeys((step.value for step in Step if step is not Step.NOTHING), 0)
    for number in due(given, now).values_list("actor_id", flat=True).iterator():
        step = _advance(number, given, now)
        if step is not Step.NOTHING:
            done[step.value] += 1
    log.info("curation.reminders", **done)
    return done


def begin_cycles() -> int:
    """Give entries for which somebody speaks their row, and let the time begin; returns how many.

    The time begins with the last confirmation or the first representative, whichever is later: an
    old entry that was just taken over is not overdue on its first night.
    """
    speaking = Actor.objects.filter(
        state=Actor.State.PUBLISHED, representations__state=ACTIVE, freshness=None
    )
    found = speaking.annotate(
        began=Min("representations__began_at", filter=Q(representations__state=ACTIVE)),
        asked=Min("representations__requested_at", filter=Q(representations__state=ACTIVE)),
        last=Max("confirmations__at"),
    ).annotate(start=Coalesce("began", "asked"))
    found = found.annotate(count_from=Coalesce(Greatest("start", "last"), "start"))
    rows = [Freshness(actor_id=pk, since=at) for pk, at in found.values_list("pk", "count_from")]
    Freshness.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def due(given: CurationRules, now: datetime) -> QuerySet[Freshness]:
    """Entries in their cycle that are no longer fresh, the oldest first."""
    speaking = Representation.objects.filter(state=ACTIVE).values("actor")
    found = Freshness.objects.filter(
        actor__state=Actor.State.PUBLISHED,
        actor__in=speaking,
        since__lte=add_months(now, -given.fresh_months),
    )
    return found.exclude(state=State.ARCHIVED).order_by("since", "actor_id")


@transaction.atomic
def _advance(number: int, given: CurationRules, now: datetime) -> Step:
    """One step of one entry, under its lock."""
    row = (
        Freshness.objects.select_for_update(of=("self",))
        .select_related("actor")
        .get(actor_id=number)
    )
    people = list(
        Representation.objects.filter(actor_id=number, state=ACTIVE).select_related("user")
    )
    if not people or row.actor.state != Actor.State.PUBLISHED:
        return Step.NOTHING
    step = next_step(standing(row), given, now)
    if step is Step.REMIND:
        last = _of_cycle(row).aggregate(last=Max("number"))["last"] or 0
        _write(row, people, last + 1, given, now)
        row.state = State.ASKED
        row.save(update_fields=["state"])
    elif step is Step.UNCONFIRM:
        _unconfirm(row, now)
    elif step is Step.ARCHIVE:
        withdraw_actor(actor=row.actor, by=audit.SYSTEM, reason=NOT_CONFIRMED)
        row.state, row.archived_at = State.ARCHIVED, now
        row.save(update_fields=["state", "archived_at"])
        _write(row, people, 0, given, now)
    return step


def standing(row: Freshness) -> Standing:
    """What the rules have to know of an entry."""
    reminders = _of_cycle(row).exclude(number=0)
    delivered = reminders.exclude(left_at=None).values("number").distinct().count()
    return Standing(
        since=row.since,
        delivered=delivered,
        last_made=reminders.aggregate(last=Max("made_at"))["last"],
        unconfirmed_at=row.unconfirmed_at,
        archived=row.state == State.ARCHIVED,
    )


def _of_cycle(row: Freshness) -> QuerySet[Reminder]:
    return Reminder.objects.filter(actor_id=row.actor_id, since=row.since)


def _unconfirm(row: Freshness, now: datetime) -> None:
    row.state, row.unconfirmed_at = State.UNCONFIRMED, now
    row.save(update_fields=["state", "unconfirmed_at"])
    actor = row.actor
    before, actor.verified_on = actor.verified_on, None
    actor.save(update_fields=["verified_on"])
    changes = {"verified_on": [before and before.isoformat(), None]}
    audit.record(by=audit.SYSTEM, act="directory.actor.unconfirm", on=actor, changes=changes)
    queue([actor.pk])


def _write(
    row: Freshness, people: list[Representation], number: int, given: CurationRules, now: datetime
) -> None:
    for one in people:
        token, digest = new_token()
        reminder = Reminder.objects.create(
            actor_id=row.actor_id,
            representation=one,
            since=row.since,
            number=number,
            token_hash=digest,
            made_at=now,
            expires_at=now + timedelta(days=given.link_days),
        )
        mail = letters.remind(reminder, one, token, of=given.reminders, guard=GUARD)
        Reminder.objects.filter(pk=reminder.pk).update(mail=mail.id)
    act = "curation.reminder.archive" if number == 0 else "curation.reminder.write"
    told = {"number": number, "mails": len(people)}
    audit.record(by=audit.SYSTEM, act=act, on=row.actor, changes=told)


def may_leave(mail: UUID) -> bool:
    """Whether a mail still leaves: nobody has confirmed since, and the person still speaks."""
    found = Reminder.objects.filter(
        mail=mail, representation__state=ACTIVE, since=F("actor__freshness__since")
    )
    return found.exists()


def has_left(mail: UUID) -> None:
    """The mail server has taken a mail."""
    Reminder.objects.filter(mail=mail).update(left_at=timezone.now())


# --- the link -------------------------------------------------------------------------------------
class LinkError(ValueError):
    """The link does not work; ``code`` says why: unknown, expired, used."""

    def __init__(self, code: str, at: datetime | None = None) -> None:
        super().__init__(code)
        self.code, self.at = code, at


def reminder_of(token: str, *, lock: bool = False) -> Reminder:
    """The reminder whose mail holds this link, if it still works.

    Raises:
        LinkError: unknown, expired, or used.
    """
    rows = Reminder.objects.select_related("actor", "representation")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(token_hash=hash_of(token)).first()
    if found is None:
        raise LinkError("unknown")
    if found.used_at is not None:
        raise LinkError("used", found.used_at)
    if found.expires_at <= timezone.now() or found.representation.state != ACTIVE:
        raise LinkError("expired", found.expires_at)
    return found


@transaction.atomic
def use_link(token: str, *, how: str = Confirmation.How.LINK) -> Actor:
    """Confirm by a link from a mail; it works once.

    Raises:
        LinkError: unknown, expired, or used.
        FreshnessError: the entry was merged, or withdrawn for another reason.
    """
    reminder = reminder_of(token, lock=True)
    reminder.used_at = timezone.now()
    reminder.save(update_fields=["used_at"])
    by = audit.Actor(reminder.representation.user_id, "representative")
    role = Confirmation.Role.REPRESENTATIVE
    confirm(actor=reminder.actor, role=role, how=how, by=by)
    return reminder.actor


# --- what happened to the mails -------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Delivery:
    """Mails of reminders: taken by the mail server, on their way, failed."""

    left: int
    under_way: int
    failed: int


def deliveries() -> Delivery:
    """Counted from the rows. A mail has failed that is gone without having left, or given up."""
    rows = Reminder.objects.all()
    total, left = rows.count(), rows.exclude(left_at=None).count()
    under_way = rows.filter(left_at=None, mail__in=_waiting()).count()
    return Delivery(left, under_way, total - left - under_way)


def failed_mails() -> Iterator[Reminder]:
    """Reminders whose mail did not leave and is tried no more."""
    rows = Reminder.objects.filter(left_at=None).exclude(mail__in=_waiting())
    return rows.select_related("actor").iterator()


def _waiting() -> QuerySet[OutgoingMail, Any]:
    attempts = policy_of(TASK).attempts
    return OutgoingMail.objects.filter(sent_at=None, attempts__lt=attempts).values("id")
