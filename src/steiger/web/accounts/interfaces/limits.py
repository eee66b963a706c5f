"""How often one sender may ask for something, counted in each web process."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from steiger.web.accounts.interfaces.lockout import address_of

WINDOW_S = 3600


def within_limit(request: HttpRequest, what: str, most: int) -> bool:
    """Count one wish of this sender; whether it is within ``most`` per hour.

    Only a keyed hash of the network address is remembered, and only for an hour.

    Args:
        what: the wish, with its room in front: ``advice.book``.
        most: wishes of one sender within an hour.
    """
    sender = (address_of(request) or "").encode()
    secret = settings.SECRET_KEY.encode()[:64]
    key = f"{what}.{hashlib.blake2b(sender, key=secret, digest_size=16).hexdigest()}"
    cache.add(key, 0, WINDOW_S)
    return cache.incr(key) <= most
