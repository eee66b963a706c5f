"""Links of mails and pages: signed, each for one purpose, so that nothing secret is kept.

A token names a row by its random number (122 bits) and is signed with the installation's key. What
it may do once (confirming, taking up an invitation) is decided by the state of the row.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from steiger.regions import load_curation_rules

CONFIRM, STATUS, INVITATION, DRAFT, TEND = (
    "curation.confirm",
    "curation.status",
    "curation.invitation",
    "curation.draft",
    "curation.tend",
)
VIEWS = {
    CONFIRM: "curation:confirm_submission",
    STATUS: "curation:status",
    INVITATION: "curation:invitation",
    DRAFT: "curation:draft",
    TEND: "curation:tend",
}
#: How long a draft waits for whoever began it.
KEEP_DRAFT = timedelta(days=14)


class TokenError(ValueError):
    """The token is not one of ours, is for something else, or has expired."""


def unconfirmed_for() -> timedelta:
    """How long a submission waits for its address to be confirmed."""
    return timedelta(days=load_curation_rules(settings.REGION).unconfirmed_days)


def invitation_for() -> timedelta:
    """How long an invitation works, and the link by which who proposed an entry tends it."""
    return timedelta(days=load_curation_rules(settings.REGION).link_days)


def token_for(number: UUID, purpose: str) -> str:
    """A token that names a row for one purpose only."""
    return signing.dumps(number.hex, salt=purpose)


def number_of(token: str, purpose: str) -> UUID:
    """Which row a token names.

    Raises:
        TokenError: forged, for another purpose, or too old.
    """
    try:
        return UUID(signing.loads(token, salt=purpose, max_age=_within(purpose)))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def _within(purpose: str) -> timedelta | None:
    """The time in which a link works; the page of a submission lives as long as the submission."""
    if purpose == CONFIRM:
        return unconfirmed_for()
    if purpose in (INVITATION, TEND):
        return invitation_for()
    if purpose == DRAFT:
        return KEEP_DRAFT
    return None


def path_for(number: UUID, purpose: str, language: str) -> str:
    """The address without the host."""
    with override(language):
        return reverse(VIEWS[purpose], kwargs={"token": token_for(number, purpose)})


def link_for(number: UUID, purpose: str, language: str) -> str:
    """The full address that stands in a mail."""
    return settings.BASE_URL + path_for(number, purpose, language)
