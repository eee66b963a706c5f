"""Four communities with invented life, the same at every run."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.communities.domain.demo_texts import COMMUNITIES, FIRST_NAMES, Seed
from steiger.web.communities.domain.membership import CONSENT
from steiger.web.communities.models import (
    Answer,
    Community,
    Member,
    Movement,
    Note,
    Question,
    State,
)
from steiger.web.directory.models import Actor, Term


def load_demo(
    today: date | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Load the invented communities; a second time changes nothing. No mail leaves.

    Args:
        today: the day to which everything is counted back.
        progress: called with what is done now.

    Returns:
        How many communities, members, questions and notes are new.
    """
    if Community.objects.filter(example=True).exists():
        return {"communities": 0, "members": 0, "questions": 0, "notes": 0}
    progress("Communities")
    chance = random.Random(4)  # noqa: S311 - invented life, no secret
    today = today or timezone.localdate()
    actors = list(Actor.objects.filter(is_example=True, state="published").order_by("pk")[:120])
    terms = {t.key: t for t in Term.objects.filter(vocabulary__in=("method", "technology"))}
    with transaction.atomic():
        for number, seed in enumerate(COMMUNITIES):
            _write(number, seed, today=today, actors=actors, terms=terms, chance=chance)
    mine = Community.objects.filter(example=True)
    return {
        "communities": mine.count(),
        "members": Member.objects.filter(community__in=mine).count(),
        "questions": Question.objects.filter(community__in=mine).count(),
        "notes": Note.objects.filter(community__in=mine).count(),
    }


def _write(
    number: int,
    seed: Seed,
    *,
    today: date,
    actors: list[Actor],
    terms: dict[str, Term],
    chance: random.Random,
) -> None:
    community = Community.objects.create(
        slug=seed.slug,
        name_de=seed.name_de,
        name_en=seed.name_en,
        what_de=seed.what_de,
        what_en=seed.what_en,
        whom_de=seed.whom_de,
        whom_en=seed.whom_en,
        rhythm_de=seed.rhythm_de,
        rhythm_en=seed.rhythm_en,
        example=True,
        created_at=_at(today, 700 - 60 * number),
    )
    topics = [terms[key] for key in seed.topics if key in terms]
    community.topics.set(topics)
    audit.record(by=audit.SYSTEM, act="communities.demo.load", on=community)
    members = _members(community, number, seed, today=today, actors=actors, chance=chance)
    for place, (asked, answers) in enumerate(seed.questions):
        days = 9 + 23 * place + number
        question = Question.objects.create(
            community=community,
            member=members[place + 2],
            title=asked,
            text="Die Frage ist erfunden und zeigt, wie eine Gemeinschaft aussieht.",
            **_shown(today, days),
        )
        for step, text in enumerate(answers):
            Answer.objects.create(
                question=question,
                member=members[(place * 5 + step * 3 + 1) % len(members)],
                text=text,
                **_shown(today, max(1, days - 2 - 3 * step)),
            )
    for place, (kind, title, keys, roles) in enumerate(seed.notes):
        note = Note.objects.create(
            community=community,
            member=members[place + 6],
            kind=kind,
            title=title,
            text="Dieser Eintrag ist erfunden. Bitte nicht melden.",
            roles=list(roles),
            until=today + timedelta(days=40 + 7 * place),
            **_shown(today, 4 + 6 * place),
        )
        note.topics.set([terms[key] for key in keys if key in terms])


def _members(
    community: Community,
    number: int,
    seed: Seed,
    *,
    today: date,
    actors: list[Actor],
    chance: random.Random,
) -> list[Member]:
    members: list[Member] = []
    days: dict[date, int] = {}
    for place in range(seed.members):
        age = int(620 * (1 - place / seed.members)) + chance.randrange(10)
        name = f"{FIRST_NAMES[(place * 7 + number) % len(FIRST_NAMES)]} Beispiel"
        actor = actors[(place * 11 + number * 29) % len(actors)] if actors and place % 3 else None
        at = _at(today, age)
        day = today - timedelta(days=age)
        days[day] = days.get(day, 0) + 1
        members.append(
            Member(
                community=community,
                email=f"{seed.slug}-{place + 1}@example.org",
                name=name,
                organisation=actor.name if actor else "",
                actor=actor,
                digest=place % 2 == 0,
                moderator=place < 2,
                consent=CONSENT,
                created_at=at,
                asked_at=at,
                confirmed_at=at,
                told_until=_at(today, 0),
            )
        )
    Movement.objects.bulk_create(
        Movement(community=community, day=day, joined=joined) for day, joined in days.items()
    )
    return Member.objects.bulk_create(members)


def _at(today: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(today - timedelta(days=days), time(10, 30)))


def _shown(today: date, days: int) -> dict[str, object]:
    at = _at(today, days)
    return {"state": State.SHOWN, "created_at": at, "shown_at": at, "decided_at": at}
