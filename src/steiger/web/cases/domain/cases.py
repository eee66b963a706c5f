"""Acts on a case: open by hand, facts of its firm, hand over, close, open again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleName, User
from steiger.web.cases.domain.record import FACTS, FirmGiven, create_firm, touch
from steiger.web.cases.models import Case, Firm, HandOver


class CaseError(ValueError):
    """The act would break a rule; ``code`` says which, so that a page can say it in its words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def locked_case(case: Case) -> Case:
    """The case as it is now; nobody else changes it until the transaction ends.

    Raises:
        CaseError: ``erased`` or ``merged``: nothing can be written into it any more.
    """
    found = Case.objects.select_for_update(of=("self",)).select_related("firm").get(pk=case.pk)
    if found.erased_at is not None:
        raise CaseError("erased")
    if found.state == Case.State.MERGED:
        raise CaseError("merged")
    return found


@transaction.atomic
def open_by_hand(*, given: FirmGiven, adviser: User, by: audit.Actor) -> Case:
    """A case of a firm that came by phone or in person; the adviser has it."""
    firm = create_firm(given=given, by=by)
    case = Case.objects.create(firm=firm, adviser=adviser)
    audit.record(by=by, act="cases.case.open", on=case)
    return case


@transaction.atomic
def change_facts(*, case: Case, facts: FirmGiven, by: audit.Actor) -> list[str]:
    """Set what is known of the firm; returns the fields that are new. The log has no values."""
    case = locked_case(case)
    firm = Firm.objects.select_for_update(of=("self",)).get(pk=case.firm_id)
    changed = [name for name in FACTS if getattr(firm, name) != getattr(facts, name)]
    if changed:
        for name in changed:
            setattr(firm, name, getattr(facts, name))
        firm.save(update_fields=changed)
        touch(case)
        audit.record(by=by, act="cases.firm.change", on=firm, changes={"fields": changed})
    return changed


@transaction.atomic
def set_confidential(*, case: Case, confidential: bool, by: audit.Actor) -> bool:
    """Let only the case's adviser and administrators see it, or all advisers again.

    Raises:
        CaseError: ``nobody``: it has no adviser, so that nobody could work on it.
    """
    case = locked_case(case)
    if confidential and case.adviser_id is None:
        raise CaseError("nobody")
    if case.confidential == confidential:
        return False
    case.confidential = confidential
    case.save(update_fields=["confidential"])
    changes = {"confidential": [not confidential, confidential]}
    audit.record(by=by, act="cases.case.confidential", on=case, changes=changes)
    return True


@transaction.atomic
def take(*, case: Case, adviser: User, by: audit.Actor) -> Case:
    """Make a case that nobody has one's own.

    Raises:
        CaseError: ``taken``: somebody was quicker.
    """
    case = locked_case(case)
    if case.adviser_id == adviser.pk:
        return case
    if case.adviser_id is not None:
        raise CaseError("taken")
    return _assign(case, adviser, "cases.case.take", by)


@transaction.atomic
def hand_over(*, case: Case, taker: User, reason: str, by: audit.Actor) -> HandOver:
    """Give a case, with its open tasks, to another adviser, with a reason.

    Raises:
        CaseError: ``reason``, ``same`` or ``no_adviser``.
    """
    case = locked_case(case)
    if not reason.strip():
        raise CaseError("reason")
    if case.adviser_id == taker.pk:
        raise CaseError("same")
    if not taker.is_active or not taker.has_role(RoleName.ADVISER):
        raise CaseError("no_adviser")
    giver = case.adviser
    told = HandOver.objects.create(case=case, giver=giver, taker=taker, reason=reason.strip())
    case.tasks.filter(done_at=None).update(assignee=taker, reminded_at=None)
    _assign(case, taker, "cases.case.hand_over", by)
    return told


def _assign(case: Case, adviser: User, act: str, by: audit.Actor) -> Case:
    before, case.adviser = case.adviser_id, adviser
    case.save(update_fields=["adviser"])
    touch(case)
    audit.record(by=by, act=act, on=case, changes={"adviser": [before, adviser.pk]})
    return case


@transaction.atomic
def close(*, case: Case, why: str, by: audit.Actor, at: datetime | None = None) -> Case:
    """Close a case; its open tasks end with it.

    Raises:
        CaseError: ``closed`` already, or ``why``: there is no such reason.
    """
    case = locked_case(case)
    if case.state == Case.State.CLOSED:
        raise CaseError("closed")
    if why not in Case.Closing.values:
        raise CaseError("why")
    now = at or timezone.now()
    case.state, case.closed_at, case.closing = Case.State.CLOSED, now, why
    case.save(update_fields=["state", "closed_at", "closing"])
    case.tasks.filter(done_at=None).update(done_at=now)
    audit.record(by=by, act="cases.case.close", on=case, changes={"closing": [None, why]})
    return case


@transaction.atomic
def reopen(*, case: Case, by: audit.Actor) -> Case:
    """Let a closed case go on.

    Raises:
        CaseError: ``open`` already, or ``other_open``: the firm has another open case.
    """
    Firm.objects.select_for_update(of=("self",)).get(pk=case.firm_id)
    case = locked_case(case)
    if case.state == Case.State.OPEN:
        raise CaseError("open")
    if case.firm.cases.filter(state=Case.State.OPEN).exists():
        raise CaseError("other_open")
    changes: dict[str, Any] = {"closing": [case.closing, None]}
    case.state, case.closed_at, case.closing = Case.State.OPEN, None, ""
    case.save(update_fields=["state", "closed_at", "closing"])
    touch(case)
    audit.record(by=by, act="cases.case.reopen", on=case, changes=changes)
    return case
