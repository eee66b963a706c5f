"""What waits for the editors, and deciding on many at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from steiger.regions import load_curation_rules
from steiger.web.accounts.domain import audit
from steiger.web.curation.domain import decisions
from steiger.web.curation.domain.decisions import DecisionError
from steiger.web.curation.domain.effects import EffectError
from steiger.web.curation.models import Decision, Submission
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.domain.reconcile import ChangedError

State = Submission.State
WAITING = (State.WAITING, State.SECOND)
FAILURES = (DecisionError, EffectError, ChangedError, ActorError)


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits, and how much of it longer than the editors want."""

    waiting: int
    late: int
    asked: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Together:
    """What one act on many did. ``failed``: submission and the failure."""

    batch: uuid.UUID
    done: tuple[Submission, ...]
    failed: tuple[tuple[Submission, Exception], ...]


def waiting(kind: str = "") -> QuerySet[Submission]:
    """What has to be decided, the oldest first; what was asked back waits for the person."""
    rows = Submission.objects.filter(state__in=WAITING).select_related("actor", "source")
    rows = rows.annotate(proofs=Count("evidence")).order_by("created_at", "pk")
    return rows.filter(kind=kind) if kind else rows


def late_before(now: datetime | None = None) -> datetime:
    """What is older than this waits longer than the region's editors want."""
    days = load_curation_rules(settings.REGION).answer_days
    return (now or timezone.now()) - timedelta(days=days)


def load() -> Load:
    """Counts for the desk and the day's page."""
    rows = Submission.objects.filter(state__in=WAITING)
    kinds = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return Load(
        waiting=sum(kinds.values()),
        late=rows.filter(created_at__lt=late_before()).count(),
        asked=Submission.objects.filter(state=State.ASKED).count(),
        kinds=kinds,
    )


def neighbours(row: Submission, kind: str = "") -> tuple[Submission | None, Submission | None]:
    """The one before and the one after it in the queue."""
    rows = waiting(kind)
    at, key = row.created_at, row.pk
    later = rows.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=key))
    earlier = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key))
    return earlier.last(), later.first()


def recent(by: audit.Actor, limit: int = 5) -> list[Decision]:
    """What an editor decided last and can take back."""
    rows = Decision.objects.filter(user=by.user_number, undone_at=None)
    return list(rows.select_related("submission").order_by("-pk")[:limit])


def decide_all(
    rows: Iterable[tuple[Submission, int]], *, by: audit.Actor, outcome: str, reason: str
) -> Together:
    """Decide on many alike; each on its own, so that one that fails holds up no other.

    Args:
        rows: submissions with the versions that were looked at.
    """
    acts = {"accept": decisions.accept, "reject": decisions.reject, "ask": decisions.ask}
    batch = uuid.uuid4()
    done: list[Submission] = []
    failed: list[tuple[Submission, Exception]] = []
    for row, version in rows:
        try:
            acts[outcome](row, by=by, reason=reason, version=version, batch=batch)
        except FAILURES as error:
            failed.append((row, error))
        else:
            done.append(row)
    return Together(batch, tuple(done), tuple(failed))


def undo_all(batch: uuid.UUID, *, by: audit.Actor) -> Together:
    """Take back everything that one act decided, the last first."""
    done: list[Submission] = []
    failed: list[tuple[Submission, Exception]] = []
    rows = Decision.objects.filter(batch=batch, undone_at=None).select_related("submission")
    for decision in rows.order_by("-pk"):
        try:
            decisions.undo(decision, by=by)
        except FAILURES as error:
            failed.append((decision.submission, error))
        else:
            done.append(decision.submission)
    return Together(batch, tuple(done), tuple(failed))
