"""Joining, confirming, entering again, leaving: one function per act."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.audit import VISITOR, record
from steiger.web.communities.domain import mails
from steiger.web.communities.domain.wiping import wipe_texts_of
from steiger.web.communities.models import Community, Member, Movement
from steiger.web.directory.models import Actor

#: The words on the page of joining; another text gets another date.
CONSENT = "2026-11"
#: An address gets another mail about the same wish after this long at the earliest.
QUIET_FOR = timedelta(minutes=10)
#: Open wishes of one address, and of everybody within an hour.
MOST_OPEN, MOST_PER_HOUR = 5, 300


class TooManyError(Exception):
    """So many wishes are open that no more mails are sent for now."""


class ClosedError(ValueError):
    """The community is an archive; nobody writes in it any more."""


@transaction.atomic
def join(
    *,
    community: Community,
    email: str,
    name: str,
    organisation: str = "",
    actor: Actor | None = None,
    digest: bool = False,
    language: str = "de",
) -> None:
    """Note a wish to join and send the mail by which it is confirmed.

    From outside it looks the same whether or not the address is known already. A member gets a
    link with which to enter instead.

    Raises:
        ClosedError: the community is an archive.
        TooManyError: too many wishes are open.
    """
    if not community.is_open:
        raise ClosedError
    now, address = timezone.now(), email.strip().lower()
    waiting = Member.objects.filter(confirmed_at=None)
    if waiting.filter(created_at__gte=now - timedelta(hours=1)).count() >= MOST_PER_HOUR:
        raise TooManyError
    known = _locked().filter(community=community, email=address).first()
    if known is None:
        if waiting.filter(email=address).count() >= MOST_OPEN:
            return
        known = Member.objects.create(
            community=community,
            email=address,
            name=name.strip(),
            organisation=organisation.strip(),
            actor=actor,
            digest=digest,
            language=language,
            consent=CONSENT,
        )
        record(by=VISITOR, act="communities.member.ask", on=known)
    elif now - known.asked_at < QUIET_FOR:
        return
    else:
        known.asked_at = now
        known.save(update_fields=["asked_at"])
    mails.queue(known, "enter" if known.confirmed_at else "confirm")


@transaction.atomic
def ask_link(*, community: Community, email: str) -> None:
    """Send a member the link with which to enter; nobody else learns whether there is one."""
    member = _locked().filter(community=community, email=email.strip().lower()).first()
    if member is None or not member.confirmed_at:
        return
    if timezone.now() - member.asked_at < QUIET_FOR:
        return
    member.asked_at = timezone.now()
    member.save(update_fields=["asked_at"])
    mails.queue(member, "enter")


@transaction.atomic
def confirm(*, member_id: UUID) -> Member:
    """Make somebody a member. Twice does no harm.

    Raises:
        Member.DoesNotExist: erased meanwhile.
        ClosedError: the community was closed meanwhile.
    """
    member = _locked().get(id=member_id)
    if member.confirmed_at:
        return member
    if not member.community.is_open:
        raise ClosedError
    member.confirmed_at = timezone.now()
    # The first digest tells what is new from now on.
    member.told_until = member.confirmed_at
    # The mail to confirm must not keep the next link waiting.
    member.asked_at = member.created_at
    member.save(update_fields=["confirmed_at", "told_until", "asked_at"])
    count(member.community, joined=1)
    record(by=VISITOR, act="communities.member.confirm", on=member)
    mails.queue(member, "welcome")
    return member


@transaction.atomic
def change(
    *, member: Member, name: str, organisation: str, actor: Actor | None, digest: bool
) -> Member:
    """Change what a member shows of itself and which mails it gets."""
    locked = _locked().get(id=member.id)
    locked.name, locked.organisation = name.strip(), organisation.strip()
    locked.actor, locked.digest = actor, digest
    locked.save(update_fields=["name", "organisation", "actor", "digest"])
    record(by=VISITOR, act="communities.member.change", on=locked)
    return locked


@transaction.atomic
def no_more_digests(*, member_id: UUID) -> bool:
    """Stop the weekly mail; whether there is such a member. Twice does no harm."""
    member = _locked().filter(id=member_id).first()
    if member is None:
        return False
    if member.digest:
        member.digest = False
        member.save(update_fields=["digest"])
        record(by=VISITOR, act="communities.member.quiet", on=member)
    return True


@transaction.atomic
def leave(*, member_id: UUID, erase_texts: bool = False) -> bool:
    """Erase a member; whether there was one. Twice does no harm.

    Notes go, too. Questions and answers stay without the name, unless the person wants them erased.
    """
    member = _locked().filter(id=member_id).first()
    if member is None:
        return False
    if erase_texts:
        wipe_texts_of(member)
    erase(member, by=VISITOR, act="communities.member.leave")
    return True


@transaction.atomic
def set_moderator(*, member: Member, moderator: bool, by: audit.Actor) -> Member:
    """Make a member a moderator, or no longer one."""
    locked = _locked().get(id=member.id)
    if locked.moderator != moderator:
        record(
            by=by,
            act="communities.member.moderator",
            on=locked,
            changes={"moderator": [locked.moderator, moderator]},
        )
        locked.moderator = moderator
        locked.save(update_fields=["moderator"])
    return locked


def erase(member: Member, *, by: audit.Actor, act: str) -> None:
    """Erase a member within the caller's transaction, and count it."""
    record(by=by, act=act, on=member)
    if member.confirmed_at:
        count(member.community, left=1)
    member.delete()


def count(community: Community, *, joined: int = 0, left: int = 0) -> None:
    """Count a movement of today within the caller's transaction."""
    row, _new = Movement.objects.get_or_create(community=community, day=timezone.localdate())
    Movement.objects.filter(pk=row.pk).update(joined=F("joined") + joined, left=F("left") + left)


def _locked() -> QuerySet[Member]:
    return Member.objects.select_for_update(of=("self",)).select_related("community")
