"""The secret link of a registration: signed, so that nothing secret has to be kept."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

OWN = "events.own"


class TokenError(ValueError):
    """The token is not one of ours."""


def token_for(registration: UUID) -> str:
    """A token that names the registration."""
    return signing.dumps(registration.hex, salt=OWN)


def registration_of(token: str) -> UUID:
    """Which registration a token names.

    Raises:
        TokenError: forged or damaged.
    """
    try:
        return UUID(signing.loads(token, salt=OWN))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def own_url(registration: UUID, language: str, view: str = "events:own") -> str:
    """The full address that stands in a mail."""
    with override(language):
        path = reverse(view, kwargs={"token": token_for(registration)})
    return f"{settings.BASE_URL}{path}"
