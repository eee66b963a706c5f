"""What examiners do: say for whom they work, take an examination, rate, finish, decide."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain import clock
from steiger.web.audits.domain.applying import Said, read_results, write_ratings
from steiger.web.audits.domain.chain import append, digest_of_text, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.independence import (
    ASSIGN,
    check_declaration,
    check_examiner,
    folded,
)
from steiger.web.audits.domain.issuing import issue_certificate
from steiger.web.audits.domain.roles import check_independent, check_part
from steiger.web.audits.domain.standing import catalogue_of, examined, unrated
from steiger.web.audits.models import Assignment, Audit, Decision, ExaminerProfile, Rating

States, Part = Audit.State, Assignment.Part
#: Part → state in which it is taken.
TAKEN_IN = {
    Part.FIRST: States.SUBMITTED,
    Part.SECOND: States.SECOND,
    Part.DECISION: States.DECISION,
}


@transaction.atomic
def set_profile(*, by: User, organisation: str) -> None:
    """Say for whom one works.

    Raises:
        RefusedError: no examiner, or no name.
    """
    if not by.has_role(RoleName.EXAMINER):
        raise RefusedError("role")
    if not folded(organisation):
        raise RefusedError("profile")
    values = {"organisation": organisation.strip()[:200]}
    profile, _ = ExaminerProfile.objects.update_or_create(user=by, defaults=values)
    record(by=Actor.of(by), act="audits.examiner.profile", on=profile)


@transaction.atomic
def assign(*, audit: Audit, by: User, part: str, declaration: str) -> Assignment:
    """Take a part in an examination, independent, and say in words why one is.

    Raises:
        RefusedError: wrong moment; the applicant, the same organisation, or whoever has or had
            another part; no declaration.
    """
    found = locked(audit, TAKEN_IN[Part(part)])
    organisation = check_examiner(found, by, part)
    words = check_declaration(declaration)
    if part == Part.DECISION and found.assignments.filter(part=Part.SECOND).exists():
        raise RefusedError("second_decides")
    if found.assignments.filter(part=part).exists():
        raise RefusedError("taken")
    made = Assignment.objects.create(
        audit=found,
        part=part,
        examiner=by,
        organisation=organisation,
        declaration=words,
        assigned_at=clock.now(),
    )
    if part == Part.FIRST:
        found.state = States.EXAMINING
    facts = {"part": part, "declaration": digest_of_text(words)}
    append(audit=found, by=Actor.of(by), act=ASSIGN, facts=facts)
    return made


@transaction.atomic
def release(*, audit: Audit, by: User, part: str) -> None:
    """Give a part back that is not done, or free the part of somebody whose account is closed.

    Raises:
        RefusedError: wrong moment, or the part is somebody else's.
    """
    found = locked(audit, States.EXAMINING, States.SECOND, States.DECISION)
    theirs = found.assignments.filter(part=part).first()
    due = {States.EXAMINING: Part.FIRST, States.SECOND: Part.SECOND}
    decides = Part.SECOND if found.high else Part.DECISION
    if theirs is None or part != due.get(States(found.state), decides):
        raise RefusedError("order", str(found.get_state_display()))
    if theirs.examiner_id is None:
        check_independent(found, by)
    elif theirs.examiner_id != by.pk:
        raise RefusedError("examiner")
    theirs.delete()
    found.state = {Part.FIRST: States.SUBMITTED, Part.SECOND: States.SECOND}.get(
        Part(part), States(found.state)
    )
    append(audit=found, by=Actor.of(by), act="examiner.release", facts={"part": part})


@transaction.atomic
def rate(*, audit: Audit, by: User, said: Mapping[str, Said]) -> None:
    """Rate as examiner, or as second examiner where one differs from the first.

    Raises:
        RefusedError: wrong person or moment, unknown indicator or level, no reason.
    """
    found = locked(audit, States.EXAMINING, States.SECOND)
    part = Part.FIRST if found.state == States.EXAMINING else Part.SECOND
    check_part(found, by, part)
    stage = Rating.Stage.EXAMINER if part == Part.FIRST else Rating.Stage.SECOND
    write_ratings(found, stage, by, said)


@transaction.atomic
def finish(*, audit: Audit, by: User) -> Audit:
    """End one's examination: to the second pair of eyes at high need, else to the applicant.

    Raises:
        RefusedError: wrong person or moment, or ratings are missing.
    """
    found = locked(audit, States.EXAMINING, States.SECOND)
    first = found.state == States.EXAMINING
    mine = check_part(found, by, Part.FIRST if first else Part.SECOND)
    if missing := unrated(found, catalogue_of(found), Rating.Stage.EXAMINER):
        raise RefusedError("ratings", ", ".join(missing))
    found.result = examined(found, stage=Rating.Stage.EXAMINER, results=read_results(found))
    found.state = States.SECOND if first and found.high else States.STATEMENT
    mine.done_at = clock.now()
    mine.save(update_fields=["done_at"])
    facts = {"part": mine.part, "passed": found.result["passed"]}
    append(audit=found, by=Actor.of(by), act="examiner.finish", facts=facts)
    return found


@transaction.atomic
def decide(*, audit: Audit, by: User, granted: bool, reason: str) -> Decision:
    """Grant a certificate or not. Whoever examined first never decides (ISO/IEC 17065, 7.6.2).

    Raises:
        RefusedError: wrong person or moment, no reason, or a dimension falls short.
    """
    found = locked(audit, States.DECISION)
    second = found.assignments.filter(part=Part.SECOND).exists()
    mine = check_part(found, by, Part.SECOND if second else Part.DECISION)
    words = reason.strip()
    if not words:
        raise RefusedError("decision_reason")
    if granted and not (found.result or {}).get("passed"):
        raise RefusedError("falls_short")
    decision = Decision.objects.create(
        audit=found, granted=granted, reason=words, by=by, at=clock.now()
    )
    mine.done_at = clock.now()
    mine.save(update_fields=["done_at"])
    found.state = States.PASSED if granted else States.FAILED
    facts = {"granted": granted, "reason": digest_of_text(words)}
    append(audit=found, by=Actor.of(by), act="audit.decide", facts=facts)
    if granted:
        issue_certificate(audit=found, by=by)
    return decision
