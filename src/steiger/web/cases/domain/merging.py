"""Two cases become one: field by field, nothing is lost, and the log says what was done.

Everything of the other case moves into the kept one. Where both firms know a field, the adviser
chooses; the value that was not chosen goes into a note of the kept case, and is erased with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.cases.domain.cases import CaseError, locked_case
from steiger.web.cases.domain.entries import ROOM
from steiger.web.cases.domain.record import FACTS
from steiger.web.cases.models import Case, CaseEntry, Contact, Firm

#: What a merger asks about: the facts of the firm, and who has the case.
FIELDS = (*FACTS, "adviser")
KEPT, OTHER = "kept", "other"


def value_of(case: Case, field: str) -> Any:
    """What one of the two cases says about a field."""
    return case.adviser if field == "adviser" else getattr(case.firm, field)


def differing(kept: Case, other: Case) -> list[str]:
    """The fields about which both say something, and not the same."""
    pairs = {field: (value_of(kept, field), value_of(other, field)) for field in FIELDS}
    return [field for field, (one, two) in pairs.items() if one and two and one != two]


@transaction.atomic
def merge(
    *, kept: Case, other: Case, choices: Mapping[str, str], author: User, by: audit.Actor
) -> Case:
    """Merge ``other`` into ``kept``.

    Args:
        choices: field → ``kept`` or ``other``, for every field that differs.

    Raises:
        CaseError: ``same``; ``choose``: a field that differs has no choice; ``erased``, ``merged``.
    """
    if kept.pk == other.pk:
        raise CaseError("same")
    # Always in one order, so that two mergers cannot wait for each other.
    for pk in sorted({kept.firm_id, other.firm_id}):
        Firm.objects.select_for_update(of=("self",)).get(pk=pk)
    locked = {case.pk: locked_case(case) for case in sorted((kept, other), key=lambda c: c.pk)}
    kept, other = locked[kept.pk], locked[other.pk]
    open_fields = differing(kept, other)
    if any(choices.get(field) not in {KEPT, OTHER} for field in open_fields):
        raise CaseError("choose")
    dropped = _settle_fields(kept, other, open_fields, choices)
    _move(kept, other)
    if kept.firm_id != other.firm_id:
        dropped |= _join_firms(kept.firm, other.firm)
    if kept.firm.cases.filter(state=Case.State.OPEN).count() > 1:
        raise CaseError("other_open")
    _note(kept, other, dropped, author)
    fields = {field: choices[field] for field in open_fields}
    changes = {"merged": [str(other.pk), str(kept.pk)], "fields": fields}
    audit.record(by=by, act="cases.case.merge", on=kept, changes=changes)
    return kept


def _settle_fields(
    kept: Case, other: Case, open_fields: list[str], choices: Mapping[str, str]
) -> dict[str, str]:
    """Write the values that were chosen, or that only one has; returns those that were dropped."""
    dropped = {}
    for field in FIELDS:
        mine, theirs = value_of(kept, field), value_of(other, field)
        takes_other = choices[field] == OTHER if field in open_fields else not mine
        if field in open_fields:
            dropped[field] = _words(mine if takes_other else theirs)
        if takes_other and theirs:
            setattr(kept if field == "adviser" else kept.firm, field, theirs)
    kept.firm.example = kept.firm.example and other.firm.example
    kept.firm.save(update_fields=[*FACTS, "example"])
    return dropped


def _words(value: Any) -> str:
    return value.name if hasattr(value, "name") else str(value)


def _move(kept: Case, other: Case) -> None:
    """Entries with their evidence, tasks and hand-overs go over; the other case stays as a sign."""
    other.entries.update(case=kept)
    other.tasks.update(case=kept)
    other.hand_overs.update(case=kept)
    Case.objects.filter(merged_into=other).update(merged_into=kept)
    kept.opened_at = min(kept.opened_at, other.opened_at)
    kept.confidential = kept.confidential or other.confidential
    if Case.State.OPEN in {kept.state, other.state}:
        kept.state, kept.closed_at, kept.closing = Case.State.OPEN, None, ""
    elif other.closed_at and (kept.closed_at is None or other.closed_at > kept.closed_at):
        kept.closed_at, kept.closing = other.closed_at, other.closing
    kept.touched_at = timezone.now()
    kept.save()
    now = timezone.now()
    other.state, other.merged_into, other.adviser = Case.State.MERGED, kept, None
    other.closed_at, other.closing, other.erased_at = now, "", now
    other.save()


def _join_firms(kept: Firm, other: Firm) -> dict[str, str]:
    """Cases and people of the other firm go over; it stays empty, so that rooms still find it."""
    other.cases.update(firm=kept)
    names = [_move_contact(contact, kept) for contact in other.contacts.all()]
    for pending in other.pending_contacts.all():
        if kept.pending_contacts.filter(email=pending.email).exists():
            pending.delete()
        else:
            pending.firm = kept
            pending.save(update_fields=["firm"])
    Firm.objects.filter(merged_into=other).update(merged_into=kept)
    other.name, other.actor, other.municipality = "", None, other.municipality[:5]
    other.merged_into, other.erased_at = kept, timezone.now()
    other.save()
    dropped = ", ".join(name for name in names if name)
    return {"contact": dropped} if dropped else {}


def _move_contact(contact: Contact, firm: Firm) -> str:
    """Let a person go over; returns the name that was not kept where both firms know her."""
    twin = firm.contacts.filter(email=contact.email).first()
    if twin is None:
        contact.firm = firm
        contact.save(update_fields=["firm"])
        return ""
    if contact.name and not twin.name:
        twin.name = contact.name
        twin.save(update_fields=["name"])
    contact.consents.update(contact=twin)
    contact.links.update(contact=twin)
    contact.delete()
    return contact.name if contact.name != twin.name else ""


def _note(kept: Case, other: Case, dropped: dict[str, str], author: User) -> None:
    """What was not chosen, and where it comes from."""
    CaseEntry.objects.create(
        case=kept,
        kind=CaseEntry.Kind.NOTE,
        happened_at=timezone.now(),
        details={"merged": other.number, "dropped": dropped},
        room=ROOM,
        source=f"merge/{uuid.uuid4().hex}",
        for_firm=False,
        author=author,
    )
