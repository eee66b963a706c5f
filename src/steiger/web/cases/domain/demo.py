"""Invented firms on their way, so that lists, paths and figures show their real size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.regions import example_actors, load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.cases.domain.cases import close
from steiger.web.cases.domain.record import FirmGiven, firm_for
from steiger.web.cases.models import Case, CaseEntry, CaseTask, Firm

Kind, Result = CaseEntry.Kind, CaseEntry.Result
ROOM = "cases"
#: Stations in their order: kind, chance that a firm which came so far reaches it, days to it.
PATH: tuple[tuple[CaseEntry.Kind, float, int], ...] = (
    (Kind.ENQUIRY, 1.0, 0),
    (Kind.TALK, 0.9, 9),
    (Kind.USE_CASE, 0.55, 30),
    (Kind.PARTNER, 0.6, 25),
    (Kind.FUNDING, 0.5, 40),
    (Kind.TRIAL, 0.7, 60),
    (Kind.OUTCOME, 0.6, 90),
)
TITLES: dict[CaseEntry.Kind, tuple[str, ...]] = {
    Kind.ENQUIRY: ("Fragt, wo KI im Betrieb hilft", "Möchte wissen, was ein erster Schritt kostet"),
    Kind.TALK: ("Sprechstunde vor Ort", "Gespräch am Telefon"),
    Kind.USE_CASE: ("Mengen vorhersagen", "Bilder prüfen", "Angebote schreiben"),
    Kind.PARTNER: ("Forschungsstelle vorgestellt", "Dienstleister vorgestellt"),
    Kind.FUNDING: ("Antrag mit Beispiel-Programm", "Skizze eingereicht"),
    Kind.TRIAL: ("Erprobung über sechs Wochen", "Versuch mit eigenen Daten"),
    Kind.OUTCOME: ("Läuft jeden Tag im Betrieb", "Wird weitergeführt"),
}
RESULTS: dict[CaseEntry.Kind, tuple[CaseEntry.Result, ...]] = {
    Kind.FUNDING: (Result.GRANTED, Result.REFUSED),
    Kind.TRIAL: (Result.WORKED, Result.WORKED, Result.FAILED),
    Kind.OUTCOME: (Result.IN_USE, Result.IN_USE, Result.GOES_ON, Result.DECIDED_AGAINST),
}


@transaction.atomic
def load_cases_demo(
    *, now: datetime, number: int = 80, advisers: Sequence[User] = (), seed: int = 1
) -> int:
    """Make ``number`` invented cases within the year before ``now``; a second time does nothing.

    Firms that other rooms have invented already (``example``) come first; the rest is new. The same
    seed, firms and day give the same cases. Returns how many cases got a path.
    """
    if CaseEntry.objects.filter(room=ROOM, source__startswith="demo/").exists():
        return 0
    firms = list(Firm.objects.filter(example=True, erased_at=None).order_by("created_at", "id"))
    firms = firms[:number] + _new_firms(number - min(number, len(firms)))
    for place, firm in enumerate(firms):
        _walk(firm, place, now, advisers, np.random.default_rng([seed, place]))
    return len(firms)


def _new_firms(number: int) -> list[Firm]:
    region = load_region(settings.REGION)
    found = []
    for place, seed in enumerate(example_actors(region, number, seed=7), start=1):
        given = FirmGiven(
            name=seed.names[0].text,
            size=seed.size,
            sector=seed.sectors[0] if seed.sectors else "",
            municipality=seed.places[0].municipality,
            contact=f"Beispiel-Person {place}",
            example=True,
        )
        address = f"beispielbetrieb-{place}@example.org"
        found.append(firm_for(email=address, given=given, by=audit.SYSTEM))
    return found


def _walk(
    firm: Firm, place: int, now: datetime, advisers: Sequence[User], random: np.random.Generator
) -> None:
    adviser = advisers[place % len(advisers)] if advisers else None
    case = firm.cases.filter(state=Case.State.OPEN).first()
    begin = now - timedelta(days=int(random.integers(5, 360)))
    if case is None:
        case = Case.objects.create(firm=firm, opened_at=begin)
    case.adviser = case.adviser or adviser
    entries = _entries(case, begin, now, adviser, random)
    case.opened_at = min([case.opened_at, *(entry.happened_at for entry in entries)])
    case.touched_at = max([begin, *(entry.happened_at for entry in entries)])
    case.save()
    CaseEntry.objects.bulk_create(entries)
    if random.random() < 0.4:
        due = timezone.localdate(now + timedelta(days=int(random.integers(-3, 21))))
        CaseTask.objects.create(case=case, title="Nachfragen", due_on=due, assignee=adviser)
    audit.record(by=audit.SYSTEM, act="cases.case.open", on=case)
    if entries and entries[-1].kind == Kind.OUTCOME and random.random() < 0.7:
        close(case=case, why=Case.Closing.REACHED, by=audit.SYSTEM, at=case.touched_at)


def _entries(
    case: Case,
    begin: datetime,
    now: datetime,
    adviser: User | None,
    random: np.random.Generator,
) -> list[CaseEntry]:
    found: list[CaseEntry] = []
    at = begin
    for kind, chance, days in PATH:
        at += timedelta(days=int(random.integers(0, days + 1)))
        if at >= now or random.random() > chance:
            break
        results, titles = RESULTS.get(kind, ()), TITLES[kind]
        amount = int(random.integers(10, 120)) * 1000 if kind == Kind.FUNDING else None
        found.append(
            CaseEntry(
                case=case,
                kind=kind,
                happened_at=at,
                title=f"Beispiel: {titles[int(random.integers(len(titles)))]}",
                room=ROOM,
                source=f"demo/{case.pk.hex}/{kind}",
                author=adviser,
                result=results[int(random.integers(len(results)))] if results else "",
                amount_eur=amount,
            )
        )
    return found
