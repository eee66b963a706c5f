"""Signed links in mails: confirm or end a subscription, a contact person's own page.

They name a row and a purpose. Links that confirm an entry are secrets of their own
(:mod:`.reminders`), because they work once.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

SUBSCRIBE, LEAVE, CONTACT = "curation.subscribe", "curation.leave", "curation.contact"
WITHIN = {SUBSCRIBE: timedelta(hours=48)}
VIEWS = {
    SUBSCRIBE: "curation:subscription_confirm",
    LEAVE: "curation:subscription_leave",
    CONTACT: "curation:contact",
}


class TokenError(ValueError):
    """The token is not one of ours, or has expired."""


def token_for(row: UUID, purpose: str) -> str:
    """A token that names a row for one purpose only."""
    return signing.dumps(row.hex, salt=purpose)


def row_of(token: str, purpose: str) -> UUID:
    """Which row a token names.

    Raises:
        TokenError: forged, for another purpose, or too old.
    """
    try:
        return UUID(signing.loads(token, salt=purpose, max_age=WITHIN.get(purpose)))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def link_for(row: UUID, purpose: str, language: str) -> str:
    """The full address that stands in a mail."""
    with override(language):
        path = reverse(VIEWS[purpose], kwargs={"token": token_for(row, purpose)})
    return f"{settings.BASE_URL}{path}"
