"""Distinct people without names: a keyed hash of the address, with a secret per year.

The secret stands in the database and is destroyed some time after its year (`forget_salts`).
Hashes can then still be compared with each other, but no address leads to them any more. People who
come along with somebody are told apart by their seat only: the second seat of one address is taken
for the same person all year.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.utils import timezone

from steiger.web.events.models import YearSalt

#: A year's secret is destroyed when this many further years have begun.
KEEP_YEARS = 2


def year_of(at: datetime) -> int:
    """The year in which an event counts."""
    return timezone.localtime(at).year


def salt_of(year: int) -> bytes:
    """The secret of a year; made at its first use."""
    row, _ = YearSalt.objects.get_or_create(year=year, defaults={"salt": secrets.token_hex(32)})
    return bytes.fromhex(row.salt)


def person(email: str, at: datetime) -> str:
    """The hash of an address for an event at a time."""
    return digest(email, salt_of(year_of(at)))


def digest(email: str, salt: bytes) -> str:
    """The hash of an address under one secret."""
    return hashlib.blake2b(email.strip().lower().encode(), key=salt, digest_size=20).hexdigest()


def companion(person_hash: str, seat: int) -> str:
    """The hash of one seat; the first is the person herself."""
    if not person_hash or seat == 1:
        return person_hash
    return hashlib.blake2b(f"{person_hash}/{seat}".encode(), digest_size=20).hexdigest()


def forget_salts(now: datetime) -> int:
    """Destroy the secrets of years long gone; returns how many."""
    deleted, _ = YearSalt.objects.filter(year__lte=year_of(now) - KEEP_YEARS).delete()
    return deleted
