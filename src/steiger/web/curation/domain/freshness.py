"""Confirming an entry, and reading how fresh it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.regions import load_curation_rules
from steiger.regions.curation import CurationRules
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleName, User
from steiger.web.curation.models import (
    Confirmation,
    Freshness,
    LinkCheck,
    Representation,
    Submission,
)
from steiger.web.directory.domain.actors import restore_actor
from steiger.web.directory.domain.index import queue
from steiger.web.directory.models import Actor

#: Reason in the log for an entry that left the map because nobody confirmed it, and the way back.
NOT_CONFIRMED, CONFIRMED_AGAIN = "not confirmed", "confirmed again"
#: Looks in a row that failed before anything is said in public.
FAILURES = 3


class FreshnessError(ValueError):
    """The act makes no sense; the message says why."""


def rules() -> CurationRules:
    """The region's time limits."""
    return load_curation_rules(settings.REGION)


@transaction.atomic
def confirm(*, actor: Actor, role: str, how: str, by: audit.Actor) -> Confirmation:
    """Somebody says that an entry is right: its time begins anew, and it comes back if archived.

    Raises:
        FreshnessError: it was merged, or withdrawn for another reason.
    """
    row = Actor.objects.select_for_update().get(pk=actor.pk)
    standing, _made = Freshness.objects.select_for_update().get_or_create(actor=row)
    archived = standing.state == Freshness.State.ARCHIVED
    if row.state != Actor.State.PUBLISHED and not (archived and row.state == Actor.State.WITHDRAWN):
        raise FreshnessError("This entry is not on the map.")
    now = timezone.now()
    if row.state == Actor.State.WITHDRAWN:
        restore_actor(actor=row, by=by, reason=CONFIRMED_AGAIN)
    made = Confirmation.objects.create(actor=row, at=now, role=role, how=how)
    before, row.verified_on = row.verified_on, timezone.localdate(now)
    row.save(update_fields=["verified_on"])
    standing.state, standing.since = Freshness.State.FRESH, now
    standing.unconfirmed_at = standing.archived_at = None
    standing.save()
    changes = {
        "verified_on": [before and before.isoformat(), row.verified_on.isoformat()],
        "how": [None, how],
    }
    audit.record(by=by, act="directory.actor.verify", on=row, changes=changes)
    queue([row.pk])
    actor.refresh_from_db()
    return made


def confirm_change(*, actor: Actor, user: User | None) -> dict[str, Any]:
    """A change by somebody who speaks for the actor was accepted: she has looked at the entry.

    Returns what :func:`take_back` needs; empty if nobody speaks, or the entry is not on the map.
    """
    if not speaks_for(user, actor) or actor.state != Actor.State.PUBLISHED or user is None:
        return {}
    before = Freshness.objects.filter(actor=actor).first()
    verified_on = actor.verified_on
    made = confirm(
        actor=actor,
        role=RoleName.REPRESENTATIVE,
        how=Confirmation.How.EDIT,
        by=audit.Actor(user.pk, str(RoleName.REPRESENTATIVE)),
    )
    return {
        "confirmation": made.pk,
        "verified_on": verified_on and verified_on.isoformat(),
        # To the microsecond: reminders of the running time are found by it.
        "standing": before
        and {
            "since": before.since.isoformat(),
            "state": str(before.state),
            "unconfirmed_at": before.unconfirmed_at and before.unconfirmed_at.isoformat(),
        },
    }


def take_back(*, actor: Actor, kept: Mapping[str, Any]) -> None:
    """Undo :func:`confirm_change`; a confirmation that came later stays and counts."""
    gone, _ = Confirmation.objects.filter(pk=kept["confirmation"]).delete()
    if not gone or Confirmation.objects.filter(actor=actor, pk__gt=kept["confirmation"]).exists():
        return
    Actor.objects.filter(pk=actor.pk).update(verified_on=kept["verified_on"])
    rows = Freshness.objects.filter(actor=actor)
    if kept["standing"] is None:
        rows.delete()
    else:
        rows.update(**kept["standing"])
    queue([actor.pk])


def speaks_for(user: object, actor: Actor) -> bool:
    """Whether a person is an active representative of an actor."""
    if not isinstance(user, User):
        return False
    active = Representation.State.ACTIVE
    return Representation.objects.filter(actor=actor, user=user, state=active).exists()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page says about the freshness of an entry.

    Attributes:
        last: the last confirmation; None if there was none.
        state: of the cycle; empty if the entry is in none.
        represented: whether somebody speaks for it.
        website: the last look at its website, if three in a row failed.
    """

    last: Confirmation | None
    state: str
    represented: bool
    website: LinkCheck | None


def standing_of(actor: Actor) -> Standing:
    """How fresh an entry is, for its page."""
    found = Freshness.objects.filter(actor=actor).first()
    website = LinkCheck.objects.filter(actor=actor, url=actor.website, failures__gte=FAILURES)
    return Standing(
        last=Confirmation.objects.filter(actor=actor).first(),
        state=found.state if found else "",
        represented=Representation.objects.filter(
            actor=actor, state=Representation.State.ACTIVE
        ).exists(),
        website=website.first(),
    )


def came_as_proposal(actor: Actor) -> bool:
    """Whether somebody proposed the entry and the editors took it onto the map."""
    kind, state = Submission.Kind.NEW, Submission.State.ACCEPTED
    return Submission.objects.filter(actor=actor, kind=kind, state=state).exists()


def archived_for_silence(actor: Actor) -> datetime | None:
    """When an entry left the map because nobody confirmed it; None if that is not the reason."""
    if actor.state != Actor.State.WITHDRAWN:
        return None
    found = Freshness.objects.filter(actor=actor, state=Freshness.State.ARCHIVED).first()
    return found.archived_at if found else None
