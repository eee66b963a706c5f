"""What an accepted submission does on the map, and how that is taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person
from steiger.web.accounts.models import User
from steiger.web.curation.domain.freshness import confirm_change, take_back
from steiger.web.curation.domain.representing import after_end
from steiger.web.curation.models import Admission, Decision, Representation, Submission
from steiger.web.directory.domain.actors import create_actor, restore_actor, withdraw_actor
from steiger.web.directory.domain.queries import target_of
from steiger.web.directory.domain.reconcile import (
    ChangedError,
    apply_change,
    content_of,
    reconcile,
    slot_of,
    today_of,
    write_all,
)
from steiger.web.directory.domain.sources import OWNER, get_source
from steiger.web.directory.domain.statements import StatementError, from_data
from steiger.web.directory.models import Actor, Source

Kind = Submission.Kind
Kept = dict[str, Any]


class EffectError(ValueError):
    """What a submission asks for is not possible.

    ``code``: no_actor, no_person, no_name (none would be left), unreadable (a word is gone).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def apply(
    row: Submission, *, by: audit.Actor, reason: str, seen: str, keep: Collection[str]
) -> Kept:
    """Do what an accepted submission asks for; returns what is needed to undo it.

    Raises:
        EffectError: it is not possible.
        directory.domain.reconcile.ChangedError: the entry changed meanwhile.
    """
    try:
        if row.kind == Kind.CLAIM:
            return _represent(row)
        if row.kind == Kind.NEW:
            kept = _admit(row, by=by, reason=reason, seen=seen, keep=keep)
        else:
            kept = _change(row, by=by, reason=reason, seen=seen, keep=keep)
    except StatementError as error:
        raise EffectError("unreadable") from error
    kept |= {"admissions": _reasons_for_admission(row)}
    if row.kind == Kind.EDIT and (told := confirm_change(actor=_actor(row), user=row.user)):
        kept["confirmed"] = told
    return kept


def refuse(row: Submission) -> Kept:
    """What a rejected submission leaves behind: a claim's waiting representation goes."""
    if row.kind != Kind.CLAIM or row.actor_id is None:
        return {}
    waiting = Representation.objects.filter(
        actor=row.actor_id, user=row.user_id, state=Representation.State.REQUESTED
    )
    found = waiting.exists()
    waiting.delete()
    return {"was_requested": found}


def revert(row: Submission, decision: Decision, *, by: audit.Actor) -> list[str]:
    """Take back what a decision did; returns the slots in which a later edit stays.

    Raises:
        EffectError: it is not possible any more.
    """
    kept = decision.kept
    if kept.get("was_requested") and row.user_id and row.actor_id:
        Representation.objects.get_or_create(actor_id=row.actor_id, user_id=row.user_id)
    if decision.outcome != Decision.Outcome.ACCEPT or not decision.final:
        return []
    if row.kind == Kind.CLAIM:
        _stop_representing(kept)
        return []
    Admission.objects.filter(pk__in=kept["admissions"]).delete()
    actor = _actor(row)
    stays: list[str] = []
    if "source" in kept:
        stays = _change_back(actor, kept, by=by, reason=decision.reason)
    if "confirmed" in kept:
        take_back(actor=actor, kept=kept["confirmed"])
    if kept.get("created"):
        withdraw_actor(actor=actor, by=by, reason=decision.reason)
    if kept.get("withdrawn"):
        restore_actor(actor=actor, by=by, reason=decision.reason)
    return stays


def source_of(row: Submission) -> Source:
    """Whose word a submission changes: the actor's own, or that of an import."""
    return row.source or get_source(OWNER)


def _actor(row: Submission) -> Actor:
    if row.actor is None:
        raise EffectError("no_actor")
    return target_of(row.actor)


