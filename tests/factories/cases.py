"""Firms, cases and people for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User
from steiger.web.cases.domain.cases import hand_over, take
from steiger.web.cases.domain.contacts import ask_contact, set_consents
from steiger.web.cases.domain.entries import Station, add_note, add_station
from steiger.web.cases.domain.record import FirmGiven, firm_for, record
from steiger.web.cases.domain.todo import add_task
from steiger.web.cases.models import Case, CaseEntry, Firm

Kind = CaseEntry.Kind
EMAIL = "backstube@example.org"
PDF = b"%PDF-1.7 Rechnung an Adelheid Zwiebelkuchen"
#: Every word that must be gone after an erasure.
SECRETS = (
    "Zwiebelkuchen",
    "Adelheid",
    "backstube",
    "Mehlstaub",
    "Sauerteigfirma",
    "Konkurrenz",
    "Knetmaschine",
    "rechnung-zwiebel",
    "neue-kollegin",
)


def make_adviser(name: str = "Berta Beispiel", role: str = RoleName.ADVISER) -> User:
    """A person who may see cases."""
    address = f"{name.split(maxsplit=1)[0].lower()}@hub.example.org"
    user = create_person(email=address, by=audit.SYSTEM, verified=True)
    user.display_name = name
    user.save()
    grant_role(user=user, role=role, by=audit.SYSTEM, reason="Aufbau")
    return user


def make_firm(email: str = EMAIL, **given: Any) -> Firm:
    """A firm with one confirmed contact."""
    values = {
        "name": "Bäckerei Zwiebelkuchen",
        "size": "micro",
        "sector": "wz10",
        "municipality": "05913000",
        "contact": "Adelheid Zwiebelkuchen",
    }
    return firm_for(email=email, given=FirmGiven(**(values | given)), by=audit.SYSTEM)


def make_case(email: str = EMAIL, at: datetime | None = None, **given: Any) -> Case:
    """A firm's case that began with a consultation which another room told."""
    firm = make_firm(email, **given)
    entry = record(
        firm=firm,
        kind=Kind.TALK,
        happened_at=at or timezone.now() - timedelta(days=3),
        title="Erstgespräch über Mehlstaub",
        room="advice",
        source=f"booking/{firm.pk}",
        by=audit.SYSTEM,
    )
    return entry.case


def make_full_case(adviser: User, colleague: User, email: str = EMAIL) -> Case:
    """A case with something in every table, and the secret words everywhere."""
    case = make_case(email)
    by = audit.Actor.of(adviser)
    take(case=case, adviser=adviser, by=by)
    set_consents(contact=case.firm.contacts.get(), purposes={"news"}, told="self", by=audit.VISITOR)
    add_note(case=case, text="Frau Zwiebelkuchen fürchtet die Konkurrenz.", author=adviser, by=by)
    station = Station(
        kind=Kind.OUTCOME,
        happened_at=timezone.now(),
        title="Die Sauerteigfirma plant ihre Mengen",
        text="Die Knetmaschine läuft.",
        result="in_use",
        url="https://zwiebelkuchen.example.org/",
        file=ContentFile(PDF, name="rechnung-zwiebel.pdf"),
    )
    add_station(case=case, station=station, author=adviser, by=by)
    add_task(
        case=case,
        title="Adelheid Zwiebelkuchen anrufen",
        due_on=timezone.localdate(),
        assignee=adviser,
        by=by,
    )
    ask_contact(case=case, name="Neu", email="neue-kollegin@example.org", language="de", by=by)
    hand_over(case=case, taker=colleague, reason="Kennt Adelheid Zwiebelkuchen", by=by)
    case.refresh_from_db()
    return case
