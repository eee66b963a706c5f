"""Deciding on what was submitted: accept, reject, ask back, and undo each of these.

One transaction writes the decision, what follows from it, the log entry and the mail. ``version``
is that of the submission as it was looked at; if somebody else was quicker, nothing happens.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.regions import load_curation_rules
from steiger.web.accounts.domain import audit
from steiger.web.curation.domain import effects
from steiger.web.curation.domain.deliveries import notify_decision
from steiger.web.curation.domain.telling import tell
from steiger.web.curation.models import Decision, Delivery, Submission
from steiger.web.directory.domain.writing import lock
from steiger.web.directory.models import Actor

State = Submission.State
_FINAL = {
    Decision.Outcome.ACCEPT: State.ACCEPTED,
    Decision.Outcome.REJECT: State.REJECTED,
    Decision.Outcome.ASK: State.ASKED,
}
_EVENTS = {
    Decision.Outcome.ACCEPT: Delivery.Event.ACCEPTED,
    Decision.Outcome.REJECT: Delivery.Event.REJECTED,
    Decision.Outcome.ASK: Delivery.Event.ASKED,
}


class DecisionError(ValueError):
    """It cannot be decided so. ``code`` names why:

    decided (nobody waits for it any more), version (somebody else was quicker), reason (not one of
    the region's for this outcome), same_eyes (a second editor has to agree), later (something
    came after it, undo that first), undone (it is undone already).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def accept(
    submission: Submission,
    *,
    by: audit.Actor,
    reason: str,
    version: int,
    words: str = "",
    seen: str = "",
    keep: Collection[str] = (),
    batch: uuid.UUID | None = None,
) -> Decision:
    """Accept it, and do what it asks for.

    Args:
        reason: key of one of the region's reasons for accepting.
        words: what the editor adds for the person.
        seen: mark of today's values as the editor saw them (``directory.domain.reconcile.seal``);
            needed only where they changed since the submission.
        keep: slots in which today's value stays.
        batch: common to decisions of one act.

    Raises:
        DecisionError: see there.
        directory.domain.reconcile.ChangedError: the entry changed meanwhile; look again.
        effects.EffectError: what it asks for is not possible (any more).
    """
    return _decide(
        submission, Decision.Outcome.ACCEPT, by=by, reason=reason, version=version, words=words,
        batch=batch, seen=seen, keep=keep,
    )  # fmt: skip


def reject(
    submission: Submission,
    *,
    by: audit.Actor,
    reason: str,
    version: int,
    words: str = "",
    batch: uuid.UUID | None = None,
) -> Decision:
    """Reject it; nothing changes on the map.

    Raises:
        DecisionError: see there.
    """
    return _decide(
        submission,
        Decision.Outcome.REJECT,
        by=by,
        reason=reason,
        version=version,
        words=words,
        batch=batch,
    )


def ask(
    submission: Submission,
    *,
    by: audit.Actor,
    reason: str,
    version: int,
    words: str = "",
    batch: uuid.UUID | None = None,
) -> Decision:
    """Ask the person something before deciding.

    Raises:
        DecisionError: see there.
    """
    return _decide(
        submission,
        Decision.Outcome.ASK,
        by=by,
        reason=reason,
        version=version,
        words=words,
        batch=batch,
    )


@transaction.atomic
def _decide(
    submission: Submission,
    outcome: Decision.Outcome,
    *,
    by: audit.Actor,
    reason: str,
    version: int,
    words: str,
    batch: uuid.UUID | None,
    **how: Any,
) -> Decision:
    row = locked(submission)
    _check(row, outcome, reason, version)
    final = _is_final(row, outcome, by)
    decision = Decision(
        submission=row,
        outcome=outcome,
        reason=reason,
        final=final,
        user_id=by.user_number,
        batch=batch,
        question=words.strip() if outcome == Decision.Outcome.ASK else "",
        kept={"was": _state_of(row)},
    )
    row.state = _FINAL[outcome] if final else State.SECOND
    row.reason, row.reason_words = reason, words.strip()
    row.first_decider_id = None if final else by.user_number
    row.decided_at = timezone.now() if final and outcome != Decision.Outcome.ASK else None
    if final and outcome == Decision.Outcome.ACCEPT:
        decision.kept |= effects.apply(row, by=by, reason=reason, **how)
    elif final and outcome == Decision.Outcome.REJECT:
        decision.kept |= effects.refuse(row)
    _save(row)
    decision.mail_id = tell(row, str(outcome)) if final else None
    if final:
        notify_decision(row, _EVENTS[outcome])
    decision.save()
    _log(row, f"curation.submission.{outcome}", by, decision.kept["was"]["state"], reason)
    _hand_back(submission, row)
    decision.submission = submission
    return decision


