"""Signatures of messages, so that their receiver knows who wrote them and that they are new.

Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): HMAC-SHA256 over
``id.timestamp.payload``, base64, behind ``v1,``; secrets are base64 behind ``whsec_``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
#: The specification allows 24 to 64 bytes.
SECRET_BYTES = 32
#: A message older or younger than this by its own clock is refused.
TOLERANCE_S = 300


def new_secret() -> str:
    """A new secret for one receiver."""
    return secret_from(secrets.token_bytes(SECRET_BYTES))


def secret_from(key: bytes) -> str:
    """A secret as receivers know it.

    Args:
        key: 24 to 64 bytes that nobody can guess.
    """
    return PREFIX + base64.b64encode(key).decode()


def signature(secret: str, *, message_id: str, timestamp: int, payload: bytes) -> str:
    """The value of the header ``webhook-signature``.

    Args:
        message_id: the same at every attempt; holds no full stop.
        timestamp: seconds since 1970, of the attempt.

    Raises:
        ValueError: the secret or the id has another form.
    """
    if not message_id or "." in message_id:
        raise ValueError("An id of a message is not empty and holds no full stop.")
    signed = f"{message_id}.{timestamp}.".encode() + payload
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def verify(
    secret: str, *, message_id: str, timestamp: int, payload: bytes, given: str, now: float
) -> bool:
    """Whether one of the signatures in a header (with spaces between them) is right and fresh."""
    if abs(now - timestamp) > TOLERANCE_S:
        return False
    right = signature(secret, message_id=message_id, timestamp=timestamp, payload=payload)
    return any(hmac.compare_digest(right.encode(), one.encode()) for one in given.split(" "))


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("The secret is not base64.") from error
    if not 24 <= len(key) <= 64:
        raise ValueError("A secret has 24 to 64 bytes.")
    return key
