"""What the pages of a community show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from steiger.web.communities.domain.matching import Match, matches
from steiger.web.communities.domain.meetings import upcoming
from steiger.web.communities.domain.queries import (
    confirmed,
    last_written,
    live_notes,
    shown_questions,
    waiting_count,
    with_counts,
)
from steiger.web.communities.domain.texts import localized
from steiger.web.communities.interfaces.entering import member_here, moderates
from steiger.web.communities.models import Community, Member, Note
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor
from steiger.web.publications.domain.queries import of_community
from steiger.web.publications.interfaces.cards import card_of


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever wrote something, as others see it."""

    name: str
    organisation: str
    url: str


def who(member: Member | None) -> Who:
    """A member by name and organisation; whoever has left has neither."""
    if member is None:
        return Who(_("a former member"), "", "")
    actor = member.actor
    if actor is not None and actor.state == Actor.State.PUBLISHED:
        return Who(member.name, actor.name, actor.get_absolute_url())
    return Who(member.name, member.organisation, "")


def frame(request: HttpRequest, community: Community, current: str) -> dict[str, Any]:
    """What every page of a community shows: name, tabs, who is here."""
    member = member_here(request, community)
    is_moderator = moderates(request, community, member)
    slug = {"slug": community.slug}
    tabs = [
        (pgettext("community", "Overview"), "community", None),
        (_("Questions and answers"), "questions", shown_questions(community).count()),
        (_("Offers and requests"), "notes", live_notes(community).count()),
    ]
    if is_moderator:
        tabs.append((pgettext("community", "Moderation"), "moderation", waiting_count(community)))
    return {
        "community": community,
        "name": localized(community, "name"),
        "member": member,
        "is_moderator": is_moderator,
        "closing": localized(community, "closing"),
        "tabs": [
            {
                "label": label,
                "url": reverse(f"communities:{view}", kwargs=slug),
                "current": view == current,
                "count": count,
            }
            for label, view, count in tabs
        ],
        "crumbs": [
            (_("Communities"), reverse("communities:list")),
            (localized(community, "name"), ""),
        ],
    }


def list_context() -> dict[str, Any]:
    """All communities, the open ones first."""
    rows = [(community, _line(community, count)) for community, count in with_counts()]
    return {
        "open": [line for community, line in rows if community.is_open],
        "closed": [line for community, line in rows if not community.is_open],
    }


def _line(community: Community, members: int) -> dict[str, Any]:
    """One community in the list."""
    return {
        "community": community,
        "name": localized(community, "name"),
        "what": localized(community, "what"),
        "whom": localized(community, "whom"),
        "members": members_text(members),
        "next": next(iter(upcoming(community.slug, 1)), None) if community.is_open else None,
    }


def members_text(count: int) -> str:
    """How many take part."""
    return ngettext("%(n)s member", "%(n)s members", count) % {"n": count}


def community_context(community: Community) -> dict[str, Any]:
    """What a newcomer understands in ten seconds."""
    questions = list(shown_questions(community)[:3])
    return {
        "what": localized(community, "what"),
        "whom": localized(community, "whom"),
        "rhythm": localized(community, "rhythm"),
        "members": members_text(confirmed(community).count()),
        "meetings": upcoming(community.slug),
        "questions": [(q, who(q.member), len(q.answers.all())) for q in questions],
        "notes": [(n, who(n.member)) for n in live_notes(community)[:4]],
        "materials": [card_of(p) for p in of_community(community.slug, 6)],
        "last_written": last_written(community),
        "topics": list(community.topics.all()),
        "moderators": [who(m) for m in confirmed(community).filter(moderator=True)],
    }


def question_rows(page: Any) -> list[Any]:
    """Questions with who asked and who answered."""
    return [(q, who(q.member), [(a, who(a.member)) for a in q.answers.all()]) for q in page]


def note_rows(community: Community, kind: str) -> list[tuple[Note, Who]]:
    """Notes of one kind."""
    found = live_notes(community).filter(kind=kind).prefetch_related("topics")
    return [(note, who(note.member)) for note in found]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One match in words."""

    name: str
    url: str
    town: str
    reasons: tuple[str, ...]
    is_member: bool
    is_example: bool


def proposals(note: Note) -> list[Proposal]:
    """Who fits a note, and why."""
    return [_proposal(match, note) for match in matches(note)]


def _proposal(match: Match, note: Note) -> Proposal:
    words = vocabulary()
    reasons = []
    if match.members:
        reasons.append(_("takes part here: %(names)s") % {"names": ", ".join(match.members)})
    if match.roles:
        labels = ", ".join(words.label("role", key) for key in match.roles)
        reasons.append(_("is what you seek: %(roles)s") % {"roles": labels})
    topics = [words.by_id[pk].label for pk in match.topics if pk in words.by_id]
    if topics:
        reasons.append(_("same topics: %(topics)s") % {"topics": ", ".join(topics)})
    if match.actor is not None:
        return Proposal(
            name=match.actor.name,
            url=match.actor.get_absolute_url(),
            town=match.actor.town,
            reasons=tuple(reasons),
            is_member=bool(match.members),
            is_example=match.actor.is_example,
        )
    assert match.offer is not None  # noqa: S101 - one of both is there
    offered = _("offered here by %(name)s") % {"name": match.offer.member.name}
    url = reverse("communities:note", kwargs={"slug": note.community.slug, "pk": match.offer.pk})
    return Proposal(match.offer.title, url, "", (offered, *reasons[1:]), True, False)
