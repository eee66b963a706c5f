"""Secrets that stand in links: only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """A secret, and the hash under which it is kept."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """The hash of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