def _admit(
    row: Submission, *, by: audit.Actor, reason: str, seen: str, keep: Collection[str]
) -> Kept:
    if row.actor is not None:  # accepted before and undone: the entry comes back
        kept = _change(row, by=by, reason=reason, seen=seen, keep=keep)
        restore_actor(actor=_actor(row), by=by, reason=reason)
        return kept | {"created": True}
    values = from_data(sorted(row.after, key=_official_first))
    if not any(one["is"] == "name" for one in row.after):
        raise EffectError("no_name")
    kind = str(row.details.get("kind") or Actor.Kind.ORGANISATION)
    if kind not in Actor.Kind.values:
        raise EffectError("unreadable")
    # What was invented is still invented when it is admitted.
    example = bool(row.details.get("example"))
    row.actor = create_actor(
        values=values, by=by, source=OWNER, kind=kind, is_example=example, reason=reason
    )
    return {"created": True}


def _official_first(one: Mapping[str, Any]) -> tuple[bool, bool]:
    """The address of the page comes from the first name."""
    return one["is"] != "name", one.get("kind") != "official"


def _change(
    row: Submission, *, by: audit.Actor, reason: str, seen: str, keep: Collection[str]
) -> Kept:
    actor, source = _actor(row), source_of(row)
    if row.details.get("withdraw"):
        was = actor.state
        withdraw_actor(actor=actor, by=by, reason=reason)
        return {"withdrawn": was == Actor.State.PUBLISHED}
    try:
        before = apply_change(
            actor=actor, source=source, before=row.before, after=row.after,
            by=by, reason=reason, seen=seen, keep=keep,
        )  # fmt: skip
    except (StatementError, ChangedError):
        raise
    except ValueError as error:
        raise EffectError("no_name") from error
    return {"source": source.pk, "before": before, "after": today_of(actor, source)}


def _change_back(actor: Actor, kept: Kept, *, by: audit.Actor, reason: str) -> list[str]:
    """Backwards: from what the decision wrote to what stood there before, minding later edits."""
    source = Source.objects.get(pk=kept["source"])
    today = today_of(actor, source)
    found = reconcile(before=kept["after"], after=kept["before"], today=today)
    stays = [conflict.slot for conflict in found.conflicts]
    result = reconcile(before=kept["after"], after=kept["before"], today=today, keep=stays).result
    try:
        write_all(
            actor, source, result, by=by, act="directory.actor.undo", reason=reason, exact=True
        )
    except StatementError as error:
        raise EffectError("unreadable") from error
    except ValueError as error:
        raise EffectError("no_name") from error
    was = {content_of(one) for one in kept["after"]}
    later = {slot_of(one) for one in today if content_of(one) not in was}
    return sorted(later | set(stays))


def _represent(row: Submission) -> Kept:
    actor, user = _actor(row), row.user
    if user is None and row.email:
        user = User.objects.filter(email__iexact=row.email).first()
    if user is None and row.email and row.confirmed_at:
        user = create_person(email=row.email, by=audit.SYSTEM, verified=True)
    if user is None:
        raise EffectError("no_person")
    row.user = user
    found, made = Representation.objects.select_for_update().get_or_create(
        actor=actor, user=user, defaults={"language": row.language}
    )
    was = "" if made else str(found.state)
    if found.state != Representation.State.ACTIVE:
        others = Representation.objects.filter(actor=actor, responsible=True)
        found.state = Representation.State.ACTIVE
        found.ground = found.ground or Representation.Ground.MODERATOR
        found.began_at = timezone.now()
        found.responsible = not others.exclude(pk=found.pk).exists()
        found.save()
    return {"representation": found.pk, "representation_was": was}


def _stop_representing(kept: Kept) -> None:
    found = Representation.objects.filter(pk=kept["representation"])
    if kept["representation_was"] == "":
        found.delete()
        return
    row = found.first()
    if row is not None and kept["representation_was"] == Representation.State.REQUESTED:
        row.state, row.responsible, row.began_at = row.State.REQUESTED, False, None
        row.save()
        after_end(actor=row.actor, user=row.user, by=audit.SYSTEM)


def _reasons_for_admission(row: Submission) -> list[int]:
    """Keep on the actor what showed that it belongs on the map; returns the numbers."""
    if row.kind == Kind.IMPORT or row.actor_id is None:
        return []
    rows = [
        Admission(
            actor=_actor(row), submission=row, rule=e.rule, kind=e.kind, text=e.text, url=e.url
        )
        for e in row.evidence.all()
    ]
    return [one.pk for one in Admission.objects.bulk_create(rows)]
