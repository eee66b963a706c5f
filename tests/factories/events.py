"""Events, tickets and registrations for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from steiger.web.events.domain import registering
from steiger.web.events.domain.registering import Person
from steiger.web.events.models import Event, Question, Registration, TicketKind

_numbers = count(1)


def make_event(*, quota: int | None = 10, most: int = 5, days: float = 10, **fields: Any) -> Event:
    """A published event in some days, with one kind of ticket (none if `quota` is None)."""
    number = next(_numbers)
    begin = fields.pop("starts_at", timezone.now() + timedelta(days=days))
    defaults: dict[str, Any] = {
        "slug": f"beispiel-{number}",
        "state": Event.State.PUBLISHED,
        "title_de": f"Beispielvortrag {number}",
        "title_en": f"Example talk {number}",
        "summary_de": "Worum es geht.",
        "starts_at": begin,
        "ends_at": begin + timedelta(hours=2),
        "venue": "Beispielhaus",
        "street": "Beispielweg 1",
        "postcode": "42103",
        "town": "Wuppertal",
        "municipality": "05124000",
        "district": "05124",
        "latitude": 51.26,
        "longitude": 7.15,
        "host": "Beispiel-Veranstalterin",
    }
    event = Event.objects.create(**defaults | fields)
    if quota is not None:
        make_ticket(event, quota=quota, most_per_group=most)
    return event


def make_ticket(event: Event, **fields: Any) -> TicketKind:
    """A kind of ticket."""
    defaults = {"name_de": "Vor Ort", "name_en": "On site", "quota": 10}
    return TicketKind.objects.create(event=event, **defaults | fields)


def make_question(event: Event, **fields: Any) -> Question:
    """A question that need not be answered."""
    defaults = {
        "label_de": "Was möchten Sie wissen?",
        "label_en": "What would you like to know?",
        "purpose_de": "Damit wir uns vorbereiten.",
    }
    return Question.objects.create(event=event, **defaults | fields)


def person(number: int, **fields: Any) -> Person:
    """Somebody invented."""
    given = {"name": f"Beispiel Person {number}", "email": f"gast{number}@example.org"}
    return Person(**given | fields)


def ask(event: Event, number: int, seats: int = 1, **fields: Any) -> Registration:
    """Register somebody, not yet confirmed."""
    ticket = event.tickets.get()
    row = registering.register(ticket=ticket, who=person(number, **fields), seats_wanted=seats)
    assert row is not None
    return row


def come(event: Event, number: int, seats: int = 1, **fields: Any) -> Registration:
    """Register somebody and confirm: a place, or one on the list."""
    row = ask(event, number, seats, **fields)
    return registering.confirm(registration_id=row.pk)


def when(text: str) -> datetime:
    """A time in UTC, as 2026-10-25 08:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
