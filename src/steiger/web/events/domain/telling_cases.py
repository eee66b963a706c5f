"""What a firm's case hears of a registration: that seats are hers, when, and when no longer."""

from __future__ import annotations

from steiger.web.accounts.domain.audit import Actor
from steiger.web.cases.domain import record as cases
from steiger.web.cases.models import CaseEntry, Firm
from steiger.web.events.models import Registration

ROOM, SOURCE = "events", "registration/"


def names_firm(row: Registration) -> bool:
    """Whether the person said something about her firm; else no case hears of her."""
    return bool(row.firm_name or row.firm_size or row.firm_sector or row.firm_municipality)


def tell(row: Registration, by: Actor) -> None:
    """Tell the firm's case that seats are hers."""
    if not names_firm(row):
        return
    given = cases.FirmGiven(
        name=row.firm_name,
        size=row.firm_size,
        sector=row.firm_sector,
        municipality=row.firm_municipality,
        contact=row.name,
        example=row.event.example,
    )
    _record(cases.firm_for(email=row.email, given=given, by=by), row, by)


def tell_again(row: Registration, by: Actor) -> None:
    """Tell the case that was told of the seats that day, title or number have changed."""
    told = CaseEntry.objects.filter(room=ROOM, source=f"{SOURCE}{row.pk}")
    for entry in told.select_related("case__firm"):
        _record(entry.case.firm, row, by)


def _record(firm: Firm, row: Registration, by: Actor) -> None:
    cases.record(
        firm=firm,
        kind=CaseEntry.Kind.EVENT,
        happened_at=row.event.starts_at,
        title=row.event.title_de,
        room=ROOM,
        source=f"{SOURCE}{row.pk}",
        by=by,
        details={"event": row.event.slug, "seats": row.seats},
    )


def untell(row: Registration, by: Actor) -> None:
    """Take it back: she left, or the event is called off."""
    cases.unrecord(room=ROOM, source=f"{SOURCE}{row.pk}", by=by)
