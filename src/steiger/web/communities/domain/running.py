"""What the hub does with communities: begin, change, close, open again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.communities.domain import mails
from steiger.web.communities.models import Community
from steiger.web.directory.models import Term

FIELDS = (
    "name_de",
    "name_en",
    "what_de",
    "what_en",
    "whom_de",
    "whom_en",
    "rhythm_de",
    "rhythm_en",
)
#: Words that stand at this place in other addresses of the room.
RESERVED = frozenset({"mitglied", "neu"})


@transaction.atomic
def create(
    *, by: audit.Actor, slug: str, values: Mapping[str, Any], topics: Sequence[Term] = ()
) -> Community:
    """Begin a community.

    Raises:
        ValueError: the slug is a word of the room.
    """
    if slug in RESERVED:
        raise ValueError(slug)
    made = Community.objects.create(slug=slug, **{name: values.get(name, "") for name in FIELDS})
    made.topics.set(topics)
    audit.record(by=by, act="communities.community.create", on=made)
    return made


@transaction.atomic
def change(
    *, community: Community, by: audit.Actor, values: Mapping[str, Any], topics: Sequence[Term]
) -> Community:
    """Change what is said about a community; its address stays."""
    locked = Community.objects.select_for_update().get(pk=community.pk)
    changes = {}
    for name in FIELDS:
        before, after = getattr(locked, name), values.get(name, "")
        if before != after:
            changes[name] = [before, after]
            setattr(locked, name, after)
    locked.save()
    locked.topics.set(topics)
    audit.record(by=by, act="communities.community.change", on=locked, changes=changes)
    return locked


@transaction.atomic
def close(
    *, community: Community, by: audit.Actor, closing_de: str, closing_en: str = ""
) -> Community:
    """Make it an archive: readable, nobody writes. Members are told, and erased 30 days later."""
    locked = Community.objects.select_for_update().get(pk=community.pk)
    if not locked.is_open:
        return locked
    locked.state, locked.closed_at = Community.State.CLOSED, timezone.now()
    locked.closing_de, locked.closing_en = closing_de.strip(), closing_en.strip()
    locked.save()
    audit.record(by=by, act="communities.community.close", on=locked)
    for member in locked.members.exclude(confirmed_at=None):
        member.community = locked
        if not locked.example:
            mails.queue(member, "closed")
    return locked


@transaction.atomic
def reopen(*, community: Community, by: audit.Actor) -> Community:
    """Open an archive again."""
    locked = Community.objects.select_for_update().get(pk=community.pk)
    if locked.is_open:
        return locked
    locked.state, locked.closed_at = Community.State.OPEN, None
    locked.save(update_fields=["state", "closed_at"])
    audit.record(by=by, act="communities.community.reopen", on=locked)
    return locked
