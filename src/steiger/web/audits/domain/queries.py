"""What pages read."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.independence import took_another
from steiger.web.audits.domain.roles import check_independent
from steiger.web.audits.models import Assignment, Audit, Certificate, Complaint

States = Audit.State
#: State → the part that somebody has to take.
WANTED = {
    States.SUBMITTED.value: Assignment.Part.FIRST,
    States.SECOND.value: Assignment.Part.SECOND,
    States.DECISION.value: Assignment.Part.DECISION,
}


def own_audits(user: User) -> QuerySet[Audit]:
    """What somebody applied for."""
    return Audit.objects.filter(applicant=user)


def my_examinations(user: User) -> QuerySet[Audit]:
    """Where an examiner has a part."""
    return Audit.objects.filter(assignments__examiner=user).distinct()


def to_take(user: User) -> list[tuple[Audit, Assignment.Part]]:
    """What an examiner could take: independent, and never had another part in it."""
    found = []
    for audit in Audit.objects.filter(state__in=WANTED).order_by("submitted_at"):
        part = WANTED[audit.state]
        if part == Assignment.Part.DECISION and audit.high:
            continue
        if audit.assignments.filter(part=part).exists():
            continue
        if _independent(audit, user) and not took_another(audit, user, part):
            found.append((audit, part))
    return found


def orphans() -> QuerySet[Assignment]:
    """Parts that are not done and whose examiner has closed the account."""
    running = (States.EXAMINING, States.SECOND, States.DECISION)
    return Assignment.objects.filter(
        examiner=None, audit__state__in=running, audit__result=None
    ) | Assignment.objects.filter(
        examiner=None, audit__state__in=running, part__in=("second", "decision")
    )


def _independent(audit: Audit, user: User) -> bool:
    try:
        check_independent(audit, user)
    except RefusedError:
        return False
    return True


def register(words: str = "", state: str = "") -> QuerySet[Certificate]:
    """The public register; every word must stand somewhere."""
    found = Certificate.objects.all()
    for word in words.split()[:8]:
        found = found.filter(
            Q(system__icontains=word)
            | Q(organisation__icontains=word)
            | Q(examined_by__icontains=word)
        )
    return found.filter(state=state) if state in Certificate.State.values else found


def overdue(day: date) -> QuerySet[Certificate]:
    """Valid certificates whose surveillance is due."""
    return Certificate.objects.filter(state=Certificate.State.VALID, surveillance_due__lte=day)


def open_complaints() -> QuerySet[Complaint]:
    """What nobody has answered."""
    return Complaint.objects.filter(answered_at=None).select_related("certificate")


def is_examiner(user: User) -> bool:
    """Whether somebody examines."""
    return user.has_role(RoleName.EXAMINER)


def examples() -> QuerySet[Audit]:
    """Invented examinations that ended with a certificate."""
    found = Audit.objects.filter(example=True, state=States.PASSED)
    return found.select_related("certificate").order_by("created_at")
