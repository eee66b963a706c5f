"""Links in mails about orders: signed, so that nothing secret has to be kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

CONFIRM = "publications.confirm"
CONFIRM_WITHIN = timedelta(hours=24)


class TokenError(ValueError):
    """The token is not one of ours, or has expired."""


def token_for(order: UUID) -> str:
    """A token that names the order."""
    return signing.dumps(order.hex, salt=CONFIRM)


def order_of(token: str) -> UUID:
    """Which order a token names.

    Raises:
        TokenError: forged or too old.
    """
    try:
        return UUID(signing.loads(token, salt=CONFIRM, max_age=CONFIRM_WITHIN))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def link_for(order: UUID, language: str) -> str:
    """The full address that stands in a mail."""
    with override(language):
        path = reverse("publications:confirm", kwargs={"token": token_for(order)})
    return f"{settings.BASE_URL}{path}"
