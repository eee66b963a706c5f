"""Nobody examines what is their own.

Enforced by person, by name of the organisation, and by the domain of the address, unless it is one
under which anybody gets an address. What these cannot see stands in the declaration.
"""

from __future__ import annotations

import re

from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.models import Assignment, Audit, ExaminerProfile

#: Anybody gets an address here, so that two people who share it need not know each other.
OPEN_DOMAINS = frozenset(
    {
        *("gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "posteo.de", "mailbox.org"),
        *("gmail.com", "googlemail.com", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de"),
        *("yahoo.com", "yahoo.de", "icloud.com", "proton.me", "protonmail.com", "aol.com"),
    }
)
_FORMS = re.compile(
    r"\b(gmbh|mbh|ag|kg|kgaa|ohg|gbr|ug|se|eg|ev|e v|co|haftungsbeschränkt|und|the|ltd|inc)\b"
)
#: Words of which a declaration consists at least.
SHORTEST = 20


def folded(organisation: str) -> str:
    """A name without legal form, punctuation and capitals: “Muster GmbH & Co. KG” → “muster”."""
    text = " ".join(re.sub(r"[^\w ]+", " ", organisation.casefold()).split())
    return " ".join(_FORMS.sub(" ", text).split())


def same_organisation(audit: Audit, examiner: User, organisation: str) -> bool:
    """Whether an examiner belongs to those who applied."""
    if folded(organisation) == folded(audit.organisation):
        return True
    if audit.applicant is None:
        return False
    ours, theirs = (u.email.rpartition("@")[2].lower() for u in (audit.applicant, examiner))
    return ours == theirs and ours not in OPEN_DOMAINS


def organisation_of(examiner: User) -> str:
    """For whom an examiner works.

    Raises:
        RefusedError: nobody has said so.
    """
    profile = ExaminerProfile.objects.filter(user=examiner).first()
    if profile is None or not folded(profile.organisation):
        raise RefusedError("profile")
    return profile.organisation


def check_examiner(audit: Audit, examiner: User) -> str:
    """The examiner's organisation, if the person may examine.

    Raises:
        RefusedError: no examiner, the applicant, the same organisation, or has a part already.
    """
    if not examiner.has_role(RoleName.EXAMINER):
        raise RefusedError("role")
    if audit.applicant_id == examiner.pk:
        raise RefusedError("own")
    organisation = organisation_of(examiner)
    if same_organisation(audit, examiner, organisation):
        raise RefusedError("same_organisation", organisation)
    if Assignment.objects.filter(audit=audit, examiner=examiner).exists():
        raise RefusedError("other_examiner")
    return organisation


def check_declaration(declaration: str) -> str:
    """The declaration, if it says something.

    Raises:
        RefusedError: it is too short to say anything.
    """
    words = declaration.strip()
    if len(words) < SHORTEST:
        raise RefusedError("declaration")
    return words
