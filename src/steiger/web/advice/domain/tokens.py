"""Links in mails: signed, so that nothing secret has to be kept.

A token names a booking (or a question that follows it) and what it is for.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

CONFIRM, OWN, FOLLOW, SUBSCRIBE = (
    "advice.confirm",
    "advice.own",
    "advice.follow_up",
    "advice.subscribe",
)
_VIEWS = {CONFIRM: "advice:confirm", OWN: "advice:own", FOLLOW: "advice:outcome"}


class TokenError(ValueError):
    """The token is not one of ours, or is for something else."""


def token_for(key: UUID | int, purpose: str) -> str:
    """A token that names a thing for one purpose only."""
    return signing.dumps(key.hex if isinstance(key, UUID) else key, salt=purpose)


def booking_of(token: str, purpose: str) -> UUID:
    """Which booking a token names.

    Raises:
        TokenError: forged, or for another purpose.
    """
    try:
        return UUID(_loaded(token, purpose))
    except (ValueError, TypeError, AttributeError) as error:
        raise TokenError("This link does not work.") from error


def follow_up_of(token: str) -> int:
    """Which question a token names.

    Raises:
        TokenError: forged, or for another purpose.
    """
    found = _loaded(token, FOLLOW)
    if not isinstance(found, int):
        raise TokenError("This link does not work.")
    return found


def link_for(key: UUID | int, purpose: str, language: str) -> str:
    """The full address that stands in a mail."""
    with override(language):
        path = reverse(_VIEWS[purpose], kwargs={"token": token_for(key, purpose)})
    return f"{settings.BASE_URL}{path}"


def _loaded(token: str, purpose: str) -> Any:
    try:
        return signing.loads(token, salt=purpose)
    except signing.BadSignature as error:
        raise TokenError("This link does not work.") from error
