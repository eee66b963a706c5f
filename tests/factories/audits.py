"""Examinations for tests, brought as far as one wants."""

from __future__ import annotations

import json
from typing import Any

from steiger.engines.audit.catalogue import own_catalogue
from steiger.web.accounts.domain import audit as log
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import User
from steiger.web.audits.domain import applying, evidence, examining
from steiger.web.audits.domain.applying import Said
from steiger.web.audits.domain.demo_texts import ANSWERS
from steiger.web.audits.domain.standing import wanted
from steiger.web.audits.models import Audit, Certificate

VALUES = {
    "kind": "full",
    "organisation": "Beispiel Gießerei GmbH",
    "title": "Risserkennung Beispiel",
    "version": "1.2",
    "task": "classification",
    "modality": "tabular",
    "description": "Sortiert Gussteile nach Messwerten; ein Mensch sieht nach.",
}
DECLARATION = "Ich habe keine Aufträge und keine Anteile beim Antragsteller."
#: Answers that demand no protection at all; what is wanted is put on top.
CALM = ANSWERS
#: Transparency needs moderate protection, reliability high protection.
MODERATE, HIGH = CALM | {"TR-Q1": "yes"}, CALM | {"G-Q3": "life"}


def person(email: str, role: str = "") -> User:
    """Somebody with an account."""
    user = create_person(email=email, by=log.SYSTEM, verified=True)
    if role:
        grant_role(user=user, role=role, by=log.SYSTEM, reason="test")
    return user


def examiner(email: str, organisation: str) -> User:
    """Somebody who examines, and has said for whom."""
    user = person(email, "examiner")
    examining.set_profile(by=user, organisation=organisation)
    return user


def all_rated(audit: Audit, level: str = "A") -> dict[str, Said]:
    """One level for every indicator that is asked for."""
    reason = "Gesehen, siehe Beleg 1."
    return {item.id: Said(level, reason) for item in wanted(audit, own_catalogue())}


def rated(by: User, *, answers: dict[str, Any] = MODERATE, **values: Any) -> Audit:
    """Described, answered and rated by the applicant, with one piece of evidence."""
    audit = applying.describe(by=by, values=VALUES | values)
    assert applying.answer(audit=audit, by=by, answers=answers) == []
    audit.refresh_from_db()
    applying.rate(audit=audit, by=by, said=all_rated(audit))
    evidence.add_evidence(audit=audit, by=by, name="beleg.txt", data=b"Gemessen am Montag.")
    evidence.link(audit=audit, by=by, shown={one: [1] for one in all_rated(audit)})
    audit.refresh_from_db()
    return audit


def told(audit: Audit) -> Any:
    """What the verdict engine said."""
    assert audit.result is not None
    return audit.result


def results(audit: Audit, *, met: bool = True) -> bytes:
    """``results.json`` in which every compulsory check was run, and is met or violated."""
    catalogue = own_catalogue()
    checks = []
    for method in catalogue.methods:
        must = any(
            method.compulsory(item.id, _need(audit, catalogue.dimension_of(item)))
            for item in catalogue.indicators
        )
        if must and method.applies(audit.task, audit.modality):
            checks.append({"id": method.check, "measurements": [_measurement(method.check, met)]})
    return json.dumps(
        {
            "format": "steiger-audit-results/1",
            "audit": {"task": audit.task, "modality": audit.modality},
            "inputs": {"../modell.onnx": "a" * 64, "daten/test.csv": "b" * 64, "x": "kaputt"},
            "checks": checks,
        }
    ).encode()


def _need(audit: Audit, dimension: str) -> Any:
    from steiger.engines.audit.catalogue import Need

    return Need[audit.needs[dimension].upper()]


def _measurement(check: str, met: bool) -> dict[str, Any]:
    return {
        "check": check,
        "name": "figure",
        "subject": "",
        "estimate": 0.9 if met else 0.1,
        "interval": [0.85, 0.95] if met else [0.05, 0.15],
        "level": 0.95,
        "count": 5000,
        "threshold": 0.5,
        "better": "above",
        "p_met": 1e-12 if met else 1.0,
        "p_violated": 1.0 if met else 1e-12,
        "evidence": [f"evidence/{check}/figure.json"],
    }


def to_decision(audit: Audit, first: User, second: User, *, measured: bool = True) -> Audit:
    """From the hand-in to the day of the decision; `second` is to decide."""
    applicant = audit.applicant
    assert applicant is not None
    applying.submit(audit=audit, by=applicant)
    examining.assign(audit=audit, by=first, part="first", declaration=DECLARATION)
    if measured:
        evidence.add_results(audit=audit, by=first, name="results.json", data=results(audit))
    examining.rate(audit=audit, by=first, said=all_rated(audit))
    audit = examining.finish(audit=audit, by=first)
    if audit.state == Audit.State.SECOND:
        examining.assign(audit=audit, by=second, part="second", declaration=DECLARATION)
        examining.finish(audit=audit, by=second)
    applying.state(audit=audit, by=applicant, words="Einverstanden.")
    if not audit.high:
        examining.assign(audit=audit, by=second, part="decision", declaration=DECLARATION)
    audit.refresh_from_db()
    return audit


def certified(applicant: User, first: User, second: User, **options: Any) -> Certificate:
    """A certificate at the end of the whole way."""
    audit = to_decision(rated(applicant, **options), first, second)
    examining.decide(audit=audit, by=second, granted=True, reason="Alles erfüllt.")
    return Certificate.objects.get(audit=audit)
