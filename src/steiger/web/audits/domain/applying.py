"""What applicants do: describe, answer, rate, hand in, take back, state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from steiger.engines.audit.catalogue import own_catalogue
from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.models import User
from steiger.web.audits.domain import clock
from steiger.web.audits.domain.chain import append, digest_of_text, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.roles import check_applicant
from steiger.web.audits.domain.standing import (
    catalogue_of,
    examined,
    needs_from,
    results_of,
    unrated,
    unshown,
)
from steiger.web.audits.models import Audit, Rating

States = Audit.State
FIELDS = ("kind", "organisation", "actor", "title", "version", "description", "task", "modality")
#: An examination may be taken back until it is decided.
OPEN = (
    *(States.DESCRIBED, States.RATING, States.SUBMITTED, States.EXAMINING, States.SECOND),
    *(States.STATEMENT, States.DECISION),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one indicator: A to D, or "" where it does not apply."""

    level: str
    reason: str


@transaction.atomic
def describe(
    *, by: User, values: Mapping[str, Any], alpha: float = 0.05, example: bool = False
) -> Audit:
    """Begin an examination; the catalogue of today and α are fixed."""
    if not 0 < alpha <= 0.5:
        raise RefusedError("alpha", str(alpha))
    catalogue = own_catalogue()
    audit = Audit.objects.create(
        applicant=by,
        catalogue_id=catalogue.id,
        catalogue_version=catalogue.version,
        catalogue_digest=catalogue.digest(),
        alpha=alpha,
        example=example,
        created_at=clock.now(),
        **{name: values[name] for name in FIELDS if name in values},
    )
    facts = {"kind": audit.kind, "catalogue": audit.catalogue_digest, "alpha": alpha}
    append(audit=audit, by=Actor.of(by), act="audit.describe", facts=facts | _digests(audit))
    return audit


@transaction.atomic
def change(*, audit: Audit, by: User, values: Mapping[str, Any]) -> Audit:
    """Change what is said about the system, before handing in.

    Raises:
        RefusedError: wrong person or moment.
    """
    found = locked(audit, States.DESCRIBED, States.RATING)
    check_applicant(found, by)
    for name in FIELDS:
        setattr(found, name, values.get(name, getattr(found, name)))
    append(audit=found, by=Actor.of(by), act="audit.change", facts=_digests(found))
    return found


@transaction.atomic
def answer(*, audit: Audit, by: User, answers: Mapping[str, Any]) -> list[str]:
    """Answer questions on the protection need; returns ids of those that are still open.

    As soon as the need of every dimension is known, rating begins.

    Raises:
        RefusedError: wrong person or moment, or an answer that does not exist.
    """
    found = locked(audit, States.DESCRIBED, States.RATING)
    check_applicant(found, by)
    catalogue = catalogue_of(found)
    found.answers = dict(answers)
    needs, missing = needs_from(catalogue, found.answers)
    complete = len(needs) == len(catalogue.dimensions)
    found.needs = needs if complete else {}
    found.state = States.RATING if complete else States.DESCRIBED
    facts = {"answers": found.answers, "needs": found.needs}
    append(audit=found, by=Actor.of(by), act="need.answer", facts=facts)
    return missing


@transaction.atomic
def rate(*, audit: Audit, by: User, said: Mapping[str, Said]) -> None:
    """Rate one's own system; what is left out stays as it was.

    Raises:
        RefusedError: wrong person or moment, unknown indicator or level, no reason.
    """
    found = locked(audit, States.RATING)
    check_applicant(found, by)
    write_ratings(found, Rating.Stage.SELF, by, said)


@transaction.atomic
def submit(*, audit: Audit, by: User) -> Audit:
    """Hand in for examination; a self-check ends here, with its profile.

    Raises:
        RefusedError: wrong person or moment, or ratings or their evidence are missing.
    """
    found = locked(audit, States.RATING)
    check_applicant(found, by)
    if missing := unrated(found, catalogue_of(found), Rating.Stage.SELF):
        raise RefusedError("ratings", ", ".join(missing))
    if found.kind == Audit.Kind.FULL and (bare := unshown(found)):
        raise RefusedError("evidence_missing", ", ".join(bare))
    found.submitted_at = clock.now()
    if found.kind == Audit.Kind.SELF:
        found.result = examined(found, stage=Rating.Stage.SELF, results=read_results(found))
        found.state = States.PROFILE
    else:
        found.state = States.SUBMITTED
    append(audit=found, by=Actor.of(by), act="audit.submit", facts={"state": str(found.state)})
    return found


@transaction.atomic
def drop(*, audit: Audit, by: User) -> None:
    """Take an examination back.

    Raises:
        RefusedError: wrong person, or it is decided.
    """
    found = locked(audit, *OPEN)
    check_applicant(found, by)
    found.state = States.DROPPED
    append(audit=found, by=Actor.of(by), act="audit.drop")


@transaction.atomic
def state(*, audit: Audit, by: User, words: str) -> None:
    """The applicant's statement on the examiners' ratings; empty: there is nothing to say.

    Raises:
        RefusedError: wrong person or moment.
    """
    found = locked(audit, States.STATEMENT)
    check_applicant(found, by)
    found.statement = words.strip()
    found.state = States.DECISION
    facts = {"statement": digest_of_text(found.statement)}
    append(audit=found, by=Actor.of(by), act="audit.state", facts=facts)


def write_ratings(audit: Audit, stage: str, by: User, said: Mapping[str, Said]) -> None:
    """Write ratings of a stage for a locked audit.

    Raises:
        RefusedError: unknown indicator or level, or no reason.
    """
    known = {item.id for item in catalogue_of(audit).indicators}
    allowed = set("ABCD") if stage == Rating.Stage.SELF else {*"ABCD", ""}
    facts = {}
    for indicator, one in said.items():
        if indicator not in known or one.level not in allowed:
            raise RefusedError("rating", f"{indicator} {one.level}")
        if not one.reason.strip():
            raise RefusedError("reason", indicator)
        Rating.objects.update_or_create(
            audit=audit,
            stage=stage,
            indicator=indicator,
            defaults={
                "level": one.level,
                "reason": one.reason.strip(),
                "changed_at": clock.now(),
            },
        )
        facts[indicator] = [one.level, digest_of_text(one.reason.strip())]
    if facts:
        append(audit=audit, by=Actor.of(by), act="rating.write", facts={stage: facts})


def read_results(audit: Audit) -> bytes | None:
    """Content of the newest results."""
    file = results_of(audit)
    if file is None:
        return None
    with default_storage.open(file.path) as content:
        data: bytes = content.read()
    return data


def _digests(audit: Audit) -> dict[str, str]:
    return {name: digest_of_text(str(getattr(audit, name))) for name in FIELDS}
