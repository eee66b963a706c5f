"""Nobody examines what is their own, and nobody decides on what they examined.

Enforced by person, by names of the organisation (also those on the Landkarte, where the
examination leads to an entry), and by the domain of the address, unless it is one under which
anybody gets an address. What these cannot see stands in the declaration.
"""

from __future__ import annotations

from steiger.engines.directory.matching.host import domain, host
from steiger.engines.directory.matching.words import read
from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.models import Audit, ChainEntry, ExaminerProfile

#: Anybody gets an address here, so that two people who share it need not know each other.
OPEN_DOMAINS = frozenset(
    {
        *("gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "posteo.de", "mailbox.org"),
        *("gmail.com", "googlemail.com", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de"),
        *("yahoo.com", "yahoo.de", "icloud.com", "proton.me", "protonmail.com", "aol.com"),
    }
)
#: The act in the chain by which somebody takes a part.
ASSIGN = "examiner.assign"
#: Letters of which a declaration consists at least.
SHORTEST = 20


def folded(organisation: str) -> str:
    """A name without legal form, accents, punctuation and capitals.

    >>> folded("Müller GmbH & Co. KG") == folded("MUELLER Gesellschaft mit beschränkter Haftung")
    True
    """
    return " ".join(read(organisation).words)


def same_organisation(audit: Audit, examiner: User, organisation: str) -> bool:
    """Whether an examiner belongs to those who applied."""
    names, domains = {folded(audit.organisation)}, set()
    if audit.actor is not None:
        names |= {folded(name) for name in audit.actor.names.values_list("text", flat=True)}
        domains.add(domain(host(audit.actor.website)))
    if audit.applicant is not None:
        domains.add(_domain_of(audit.applicant))
    mine = _domain_of(examiner)
    return folded(organisation) in names or (mine in domains and mine not in OPEN_DOMAINS)


def _domain_of(user: User) -> str:
    return domain(user.email.rpartition("@")[2].lower())


def took_another(audit: Audit, examiner: User, part: str) -> bool:
    """Whether an examiner has, or once had, another part in an examination.

    Read from the chain: a part that was given back leaves ratings and results behind.
    """
    taken = ChainEntry.objects.filter(audit_key=audit.pk, user_number=examiner.pk, act=ASSIGN)
    return any(entry.facts.get("part") != part for entry in taken)


def organisation_of(examiner: User) -> str:
    """For whom an examiner works.

    Raises:
        RefusedError: nobody has said so.
    """
    profile = ExaminerProfile.objects.filter(user=examiner).first()
    if profile is None or not folded(profile.organisation):
        raise RefusedError("profile")
    return profile.organisation


def check_examiner(audit: Audit, examiner: User, part: str) -> str:
    """The examiner's organisation, if the person may take this part.

    Raises:
        RefusedError: no examiner, the applicant, the same organisation, or has or had another part.
    """
    if not examiner.has_role(RoleName.EXAMINER):
        raise RefusedError("role")
    if audit.applicant_id == examiner.pk:
        raise RefusedError("own")
    organisation = organisation_of(examiner)
    if same_organisation(audit, examiner, organisation):
        raise RefusedError("same_organisation", organisation)
    if took_another(audit, examiner, part):
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
