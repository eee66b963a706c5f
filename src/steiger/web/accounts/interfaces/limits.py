"""How often one sender may ask for something, counted in each web process."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from steiger.web.accounts.interfaces.lockout import address_of

WINDOW_S = 3600


def network_of(request: HttpRequest) -> str:
    """Who asks: a network address; of IPv6 the first 64 bits, because one line has all the rest."""
    address = address_of(request) or ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def within_limit(request: HttpRequest, what: str, most: int) -> bool:
    """Count one wish of this sender; whether it is within ``most`` per hour.

    Only a keyed hash of the network is remembered, and only for an hour.

    Args:
        what: the wish, with its room in front: ``advice.book``.
        most: wishes of one sender within an hour.
    """
    sender = network_of(request).encode()
    secret = settings.SECRET_KEY.encode()[:64]
    key = f"{what}.{hashlib.blake2b(sender, key=secret, digest_size=16).hexdigest()}"
    cache.add(key, 0, WINDOW_S)
    return cache.incr(key) <= most


@dataclass(frozen=True, slots=True)
class Count:
    """One request counted.

    Attributes:
        most: requests of one sender within the window.
        left: how many of them are left after this one; negative if it was one too many.
        seconds: until the window ends and the count begins anew, at least 1.
    """

    most: int
    left: int
    seconds: int

    @property
    def is_within(self) -> bool:
        """Whether the request may be answered."""
        return self.left >= 0


class WindowCounter:
    """Counts requests of senders within windows of fixed length, for one process.

    Holds one number for each sender of the current window and forgets them all with its end, so
    that any number of senders needs little memory and nobody's count is pushed out early.
    """

    def __init__(self, window_s: int, clock: Callable[[], float] = time.time) -> None:
        self.window_s = window_s
        self._clock = clock
        self._lock = Lock()
        self._window = -1
        self._counts: dict[bytes, int] = {}

    def count(self, sender: str, most: int, weight: int = 1) -> Count:
        """Count ``weight`` requests of this sender."""
        now = self._clock()
        window = int(now // self.window_s)
        key = hashlib.blake2b(
            sender.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16
        ).digest()
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            used = self._counts[key] = self._counts.get(key, 0) + weight
        return Count(most, most - used, max(1, math.ceil((window + 1) * self.window_s - now)))

    def forget(self) -> None:
        """Begin anew (tests)."""
        with self._lock:
            self._counts = {}
