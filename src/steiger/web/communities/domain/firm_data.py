"""What this room keeps about a firm's people: shown to the firm, forgotten when it wants that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.cases.domain.rooms import RoomData
from steiger.web.communities.domain.membership import erase as erase_member
from steiger.web.communities.domain.wiping import wipe_texts_of
from steiger.web.communities.models import Answer, Member, Note, Question

ROOM = "communities"


def kept(firm: UUID, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Every membership with what was written, as JSON values. Members belong to no firm's record:
    it is the confirmed address that tells."""
    found = Member.objects.filter(email__in=[address.lower() for address in addresses])
    return [_told(member) for member in found.select_related("community", "actor")]


def _told(member: Member) -> dict[str, Any]:
    questions = Question.objects.filter(member=member).order_by("created_at")
    answers = Answer.objects.filter(member=member).order_by("created_at")
    notes = Note.objects.filter(member=member).order_by("created_at")
    return {
        "member": str(member.pk),
        "community": member.community.name_de,
        "name": member.name,
        "email": member.email,
        "organisation": member.organisation,
        "entry_on_the_map": member.actor.get_absolute_url() if member.actor else None,
        "weekly_mail": member.digest,
        "joined_at": member.confirmed_at.isoformat() if member.confirmed_at else None,
        "questions": [
            {"at": row.created_at.isoformat(), "title": row.title, "text": row.text}
            for row in questions
        ],
        "answers": [{"at": row.created_at.isoformat(), "text": row.text} for row in answers],
        "notes": [
            {"at": row.created_at.isoformat(), "title": row.title, "text": row.text}
            for row in notes
        ],
    }


@transaction.atomic
def erase(firm: UUID, addresses: Sequence[str]) -> int:
    """End memberships and forget what was written; what was shown stays counted."""
    wanted = [address.lower() for address in addresses]
    members = list(Member.objects.select_for_update(of=("self",)).filter(email__in=wanted))
    for member in members:
        wipe_texts_of(member)
        erase_member(member, by=VISITOR, act="communities.member.leave")
    return len(members)


def erase_person(address: str) -> int:
    """End the memberships of one address; members belong to no firm's record anyway."""
    return erase(UUID(int=0), [address])


DATA = RoomData(room=ROOM, kept=kept, erase=erase)
