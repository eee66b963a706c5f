"""Two invented examinations from protection need to certificate; one certificate is withdrawn.

Every act goes through the room's own functions, so that a newcomer reads what the room really does.
The results were measured by `benchmarks/audit/demo_examination.py`. The invented people leave
again: nobody can sign in as one of them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from steiger.engines.audit.catalogue import own_catalogue
from steiger.web.accounts.domain import audit as log
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain import applying, clock, evidence, examining, keys, watching
from steiger.web.audits.domain.applying import Said
from steiger.web.audits.domain.demo_texts import ANSWERS, EXAMINATIONS, REASONS, Demo
from steiger.web.audits.domain.standing import wanted
from steiger.web.audits.models import Audit, Certificate, ExaminerProfile
from steiger.web.directory.models import Actor

FILES = Path(__file__).with_name("demo_files")
FIRST, SECOND = "Prüfhaus Beispiel e. V.", "Beispiel-Institut für Prüfwesen"


@dataclass(frozen=True, slots=True)
class _People:
    applicant: User
    first: User
    second: User


def load_demo() -> dict[str, int]:
    """Load both examinations; a second time changes nothing."""
    if Audit.objects.filter(example=True).exists():
        return {"examinations": 0}
    with transaction.atomic():
        taken: list[int] = []
        today = timezone.now()
        keys.make_first_key(today - timedelta(days=max(demo.begun for demo in EXAMINATIONS)))
        for place, demo in enumerate(EXAMINATIONS):
            people = _people(place)
            actor = _actor(demo, taken)
            _examine(demo, people, actor, today - timedelta(days=demo.begun))
            for user in (people.applicant, people.first, people.second):
                user.delete()
    return {"examinations": len(EXAMINATIONS)}


def _actor(demo: Demo, taken: list[int]) -> Actor | None:
    """An invented actor that would have such a system; any other, if there is none."""
    free = Actor.objects.filter(is_example=True, state="published").exclude(pk__in=taken)
    named = Q()
    for word in demo.trades:
        named |= Q(name__icontains=word)
    found = free.filter(named).order_by("pk").first() or free.order_by("pk").first()
    if found is not None:
        taken.append(found.pk)
    return found


def _people(place: int) -> _People:
    users = []
    for name, organisation in (("antrag", ""), ("erste", FIRST), ("zweite", SECOND)):
        host = {"": "firma", FIRST: "pruefhaus", SECOND: "institut"}[organisation]
        email = f"{name}-{place}@{host}-beispiel.example"
        user = create_person(email=email, by=log.SYSTEM, verified=True)
        if organisation:
            grant_role(user=user, role=RoleName.EXAMINER, by=log.SYSTEM, reason="Beispiel")
            ExaminerProfile.objects.create(user=user, organisation=organisation)
        users.append(user)
    return _People(*users)


def _examine(demo: Demo, people: _People, actor: Actor | None, begun: datetime) -> None:
    """All acts, each on a day of its own, as months pass in a real one."""
    earliest = keys.since()

    def on(day: int) -> AbstractContextManager[None]:
        # A key that was made later cannot have signed earlier.
        return clock.at(max(begun + timedelta(days=day, minutes=37 * day % 300), earliest))

    me, first, second = people.applicant, people.first, people.second
    values: dict[str, Any] = {**demo.values, "actor": actor}
    if actor is not None:
        values["organisation"] = actor.name
    with on(0):
        audit = applying.describe(by=me, values=values, example=True)
    with on(2):
        applying.answer(audit=audit, by=me, answers={**ANSWERS, **demo.answers})
    audit.refresh_from_db()
    said = _said(audit, "applicant")
    with on(13):
        applying.rate(audit=audit, by=me, said=said)
    card = (FILES / "modellkarte.md").read_bytes()
    note = "Modellkarte (erfunden)"
    with on(15):
        name = "modellkarte.md"
        file = evidence.add_evidence(audit=audit, by=me, name=name, data=card, note=note)
        evidence.link(audit=audit, by=me, shown={one: [file.number] for one in said})
    with on(16):
        applying.submit(audit=audit, by=me)
    independent = "Keine Aufträge, keine Anteile, keine Verwandtschaft mit dem Antragsteller."
    with on(23):
        examining.assign(audit=audit, by=first, part="first", declaration=independent)
    results = (FILES / demo.results).read_bytes()
    with on(34):
        evidence.add_results(audit=audit, by=first, name="results.json", data=results)
    with on(41):
        examining.rate(audit=audit, by=first, said=_said(audit, "examiner"))
        examining.finish(audit=audit, by=first)
    with on(48):
        applying.state(audit=audit, by=me, words="Wir sind einverstanden.")
    with on(51):
        examining.assign(audit=audit, by=second, part="decision", declaration=independent)
    with on(58):
        examining.decide(audit=audit, by=second, granted=True, reason=demo.decision)
    certificate = Certificate.objects.get(audit=audit)
    if demo.withdrawn:
        reason = demo.withdrawn
        with on(139):
            watching.set_state(certificate=certificate, by=first, state="withdrawn", reason=reason)


def _said(audit: Audit, who: str) -> dict[str, Said]:
    """A level and a reason for every indicator; the examiner is stricter with one in four."""
    found = {}
    for place, item in enumerate(wanted(audit, own_catalogue())):
        level = "B" if place % 4 == 1 or (who == "examiner" and place % 4 == 3) else "A"
        found[item.id] = Said(level, REASONS[who][level])
    return found
