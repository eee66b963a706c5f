"""Whom a note of the kind "seeks" fits, and why.

First come members who say for which actor of the map they speak, and offers of members; then other
actors of the map. Within each the better score: a role that was asked for (3), each common topic
(2, at most three), a member (1). Without a role or topic in common nothing is proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from steiger.web.communities.domain.queries import live_notes
from steiger.web.communities.models import Member, Note
from steiger.web.directory.models import Actor, Classification, Role

MOST, MOST_OUTSIDE = 6, 4
#: So many actors outside are looked at, the newest first.
POOL = 400


@dataclass(frozen=True, slots=True)
class Match:
    """One actor or offer that fits.

    Attributes:
        actor: on the map, or None for an offer of a member without one.
        members: names of members who speak for the actor by their own word.
        roles: keys of the roles asked for that it has.
        topics: numbers of the common terms.
        offer: the note in which a member offers it.
    """

    actor: Actor | None
    score: int
    members: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    topics: tuple[int, ...] = ()
    offer: Note | None = field(default=None, compare=False)


def matches(note: Note) -> list[Match]:
    """What fits a note, the best first; the same every time."""
    wanted_topics = set(note.topics.values_list("pk", flat=True))
    wanted_roles = set(note.roles)
    members = (
        Member.objects.filter(community=note.community_id, actor__state=Actor.State.PUBLISHED)
        .exclude(confirmed_at=None)
        .exclude(pk=note.member_id)
        .select_related("actor")
    )
    speakers: dict[int, list[str]] = defaultdict(list)
    actors: dict[int, Actor] = {}
    for member in members:
        if member.actor is not None and member.actor_id != note.member.actor_id:
            actors[member.actor.pk] = member.actor
            speakers[member.actor.pk].append(member.name)
    inside = _scored(actors.values(), wanted_roles, wanted_topics, speakers)
    outside = _scored(
        _others(
            wanted_roles,
            wanted_topics,
            {*actors, note.member.actor_id or 0},
            invented=note.community.example,
        ),
        wanted_roles,
        wanted_topics,
        {},
    )[:MOST_OUTSIDE]
    ranked = [*inside, *_offers(note, wanted_topics), *outside]
    return sorted(ranked, key=_order)[: MOST + MOST_OUTSIDE]


def _order(match: Match) -> tuple[bool, int, str]:
    name = match.actor.sort_name if match.actor else match.offer.title if match.offer else ""
    inside = bool(match.members) or match.offer is not None
    return (not inside, -match.score, name)


def _scored(
    actors: Iterable[Actor], roles: set[str], topics: set[int], speakers: dict[int, list[str]]
) -> list[Match]:
    known = {actor.pk: actor for actor in actors}
    common: dict[int, set[int]] = defaultdict(set)
    tagged = Classification.objects.filter(actor_id__in=known, term_id__in=topics, hidden=False)
    for actor_id, term_id in tagged.values_list("actor_id", "term_id"):
        common[actor_id].add(term_id)
    found = []
    for pk, actor in known.items():
        fitting = tuple(sorted(roles & set(actor.role_keys)))
        shared = tuple(sorted(common[pk]))
        # A role that was asked for must be there; a topic alone is enough where none was.
        if (roles and not fitting) or not (fitting or shared):
            continue
        names = tuple(sorted(speakers.get(pk, [])))
        score = 3 * bool(fitting) + 2 * min(3, len(shared)) + bool(names)
        found.append(Match(actor, score, names, fitting, shared))
    return sorted(found, key=_order)


def _others(roles: set[str], topics: set[int], known: set[int], *, invented: bool) -> list[Actor]:
    published = Actor.objects.filter(state=Actor.State.PUBLISHED).exclude(pk__in=known)
    if invented:
        # Nobody real is proposed to an invented request.
        published = published.filter(is_example=True)
    if topics:
        tagged = Classification.objects.filter(term_id__in=topics, hidden=False)
        published = published.filter(pk__in=tagged.values("actor_id"))
    if roles:
        held = Role.objects.filter(term__key__in=roles, state=Role.State.ACCEPTED, hidden=False)
        published = published.filter(pk__in=held.values("actor_id"))
    if not (roles or topics):
        return []
    return list(published.order_by("-changed_at", "pk")[:POOL])


def _offers(note: Note, topics: set[int]) -> list[Match]:
    found = []
    offers = live_notes(note.community).filter(kind=Note.Kind.OFFERS).exclude(member=note.member_id)
    for offer in offers.prefetch_related("topics"):
        shared = tuple(sorted(topics & {term.pk for term in offer.topics.all()}))
        if shared:
            score = 2 * min(3, len(shared)) + 1
            found.append(Match(None, score, (offer.member.name,), (), shared, offer))
    return found
