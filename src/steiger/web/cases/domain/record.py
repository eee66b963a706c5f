"""How other rooms tell a firm's case what happened.

    firm = firm_for(email="…", given=FirmGiven(name="Bäckerei Beispiel", size="micro"), by=by)
    record(firm=firm, kind=CaseEntry.Kind.TALK, happened_at=…, title=…, room="advice",
           source=f"booking/{booking.pk}", by=by)

Only after the person has confirmed her address: it is the address that ties a firm together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.cases.models import Case, CaseEntry, Contact, Firm
from steiger.web.directory.models import Actor

FACTS = ("actor", "name", "size", "sector", "municipality")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmGiven:
    """What a firm said about itself. Keys are those of the region's vocabularies; AGS of 5 or 8."""

    name: str = ""
    size: str = ""
    sector: str = ""
    municipality: str = ""
    actor: Actor | None = None
    contact: str = ""
    example: bool = False


def firm_for(*, email: str, given: FirmGiven, by: audit.Actor) -> Firm:
    """The firm to which a confirmed address belongs, or a new one.

    What the firm says now fills what was empty; it never overwrites what is known.
    """
    email = email.strip().lower()
    with transaction.atomic():
        _one_at_a_time(email)
        firm = _firm_of(email)
        contact = firm.contacts.filter(email=email).first() if firm else None
        if firm is None or contact is None:
            firm = create_firm(given=given, by=by)
            Contact.objects.create(
                firm=firm, name=given.contact, email=email, language=language_now()
            )
            return firm
        if given.contact and not contact.name:
            contact.name = given.contact
            contact.save(update_fields=["name"])
        _fill(firm, given, by)
        return firm


def create_firm(*, given: FirmGiven, by: audit.Actor) -> Firm:
    """A new firm without contacts and cases."""
    with transaction.atomic():
        values: dict[str, Any] = {name: getattr(given, name) for name in FACTS}
        firm = Firm.objects.create(**values, example=given.example)
        audit.record(by=by, act="cases.firm.create", on=firm)
        return firm


def language_now() -> str:
    """The language of the page that is being answered."""
    return (get_language() or "de")[:2]


def _fill(firm: Firm, given: FirmGiven, by: audit.Actor) -> None:
    filled = {
        name: getattr(given, name)
        for name in FACTS
        if getattr(given, name) and not getattr(firm, name)
    }
    if not filled:
        return
    for name, value in filled.items():
        setattr(firm, name, value)
    firm.save(update_fields=list(filled))
    # The log keeps which fields, never what stands in them.
    audit.record(by=by, act="cases.firm.fill", on=firm, changes={"fields": sorted(filled)})


def _firm_of(email: str) -> Firm | None:
    """The living firm of an address, locked: who erases it or changes its people locks it, too."""
    known = Firm.objects.select_for_update(of=("self",)).filter(contacts__email=email)
    return known.filter(erased_at=None).order_by("contacts__pk").first()


