"""A new signing key takes the place of the old one; what the old one signed stays valid.

Order: the new secret, then the document that ends the old key and names the new one, then the old
secret goes. So a stop in between leaves a key that signs, and no secret without a purpose for long.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.lib.atomic_files import write_atomically
from steiger.web.accounts.domain.audit import Actor, Entry, record_many
from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.keys import (
    has_key,
    installation_key,
    issuer_name,
    secret_file,
    signing,
    write_secret,
)
from steiger.web.audits.models import Certificate


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key of the issuer, and how many certificates it signed.

    Attributes:
        name: the part of its id after the ``#``.
        until: when it was ended; what it signed before stays valid.
        signs: whether it signs today.
    """

    id: str
    name: str
    since: datetime
    until: datetime | None
    revoked: datetime | None
    signs: bool
    certificates: int


def key_lines() -> list[KeyLine]:
    """All keys there ever were, the newest first; none before the first certificate."""
    if not has_key():
        return []
    _, issuer = installation_key()
    current = signing(issuer)
    counts: Counter[str] = Counter()
    for content in Certificate.objects.values_list("content", flat=True):
        counts[json.loads(bytes(content))["proof"]["verificationMethod"]] += 1
    return [
        KeyLine(
            id=key.id,
            name=key.id.rpartition("#")[2],
            since=key.since,
            until=key.until,
            revoked=key.revoked,
            signs=key.id == current.id,
            certificates=counts[key.id],
        )
        for key in reversed(issuer.keys)
    ]


@transaction.atomic
def rotate_key(*, by: User, now: datetime | None = None) -> str:
    """Make a new key, end the old one, destroy the old secret; returns the new key's name.

    Raises:
        RefusedError: no administrator, or somebody else is just doing the same.
    """
    from steiger.engines.audit.certificate import Key
    from steiger.engines.audit.certificate.keys import PublicKey

    if not by.has_role(RoleName.ADMINISTRATOR):
        raise RefusedError("administrator")
    old, issuer = installation_key()
    now = (now or timezone.now()).replace(microsecond=0)
    made = Key(f"{issuer.id}#key-{len(issuer.keys) + 1}", secrets.token_bytes(32))
    name = made.id.rpartition("#")[2]
    path = secret_file(made.id)
    content = made.as_file()
    write_secret(path, content)
    if path.read_bytes() != content:
        raise RefusedError("key_busy")
    # What was signed in this very second still counts: moments in the document are whole seconds.
    until = now + timedelta(seconds=1)
    ended = tuple(replace(key, until=until) if key.id == old.id else key for key in issuer.keys)
    keys = (*ended, PublicKey(made.id, made.public, now))
    document = secret_file(made.id).with_name("issuer.json")
    # The log first: what it cannot keep is not done.
    entry = Entry("audits.key.rotate", "audits.key", name, old.id.rpartition("#")[2])
    record_many(by=Actor.of(by), entries=[entry])
    write_atomically(document, replace(issuer, name=issuer_name(), keys=keys).as_file())
    secret_file(old.id).unlink(missing_ok=True)
    return name
