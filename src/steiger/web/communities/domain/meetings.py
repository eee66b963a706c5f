"""Meetings of a community: events that carry its slug, and take place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from steiger.web.events.domain.queries import next_of_community, public_between
from steiger.web.events.models import Event


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting."""

    title: str
    starts_at: datetime
    url: str


def upcoming(community_slug: str, limit: int = 5) -> list[Meeting]:
    """The next meetings of a community, the nearest first."""
    return _taking_place(next_of_community(community_slug, limit))


def held(community_slug: str, first: date, last: date) -> list[Meeting]:
    """Meetings that began from ``first`` to ``last``, up to now."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    found = public_between(begin, min(end, timezone.now()))
    return _taking_place(found.filter(community=community_slug, starts_at__gte=begin))


def _taking_place(events: Iterable[Event]) -> list[Meeting]:
    return [
        Meeting(event.title, event.starts_at, event.get_absolute_url())
        for event in events
        if event.state == Event.State.PUBLISHED
    ]
