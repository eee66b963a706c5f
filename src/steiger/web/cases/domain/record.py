"""How other rooms tell a firm's case what happened.

    firm = firm_for(email="…", given=FirmGiven(name="Bäckerei Beispiel", size="micro"), by=by)
    record(firm=firm, kind=CaseEntry.Kind.TALK, happened_at=…, title=…, room="advice",
           source=f"booking/{booking.pk}", by=by)

Only after the person has confirmed her address: it is the address that ties a firm together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from steiger.web.accounts.domain import audit
from steiger.web.cases.models import Case, CaseEntry, Contact, Firm
from steiger.web.directory.models import Actor


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
        contact = (
            Contact.objects.select_for_update()
            .filter(email=email, firm__erased_at=None)
            .select_related("firm")
            .order_by("pk")
            .first()
        )
        if contact is None:
            firm = Firm.objects.create(
                actor=given.actor,
                name=given.name,
                size=given.size,
                sector=given.sector,
                municipality=given.municipality,
                example=given.example,
            )
            Contact.objects.create(firm=firm, name=given.contact, email=email)
            audit.record(by=by, act="cases.firm.create", on=firm)
            return firm
        firm = contact.firm
        filled = {
            name: getattr(given, name)
            for name in ("actor", "name", "size", "sector", "municipality")
            if getattr(given, name) and not getattr(firm, name)
        }
        if filled:
            for name, value in filled.items():
                setattr(firm, name, value)
            firm.save(update_fields=list(filled))
        return firm


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
    for_firm: bool = True,
) -> CaseEntry:
    """Tell the firm's open case (a new one if there is none) what happened; told twice, it is once.

    The same `room`, `source` and `kind` updates time, title and details of what was told before.
    """
    with transaction.atomic():
        known = CaseEntry.objects.filter(room=room, source=source, kind=kind).first()
        if known is not None:
            known.happened_at, known.title = happened_at, title[:250]
            known.details, known.for_firm = dict(details or {}), for_firm
            known.save(update_fields=["happened_at", "title", "details", "for_firm"])
            return known
        case = open_case(firm=firm, at=happened_at, by=by)
        entry = CaseEntry.objects.create(
            case=case,
            kind=kind,
            happened_at=happened_at,
            title=title[:250],
            details=dict(details or {}),
            room=room,
            source=source,
            for_firm=for_firm,
        )
        audit.record(by=by, act="cases.entry.record", on=entry)
        return entry


def open_case(*, firm: Firm, at: datetime, by: audit.Actor) -> Case:
    """The firm's open case, or a new one that begins at `at`."""
    with transaction.atomic():
        Firm.objects.select_for_update().get(pk=firm.pk)
        case = firm.cases.filter(state=Case.State.OPEN).order_by("opened_at").first()
        if case is None:
            case = Case.objects.create(firm=firm, opened_at=at)
            audit.record(by=by, act="cases.case.open", on=case)
        return case


def unrecord(*, room: str, source: str, by: audit.Actor) -> int:
    """Take back what was told (a cancelled booking); returns how many entries went."""
    with transaction.atomic():
        entries = list(CaseEntry.objects.filter(room=room, source=source))
        for entry in entries:
            audit.record(by=by, act="cases.entry.withdraw", on=entry)
            entry.delete()
    return len(entries)
