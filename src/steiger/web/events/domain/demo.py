"""A year of invented events, the same for the same seed: titles and hosts say "Beispiel".

Past registrations carry no names and no addresses, only hashes, as after erasure. Those to come
belong to invented addresses at example.org.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.regions import Region, load_region
from steiger.web.accounts.domain.audit import SYSTEM, record
from steiger.web.directory.models import Term
from steiger.web.events.domain.demo_words import EXAMPLES, HOSTS, HOUSES, Example
from steiger.web.events.domain.persons import companion, digest, salt_of, year_of
from steiger.web.events.domain.registering import CODE_LENGTH, LETTERS
from steiger.web.events.models import (
    Attendance,
    Event,
    Feedback,
    Material,
    Registration,
    Series,
    TicketKind,
)

PAST, COMING = 45, 14
#: How many different people the invented visitors are.
PEOPLE = 1500
SHOW_RATE = 0.83
PREFIX = "beispiel-"
_WORKDAYS = (0, 1, 2, 3)


@dataclass
class _Batch:
    """Rows that are written at once."""

    registrations: list[Registration] = field(default_factory=list)
    attendances: list[Attendance] = field(default_factory=list)
    opinions: list[Feedback] = field(default_factory=list)


def load(region: str, seed: int, until: datetime) -> Mapping[str, int]:
    """Fill the calendar around `until`: 45 events in the twelve months before, some after.

    A second time changes nothing.

    Args:
        region: key of the region whose towns are used.
        seed: the same seed gives the same life.
        until: aware; the present of the demonstration.

    Returns:
        How many events, registrations and visits are new.
    """
    if Event.objects.filter(example=True).exists():
        return {"events": 0, "registrations": 0, "visits": 0}
    with transaction.atomic():
        _fill(load_region(region), random.Random(seed), until)  # noqa: S311 - no secret
    return {
        "events": Event.objects.filter(example=True).count(),
        "registrations": Registration.objects.filter(event__example=True).count(),
        "visits": Attendance.objects.filter(event__example=True).count(),
    }


def _fill(region: Region, rng: random.Random, until: datetime) -> None:
    topics = {t.key: t for t in Term.objects.filter(vocabulary__in=("method", "technology"))}
    series = {
        key: Series.objects.create(slug=f"{PREFIX}{key}", title_de=de, title_en=en)
        for key, de, en in (
            ("gespraech", "Beispielreihe: KI im Gespräch", "Example series: Talking about AI"),
            ("werkstatt", "Beispielreihe: KI-Werkstatt", "Example series: AI workshop"),
        )
    }
    towns = sorted(region.municipalities.values(), key=lambda town: -(town.population or 0))[:28]
    salts: dict[int, bytes] = {}
    batch, events = _Batch(), []
    for number, day in enumerate(_days(rng, until)):
        example = EXAMPLES[number % len(EXAMPLES)]
        event = _event(example, number, day, rng.choice(towns), rng)
        event.series = series.get(
            {"talk": "gespraech", "workshop": "werkstatt"}.get(event.kind, "")
        )
        event.save()
        if example.topic in topics:
            event.topics.add(topics[example.topic])
        events.append(event)
        quota = _size(example, rng)
        ticket = TicketKind.objects.create(
            event=event, name_de="Platz", name_en="Place", quota=quota, most_per_group=4
        )
        if year_of(day) not in salts:
            salts[year_of(day)] = salt_of(year_of(day))
        salt = salts[year_of(day)]
        if day < until:
            _past(event, ticket, rng, salt, batch)
        else:
            _coming(ticket, rng, salt, until, batch)
    Registration.objects.bulk_create(batch.registrations, batch_size=500)
    Attendance.objects.bulk_create(batch.attendances, batch_size=500)
    Feedback.objects.bulk_create(batch.opinions, batch_size=500)
    _materials([event for event in events if event.starts_at < until])
    _sums()
    record(by=SYSTEM, act="events.demo.load", on=events[0], changes={"events": [0, len(events)]})


def _days(rng: random.Random, until: datetime) -> list[datetime]:
    """45 days of the year before and some of the ten weeks after, with an hour."""
    local = timezone.localtime(until).replace(minute=0, second=0, microsecond=0)
    past: list[datetime] = []
    for number in range(PAST):
        back = 363 - number * (360 / PAST) + rng.uniform(-2, 2)
        past.append(_workday(local - timedelta(days=max(back, 2)), rng, -1))
    ahead = [
        _workday(local + timedelta(days=3 + number * 5 + rng.randint(0, 2)), rng, 1)
        for number in range(COMING)
    ]
    return sorted(past) + ahead


def _workday(day: datetime, rng: random.Random, step: int) -> datetime:
    """The nearest day on which people come: Monday to Thursday, not at Christmas."""
    while (
        day.weekday() not in _WORKDAYS
        or (day.month, day.day) > (12, 18)
        or day.day + 40 * (day.month - 1) < 7
    ):
        day += timedelta(days=step)
    hour = rng.choice((9, 10, 14, 16, 17, 18))
    zone = timezone.get_current_timezone()
    return datetime(day.year, day.month, day.day, hour, rng.choice((0, 30)), tzinfo=zone)


def _size(example: Example, rng: random.Random) -> int:
    return max(8, round(example.size * rng.uniform(1.1, 1.6)))


def _event(example: Example, number: int, begin: datetime, town: Any, rng: random.Random) -> Event:
    form = rng.choices(("onsite", "online", "hybrid"), (6, 2, 2))[0]
    form = "onsite" if example.kind == "tour" else form
    if example.kind == "conference":
        begin = begin.replace(hour=9)
    hours = {"conference": 7, "workshop": 3}.get(example.kind, 2)
    event = Event(
        uid=uuid.UUID(int=rng.getrandbits(128), version=4),
        slug=f"{PREFIX}{number + 1}-{begin:%Y-%m-%d}",
        state=Event.State.PUBLISHED,
        kind=example.kind,
        format=form,
        title_de=example.title_de,
        title_en=example.title_en,
        summary_de=example.summary_de,
        summary_en=example.summary_en,
        host=rng.choice(HOSTS),
        community=example.community,
        starts_at=begin,
        ends_at=begin + timedelta(hours=hours),
        online_url="" if form == "onsite" else "https://video.example.org/beispiel",
        example=True,
        created_at=begin - timedelta(days=40),
        changed_at=begin - timedelta(days=30),
    )
    if form != "online":
        event.venue, event.street = rng.choice(HOUSES), f"Beispielstraße {rng.randint(1, 99)}"
        event.town, event.municipality, event.district = town.name, town.ags, town.district
        event.latitude, event.longitude = town.lat, town.lon
    return event


def _past(event: Event, ticket: TicketKind, rng: random.Random, salt: bytes, batch: _Batch) -> None:
    """Registrations after erasure: hashes, seats and who came are left."""
    free = round(ticket.quota * rng.uniform(0.85, 1.0))
    guests = rng.sample(range(PEOPLE), free)
    for guest in guests:
        seats = min(rng.choices((1, 2, 3), (88, 9, 3))[0], free)
        if not seats:
            break
        free -= seats
        row = _row(event, ticket, rng, Registration.State.CONFIRMED, seats)
        row.person = digest(f"beispiel{guest}@example.org", salt)
        row.erased_at = event.ends_at + timedelta(days=event.keep_days)
        batch.registrations.append(row)
        came = [seat for seat in range(1, seats + 1) if rng.random() < SHOW_RATE]
        for seat in came:
            at = event.starts_at + timedelta(minutes=rng.randint(-25, 10))
            person = companion(row.person, seat)
            batch.attendances.append(
                Attendance(
                    event=event, registration=row, seat=seat, person=person, came_at=at, door="A"
                )
            )
        if came and rng.random() < 0.2:
            rating = rng.choices((5, 4, 3, 2), (45, 40, 12, 3))[0]
            batch.opinions.append(
                Feedback(
                    event=event,
                    rating=rating,
                    useful=rng.random() < 0.5,
                    given_on=timezone.localdate(event.ends_at),
                )
            )
    for _ in range(rng.randint(0, 2)):
        at = event.starts_at + timedelta(minutes=rng.randint(0, 15))
        batch.attendances.append(Attendance(event=event, came_at=at, door="A"))


def _coming(
    ticket: TicketKind, rng: random.Random, salt: bytes, until: datetime, batch: _Batch
) -> None:
    """Some events are full with a waiting list, some nearly, some almost empty."""
    event = ticket.event
    share = rng.choice((0.2, 0.5, 0.8, 1.0))
    wanted = round(ticket.quota * share)
    for guest in rng.sample(range(PEOPLE), wanted):
        row = _row(event, ticket, rng, Registration.State.CONFIRMED, 1)
        row.code = "".join(rng.choice(LETTERS) for _ in range(CODE_LENGTH))
        _named(row, guest, until, rng)
        row.person = digest(row.email, salt)
        batch.registrations.append(row)
    if share == 1.0:
        for number, guest in enumerate(rng.sample(range(PEOPLE, 2 * PEOPLE), 6), start=1):
            row = _row(event, ticket, rng, Registration.State.WAITING, rng.choice((1, 1, 2)))
            row.number = number
            _named(row, guest, until, rng)
            row.person = digest(row.email, salt)
            batch.registrations.append(row)


def _named(row: Registration, guest: int, until: datetime, rng: random.Random) -> None:
    row.name, row.email = f"Beispiel Gast {guest + 1}", f"beispiel{guest}@example.org"
    row.created_at = row.asked_at = row.confirmed_at = until - timedelta(hours=rng.randint(20, 400))


def _row(
    event: Event, ticket: TicketKind, rng: random.Random, state: Registration.State, seats: int
) -> Registration:
    at = event.starts_at - timedelta(hours=rng.randint(30, 700))
    return Registration(
        id=uuid.UUID(int=rng.getrandbits(128), version=4),
        event=event,
        ticket=ticket,
        state=state,
        seats=seats,
        created_at=at,
        asked_at=at,
        confirmed_at=at,
        # Nobody is reminded of what is invented.
        reminded_at=at,
        asked_opinion_at=at,
    )


def _materials(events: list[Event]) -> None:
    Material.objects.bulk_create(
        Material(
            event=event,
            title_de="Beispielfolien",
            title_en="Example slides",
            url="https://example.org/folien.pdf",
        )
        for event in events[::2]
    )


def _sums() -> None:
    from steiger.web.events.domain import seats

    for ticket in TicketKind.objects.filter(event__example=True).select_related("event"):
        ticket.taken, ticket.waiting = seats.taken_of(ticket), len(seats.queue_of(ticket))
        ticket.save(update_fields=["taken", "waiting"])