@transaction.atomic
def undo(decision: Decision, *, by: audit.Actor) -> list[str]:
    """Take a decision back: everything is as it was, but for what was edited since.

    A mail about it that has not left yet never leaves; if it has, another one says so. An entry
    that the decision brought onto the map is withdrawn, not erased.

    Returns:
        The slots in which an edit since then stays.

    Raises:
        DecisionError: undone or later.
        effects.EffectError: what it did cannot be undone any more.
    """
    row = locked(decision.submission)
    mine = Decision.objects.select_for_update().get(pk=decision.pk)
    if mine.undone_at:
        raise DecisionError("undone")
    if row.decisions.filter(undone_at=None, pk__gt=mine.pk).exists():
        raise DecisionError("later")
    stays = effects.revert(row, mine, by=by)
    was, state = mine.kept["was"], str(row.state)
    row.state, row.reason, row.reason_words = was["state"], was["reason"], was["words"]
    row.first_decider_id = was["first_decider"]
    row.decided_at = None
    _save(row)
    mine.undone_at = timezone.now()
    mine.save(update_fields=["undone_at"])
    if mine.told_at:
        tell(row, "undone")
    if mine.final:
        notify_decision(row, Delivery.Event.REOPENED)
    _log(row, "curation.submission.undo", by, state, mine.reason)
    decision.undone_at = mine.undone_at
    _hand_back(decision.submission, row)
    return stays


def locked(submission: Submission) -> Submission:
    """The submission as it is now; nobody else decides on it until the transaction ends.

    Its entry is locked first, as in a merger, so that the two never wait for each other.

    Raises:
        DecisionError: somebody else was quicker and moved it to another entry.
    """
    family = _family(submission.pk)
    lock(family)
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    if not _family(row.pk) <= family:
        raise DecisionError("version")
    return row


def _family(key: uuid.UUID) -> set[int]:
    """Numbers of the entry of a submission, and of those into which it was merged."""
    actor = Actor.objects.filter(submissions=key).first()
    found: set[int] = set()
    while actor is not None and actor.pk not in found:
        found.add(actor.pk)
        actor = actor.merged_into
    return found


def reason_keys(outcome: str) -> list[str]:
    """The region's reasons for an outcome."""
    rules = load_curation_rules(settings.REGION)
    return [reason.key for reason in rules.reasons if reason.outcome == outcome]


def _check(row: Submission, outcome: Decision.Outcome, reason: str, version: int) -> None:
    if row.state not in Submission.OPEN:
        raise DecisionError("decided")
    if row.version != version:
        raise DecisionError("version")
    if reason not in reason_keys(outcome):
        raise DecisionError("reason")


def _is_final(row: Submission, outcome: Decision.Outcome, by: audit.Actor) -> bool:
    """Whether nobody else has to agree.

    With four eyes an outcome counts once two different editors have chosen it one after the other.
    """
    rules = load_curation_rules(settings.REGION)
    if outcome == Decision.Outcome.ASK or row.kind not in rules.four_eyes:
        return True
    if row.state != State.SECOND:
        return False
    before = row.decisions.filter(undone_at=None).last()
    if before is None or before.outcome != outcome:
        return False
    if by.user_number is None or before.user_id == by.user_number:
        raise DecisionError("same_eyes")
    return True


def _state_of(row: Submission) -> dict[str, Any]:
    return {
        "state": str(row.state),
        "reason": row.reason,
        "words": "",
        "first_decider": row.first_decider_id,
    }


def _save(row: Submission) -> None:
    row.version += 1
    row.save()


def _log(row: Submission, act: str, by: audit.Actor, before: str, reason: str) -> None:
    # The label is the entry's name; what the editor adds for the person stays with the submission,
    # because a name in the log could never be erased.
    changes = {"state": [before, str(row.state)]}
    audit.record(by=by, act=act, on=row, changes=changes, reason=reason)


def _hand_back(given: Submission, row: Submission) -> None:
    """Let the caller's object show what is stored now."""
    for field in row._meta.concrete_fields:
        setattr(given, field.attname, getattr(row, field.attname))
