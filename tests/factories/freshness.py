"""Makes representatives and the passing of time for tests of freshness."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from factories.directory import make_actor
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person
from steiger.web.accounts.models import User
from steiger.web.background.domain.mail import deliver
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.models import Representation
from steiger.web.directory.models import Actor


def make_representative(
    actor: Actor | None = None,
    *,
    email: str = "stelle@example.org",
    days_ago: float = 400,
    language: str = "de",
    **fields: Any,
) -> Representation:
    """A person who has spoken for an actor for so many days."""
    actor = actor or make_actor("Beispielinstitut")
    user = User.objects.filter(email=email).first() or create_person(
        email=email, by=audit.SYSTEM, verified=True
    )
    at = timezone.now() - timedelta(days=days_ago)
    values = {"state": "active", "ground": "domain", "began_at": at, "requested_at": at, **fields}
    return Representation.objects.create(actor=actor, user=user, language=language, **values)


def token_in(mail: OutgoingMail) -> str:
    """The secret in the link of a mail that waits."""
    found = re.search(r"/(?:bestaetigen|ansprechperson|beenden)/([^/\s]+)/", mail.content["text"])
    assert found is not None, mail.content["text"]
    return found.group(1)


def handed_over() -> int:
    """Let the mail server take everything that waits; returns how many."""
    waiting = list(OutgoingMail.objects.filter(sent_at=None).values_list("id", flat=True))
    return sum(deliver(number) == "sent" for number in waiting)
