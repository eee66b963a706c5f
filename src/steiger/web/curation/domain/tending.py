"""From an accepted proposal to looking after the entry: one click for who writes from its domain.

Whoever proposed an entry does not yet speak for it. If her confirmed address is at the entry's own
domain, the mail about the decision holds a link that works once; anybody else makes a claim.
"""

from __future__ import annotations

import uuid

from django.db import transaction

from steiger.web.accounts.domain.audit import VISITOR, Entry, record_many
from steiger.web.accounts.models import User
from steiger.web.curation.domain import representing
from steiger.web.curation.domain.mailboxes import Match, match_actor
from steiger.web.curation.domain.proposing import locked
from steiger.web.curation.models import Submission
from steiger.web.directory.domain.queries import target_of
from steiger.web.directory.models import Actor


def entry_to_tend(row: Submission) -> Actor | None:
    """The entry on the map that came from an accepted proposal, or None."""
    if row.kind != Submission.Kind.NEW or row.state != Submission.State.ACCEPTED:
        return None
    actor = target_of(row.actor) if row.actor else None
    return actor if actor and actor.state == Actor.State.PUBLISHED else None


def may_begin(row: Submission) -> bool:
    """Whether who proposed it may speak for the entry at once, by her link."""
    actor = entry_to_tend(row)
    return (
        actor is not None
        and not Submission.objects.filter(id=_number_of_claim(row)).exists()
        and not representing.of_actor(actor).exists()
        and match_actor(row.email, actor) is Match.SAME
    )


@transaction.atomic
def begin(*, number: uuid.UUID) -> User | None:
    """Who proposed an entry speaks for it from now on; the account, made if there was none.

    None if it is not possible (any more): the link was used, somebody else was quicker, or the
    entry is gone. Only the mailbox that confirmed the proposal has got the link.

    Raises:
        Submission.DoesNotExist: erased meanwhile.
    """
    row = locked(number)
    actor = entry_to_tend(row)
    if actor is None or not may_begin(row):
        return None
    claim = Submission.objects.create(
        id=_number_of_claim(row),
        kind=Submission.Kind.CLAIM,
        actor=actor,
        title=actor.name,
        email=row.email,
        person_name=row.person_name,
        language=row.language,
    )
    entry = Entry("curation.claim.propose", "curation.submission", str(claim.pk))
    record_many(by=VISITOR, entries=[entry])
    return representing.confirm_claim(number=claim.pk)[1]


def _number_of_claim(row: Submission) -> uuid.UUID:
    """The claim that a proposal's link makes has one number, so the link works once."""
    return uuid.uuid5(row.pk, "claim")
