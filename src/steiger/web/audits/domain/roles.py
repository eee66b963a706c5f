"""Who is who in one examination."""

from __future__ import annotations

from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.independence import organisation_of, same_organisation
from steiger.web.audits.models import Assignment, Audit


def check_applicant(audit: Audit, by: User) -> None:
    """Only whoever applied.

    Raises:
        RefusedError: somebody else.
    """
    if audit.applicant_id is None or audit.applicant_id != by.pk:
        raise RefusedError("applicant")


def check_part(audit: Audit, by: User, part: str) -> Assignment:
    """The examiner's own part, still independent today.

    Raises:
        RefusedError: somebody else's part, or the role or independence is gone.
    """
    found = audit.assignments.filter(part=part, examiner=by).first()
    if found is None:
        raise RefusedError("examiner")
    check_independent(audit, by)
    return found


def check_independent(audit: Audit, by: User) -> str:
    """The organisation of an examiner who may watch over this examination.

    Raises:
        RefusedError: no examiner, the applicant, or the same organisation.
    """
    if not by.has_role(RoleName.EXAMINER):
        raise RefusedError("role")
    if audit.applicant_id == by.pk:
        raise RefusedError("own")
    organisation = organisation_of(by)
    if same_organisation(audit, by, organisation):
        raise RefusedError("same_organisation", organisation)
    return organisation


def may_see(audit: Audit, user: User) -> bool:
    """Whether somebody sees everything: the applicant, and examiners who have a part."""
    if audit.applicant_id is not None and audit.applicant_id == user.pk:
        return True
    return user.has_role(RoleName.EXAMINER) and audit.assignments.filter(examiner=user).exists()
