"""Links in mails: signed, so that nothing secret has to be kept.

A token names a subscription and what it is for. Whoever changes one sign of it has none.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

CONFIRM, LEAVE = "flood.confirm", "flood.leave"
#: How long the link in the first mail works.
CONFIRM_WITHIN = timedelta(hours=24)


class TokenError(ValueError):
    """The token is not one of ours, or has expired."""


def token_for(subscription: UUID, purpose: str) -> str:
    """A token that names the subscription for one purpose only."""
    return signing.dumps(subscription.hex, salt=purpose)


def subscription_of(token: str, purpose: str) -> UUID:
    """Which subscription a token names.

    Raises:
        TokenError: forged, for another purpose, or too old to confirm.
    """
    oldest = CONFIRM_WITHIN if purpose == CONFIRM else None
    try:
        return UUID(signing.loads(token, salt=purpose, max_age=oldest))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def link_for(subscription: UUID, purpose: str, language: str) -> str:
    """The full address that stands in a mail."""
    view = "flood:confirm" if purpose == CONFIRM else "flood:leave"
    with override(language):
        path = reverse(view, kwargs={"token": token_for(subscription, purpose)})
    return f"{settings.BASE_URL}{path}"