def _one_at_a_time(email: str) -> None:
    """Two tellings about one new address wait for each other; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        digest = hashlib.blake2b(f"cases {email}".encode(), digest_size=8).digest()
        with connection.cursor() as cursor:
            number = int.from_bytes(digest, "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def record(
    *,
    firm: Firm,
    kind: CaseEntry.Kind,
    happened_at: datetime,
    title: str,
    room: str,
    source: str,
    by: audit.Actor,
    details: Mapping[str, Any] | None = None,
    result: str = "",
    for_firm: bool = True,
    adviser: User | None = None,
) -> CaseEntry:
    """Tell the firm's open case (a new one if there is none) what happened; told twice, it is once.

    The same `room`, `source` and `kind` updates time, title, details and result of what was told
    before. Where the words of a case are erased, new ones are not kept either; the entry with its
    `result` (a key of :class:`CaseEntry.Result`) still counts.

    Args:
        adviser: who looks after the case from now on, if nobody does.

    Raises:
        ValueError: `source` holds an address; it stays when names and addresses are erased.
    """
    if "@" in source:
        raise ValueError("A source is a number of the room, never an address.")
    with transaction.atomic():
        firm = _locked(firm)
        known = CaseEntry.objects.filter(room=room, source=source, kind=kind)
        entry = known.select_related("case").first()
        silent = (entry.case if entry else firm).erased_at is not None
        title = "" if silent else title[:250]
        told: dict[str, Any] = {} if silent else dict(details or {})
        if entry is not None:
            entry.happened_at, entry.for_firm = happened_at, for_firm
            entry.title, entry.details, entry.result = title, told, result
            entry.save(update_fields=["happened_at", "title", "details", "result", "for_firm"])
            return entry
        case = _last_case(firm) if silent else open_case(firm=firm, at=happened_at, by=by)
        entry = CaseEntry.objects.create(
            case=case,
            kind=kind,
            happened_at=happened_at,
            title=title,
            details=told,
            room=room,
            source=source,
            for_firm=for_firm,
            result=result,
        )
        touch(case)
        audit.record(by=by, act="cases.entry.record", on=entry)
        if adviser is not None and case.adviser_id is None and not silent:
            case.adviser = adviser
            case.save(update_fields=["adviser"])
            changes = {"adviser": [None, adviser.pk]}
            audit.record(by=by, act="cases.case.take", on=case, changes=changes)
        return entry


def open_case(*, firm: Firm, at: datetime, by: audit.Actor) -> Case:
    """The firm's open case, or a new one that begins at `at`."""
    with transaction.atomic():
        firm = _locked(firm)
        case = firm.cases.filter(state=Case.State.OPEN).order_by("opened_at").first()
        if case is None:
            case = Case.objects.create(firm=firm, opened_at=at)
            audit.record(by=by, act="cases.case.open", on=case)
        return case


def touch(case: Case) -> None:
    """Note that something happened in a case, so that it does not count as dormant."""
    case.touched_at = timezone.now()
    case.save(update_fields=["touched_at"])


def unrecord(*, room: str, source: str, by: audit.Actor, kind: CaseEntry.Kind | None = None) -> int:
    """Take back what was told (a cancelled booking), all of it or one kind.

    An open case in which nothing else is goes with it: nothing happened.

    Returns:
        How many entries went.
    """
    with transaction.atomic():
        found = CaseEntry.objects.filter(room=room, source=source).select_related("case")
        entries = list(found.filter(kind=kind) if kind else found)
        for entry in entries:
            audit.record(by=by, act="cases.entry.withdraw", on=entry)
            entry.delete()
        for case in {entry.case for entry in entries}:
            _drop_if_empty(case, by)
    return len(entries)


def _drop_if_empty(case: Case, by: audit.Actor) -> None:
    full = (case.entries, case.tasks, case.hand_overs, case.merged_cases)
    if case.state != Case.State.OPEN or case.confidential or any(one.exists() for one in full):
        return
    audit.record(by=by, act="cases.case.withdraw", on=case)
    case.delete()


def forget_told(*, room: str, sources: Collection[str]) -> int:
    """Empty what a room told beside the title, because it keeps that no longer itself.

    Kind, time and title stay: a title says what happened, in no words of the firm.

    Returns:
        How many entries were emptied.
    """
    told = CaseEntry.objects.filter(room=room, source__in=list(sources)).exclude(details={})
    return told.update(details={})


def _locked(firm: Firm) -> Firm:
    """The firm, or the one into which it was merged; nobody else changes its cases meanwhile."""
    found = Firm.objects.select_for_update(of=("self",)).get(pk=firm.pk)
    return _locked(found.merged_into) if found.merged_into else found


def _last_case(firm: Firm) -> Case:
    """The latest case of an erased firm, in which what happens after the erasure is counted."""
    case = firm.cases.exclude(state=Case.State.MERGED).order_by("-opened_at").first()
    now = timezone.now()
    return case or Case.objects.create(
        firm=firm, state=Case.State.CLOSED, closed_at=now, erased_at=now
    )
