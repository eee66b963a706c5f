"""Reads: what the public sees, and the figures that other rooms ask for.

    rows(Period(begin, end))                 one line per event held, with its figures
    figures(Period(begin, end))              sums, distinct people counted once
    figures_by(Period(begin, end), "topic")  the same by kind, format, topic, community, district

An event counts in the period in which it begins, once it is over and was not called off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from steiger.web.events.models import Attendance, Event, Feedback, Registration, TicketKind

Dimension = Literal["kind", "format", "topic", "community", "district"]
DIMENSIONS: tuple[Dimension, ...] = ("kind", "format", "topic", "community", "district")
PUBLIC = (Event.State.PUBLISHED, Event.State.CANCELLED)


# --- what the public sees ------------------------------------------------------------------------
def public_events(*, past: bool = False, now: datetime | None = None) -> QuerySet[Event]:
    """Events that everybody sees: those to come, the next first; or those that are over."""
    now = now or timezone.now()
    rows = Event.objects.filter(state__in=PUBLIC).prefetch_related("topics", "tickets")
    if past:
        held = rows.filter(ends_at__lte=now, state=Event.State.PUBLISHED)
        return held.order_by("-starts_at", "-pk")
    return rows.filter(ends_at__gt=now).order_by("starts_at", "pk")


def public_between(begin: datetime, end: datetime) -> QuerySet[Event]:
    """Public events that lie in a span at least in part."""
    rows = Event.objects.filter(state__in=PUBLIC, starts_at__lt=end, ends_at__gt=begin)
    return rows.prefetch_related("topics", "tickets").order_by("starts_at", "pk")


def public_event(slug: str) -> Event | None:
    """One event that everybody sees."""
    return (
        Event.objects.prefetch_related("topics", "tickets", "questions", "materials")
        .filter(slug=slug, state__in=PUBLIC)
        .first()
    )


def next_events(limit: int) -> list[Event]:
    """The next events that take place, for the home page."""
    return list(public_events().filter(state=Event.State.PUBLISHED)[:limit])


def next_of_community(community: str, limit: int = 5) -> list[Event]:
    """The next events of a community, for its page."""
    return list(public_events().filter(community=community)[:limit])


# --- for the desk ---------------------------------------------------------------------------------
def drafts() -> QuerySet[Event]:
    """Events that are not public yet and still to come, the next first."""
    found = Event.objects.filter(state=Event.State.DRAFT, ends_at__gt=timezone.now())
    return found.order_by("starts_at", "pk")


def waiting_beside_free_places() -> list[TicketKind]:
    """Kinds of tickets with free places and people on the list, whom no rule serves by itself.

    That is so while a group waits that is larger than what is free.
    """
    waiting = Registration.objects.filter(ticket=OuterRef("pk"), state=Registration.State.WAITING)
    found = TicketKind.objects.filter(
        Exists(waiting),
        taken__lt=F("quota"),
        event__state=Event.State.PUBLISHED,
        event__starts_at__gt=timezone.now(),
    )
    return list(found.select_related("event").order_by("event__starts_at", "pk"))


def fresh_opinions(since: date) -> QuerySet[Feedback]:
    """Opinions in words that came since a day, the newest first."""
    found = Feedback.objects.filter(given_on__gte=since).exclude(text="")
    return found.select_related("event").order_by("-given_on", "-pk")


# --- figures --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Period:
    """A span of time: ``begin`` belongs to it, ``end`` does not. Both aware."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of events held.

    Attributes:
        events: how many.
        registered: seats of confirmed registrations.
        came: people who came, each event anew.
        distinct: different people among them, as far as their address is known.
        unregistered: those among ``came`` of whom nothing is known.
    """

    events: int = 0
    registered: int = 0
    came: int = 0
    distinct: int = 0
    unregistered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event held, with its figures and where it counts."""

    pk: int
    slug: str
    title: str
    starts_at: datetime
    kind: str
    format: str
    community: str
    district: str
    topics: tuple[str, ...]
    figures: Figures
    example: bool

    def keys(self, dimension: Dimension) -> tuple[str, ...]:
        """Under which keys of a dimension the event counts; several for topics, "" for none."""
        if dimension == "topic":
            return self.topics or ("",)
        return (str(getattr(self, dimension)),)


def held(period: Period, now: datetime | None = None) -> QuerySet[Event]:
    """Events of a period that took place."""
    return Event.objects.filter(
        state=Event.State.PUBLISHED,
        starts_at__gte=period.begin,
        starts_at__lt=period.end,
        ends_at__lte=now or timezone.now(),
    )


def rows(period: Period, now: datetime | None = None) -> list[EventRow]:
    """Every event of a period, the first first, with its figures."""
    events = list(held(period, now).prefetch_related("topics").order_by("starts_at", "pk"))
    numbers = event_figures(events)
    return [
        EventRow(
            pk=event.pk,
            slug=event.slug,
            title=event.title,
            starts_at=event.starts_at,
            kind=event.kind,
            format=event.format,
            community=event.community,
            district=event.district,
            topics=tuple(sorted(term.key for term in event.topics.all())),
            figures=numbers[event.pk],
            example=event.example,
        )
        for event in events
    ]


def figures(period: Period, now: datetime | None = None) -> Figures:
    """The sums of a period; each person counts once among the distinct."""
    return _sum(rows(period, now))


def figures_by(
    period: Period, dimension: Dimension, now: datetime | None = None
) -> dict[str, Figures]:
    """Figures by key of a dimension. By topic, an event with two topics counts under both."""
    grouped: dict[str, list[EventRow]] = defaultdict(list)
    for row in rows(period, now):
        for key in row.keys(dimension):
            grouped[key].append(row)
    return {key: _sum(found) for key, found in sorted(grouped.items())}


def event_figures(events: Iterable[Event]) -> dict[int, Figures]:
    """Figures of each of these events."""
    keys = [event.pk for event in events]
    seats = Registration.objects.filter(event__in=keys, state=Registration.State.CONFIRMED)
    registered = dict(
        seats.order_by().values_list("event").annotate(sum=Sum("seats")).values_list("event", "sum")
    )
    came: Mapping[int, tuple[int, int, int]] = {
        event: (total, distinct, unknown)
        for event, total, distinct, unknown in Attendance.objects.filter(event__in=keys)
        .order_by()
        .values_list("event")
        .annotate(
            total=Count("pk"),
            distinct=Count("person", distinct=True, filter=~Q(person="")),
            unknown=Count("pk", filter=Q(person="")),
        )
        .values_list("event", "total", "distinct", "unknown")
    }
    return {
        key: Figures(
            events=1,
            registered=registered.get(key, 0),
            came=came.get(key, (0, 0, 0))[0],
            distinct=came.get(key, (0, 0, 0))[1],
            unregistered=came.get(key, (0, 0, 0))[2],
        )
        for key in keys
    }


def distinct_people(events: Iterable[int]) -> int:
    """Different people who came to any of these events (by primary key)."""
    came = Attendance.objects.filter(event__in=list(events)).exclude(person="")
    return came.order_by().values("person").distinct().count()


def _sum(found: list[EventRow]) -> Figures:
    return Figures(
        events=len(found),
        registered=sum(row.figures.registered for row in found),
        came=sum(row.figures.came for row in found),
        distinct=distinct_people(row.pk for row in found),
        unregistered=sum(row.figures.unregistered for row in found),
    )
