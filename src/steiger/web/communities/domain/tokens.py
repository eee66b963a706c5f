"""Links in mails to members: signed, so that nothing secret has to be kept.

A token names a member and what it is for: confirm, enter, leave, no more weekly mails.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

CONFIRM, ENTER, LEAVE, QUIET = (
    "communities.confirm",
    "communities.enter",
    "communities.leave",
    "communities.quiet",
)
#: How long a link works; those with which one leaves work for ever.
WITHIN = {CONFIRM: timedelta(hours=24), ENTER: timedelta(hours=24)}
VIEWS = {
    CONFIRM: "communities:confirm",
    ENTER: "communities:enter",
    LEAVE: "communities:leave",
    QUIET: "communities:quiet",
}


class TokenError(ValueError):
    """The token is not one of ours, or has expired."""


def token_for(member: UUID, purpose: str) -> str:
    """A token that names the member for one purpose only."""
    return signing.dumps(member.hex, salt=purpose)


def member_of(token: str, purpose: str) -> UUID:
    """Which member a token names.

    Raises:
        TokenError: forged, for another purpose, or too old.
    """
    try:
        return UUID(signing.loads(token, salt=purpose, max_age=WITHIN.get(purpose)))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def link_for(member: UUID, purpose: str, language: str) -> str:
    """The full address that stands in a mail."""
    with override(language):
        path = reverse(VIEWS[purpose], kwargs={"token": token_for(member, purpose)})
    return f"{settings.BASE_URL}{path}"
