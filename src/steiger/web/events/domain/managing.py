"""What staff do with events: create, edit, publish, move, call off, give more or fewer places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from steiger.web.accounts.domain.audit import Actor, kept, record
from steiger.web.directory.models import Term
from steiger.web.events.domain import rules, seats
from steiger.web.events.models import Event, Material, Question, Registration, TicketKind

TELL = "steiger.web.events.tasks.tell_change_task"
#: A change of these has to reach calendars.
CALENDAR_FIELDS = (
    "title_de",
    "title_en",
    "starts_at",
    "ends_at",
    "format",
    "venue",
    "street",
    "postcode",
    "town",
    "online_url",
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class ManagingError(ValueError):
    """Why it is refused; ``reason`` is one of: no_ticket, taken, used."""

    def __init__(self, reason: str, number: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.number = reason, number


def new_slug(title: str, day: str) -> str:
    """An address that no event has: title and day, then a number."""
    stem = slugify(f"{title.lower().translate(_UMLAUTS)}"[:90]).strip("-") or "veranstaltung"
    stem, number = f"{stem}-{day}", 1
    slug = stem
    while Event.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


@transaction.atomic
def create_event(
    *, values: Mapping[str, Any], topics: Iterable[Term] = (), by: Actor, slug: str = ""
) -> Event:
    """A new draft."""
    day = timezone.localtime(values["starts_at"]).date().isoformat()
    event = Event(slug=slug or new_slug(values["title_de"], day), **values)
    event.save()
    event.topics.set(topics)
    record(by=by, act="events.event.create", on=event)
    return event


@transaction.atomic
def change_event(
    *, event: Event, values: Mapping[str, Any], topics: Iterable[Term] | None = None, by: Actor
) -> list[str]:
    """Edit an event; returns the fields that changed.

    If a published event changes time or place, its sequence grows, and everybody who has a place
    gets a mail with the appointment's new version.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    before = {name: getattr(event, name) for name in values}
    changed = [name for name, value in values.items() if before[name] != value]
    for name in changed:
        setattr(event, name, values[name])
    if topics is not None:
        event.topics.set(topics)
    if not changed:
        return []
    event.changed_at = timezone.now()
    moved = event.state == Event.State.PUBLISHED and any(f in CALENDAR_FIELDS for f in changed)
    event.sequence += moved
    event.save()
    changes = {name: [kept(before[name]), kept(values[name])] for name in changed}
    record(by=by, act="events.event.change", on=event, changes=changes)
    if moved:
        import_string(TELL).enqueue(event_pk=event.pk)
    return changed


@transaction.atomic
def publish(*, event: Event, by: Actor) -> bool:
    """Show a draft to everybody; whether it was one.

    Raises:
        ManagingError: it has no kind of ticket.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state != Event.State.DRAFT:
        return False
    if not event.tickets.exists():
        raise ManagingError("no_ticket")
    event.state, event.changed_at = Event.State.PUBLISHED, timezone.now()
    event.save(update_fields=["state", "changed_at"])
    record(by=by, act="events.event.publish", on=event)
    return True


@transaction.atomic
def call_off(*, event: Event, reason_de: str, reason_en: str = "", by: Actor) -> bool:
    """The event does not take place; whoever has a place or waits is told. For good."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state != Event.State.PUBLISHED:
        return False
    # Whoever is registering at this moment goes first, and is then told like everybody.
    list(TicketKind.objects.select_for_update().filter(event=event).order_by("pk"))
    event.state, event.changed_at = Event.State.CANCELLED, timezone.now()
    event.reason_de, event.reason_en = reason_de, reason_en
    event.sequence += 1
    event.save()
    record(by=by, act="events.event.call_off", on=event, reason=reason_de)
    import_string(TELL).enqueue(event_pk=event.pk)
    return True


@transaction.atomic
def delete_draft(*, event: Event, by: Actor) -> None:
    """Remove a draft.

    Raises:
        ManagingError: it was published.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state != Event.State.DRAFT or event.registrations.exists():
        raise ManagingError("used")
    record(by=by, act="events.event.delete", on=event)
    event.delete()


@transaction.atomic
def save_ticket(
    *, event: Event, ticket: TicketKind | None, values: Mapping[str, Any], by: Actor
) -> TicketKind:
    """Add or change a kind of ticket. More places go to the waiting list first.

    Raises:
        ManagingError: a quota below the seats that are given away.
    """
    if ticket is None:
        row = TicketKind.objects.create(event=event, **values)
        record(by=by, act="events.ticket.create", on=row)
        return row
    row = seats.lock(ticket.pk)
    taken = seats.taken_of(row)
    try:
        rules.checked_quota(quota=values.get("quota", row.quota), taken=taken)
    except rules.QuotaError as error:
        raise ManagingError("taken", error.taken) from error
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    changes = {n: [kept(before[n]), kept(v)] for n, v in values.items() if before[n] != v}
    if changes:
        record(by=by, act="events.ticket.change", on=row, changes=changes)
    seats.settle(row)
    return row


@transaction.atomic
def delete_ticket(*, ticket: TicketKind, by: Actor) -> None:
    """Remove a kind of ticket.

    Raises:
        ManagingError: somebody registered for it.
    """
    row = seats.lock(ticket.pk)
    if row.registrations.exists():
        raise ManagingError("used")
    record(by=by, act="events.ticket.delete", on=row)
    row.delete()


@transaction.atomic
def save_question(
    *, event: Event, question: Question | None, values: Mapping[str, Any], by: Actor
) -> Question:
    """Add or change a question."""
    row = question or Question(event=event)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(by=by, act="events.question.save", on=row)
    return row


@transaction.atomic
def delete_question(*, question: Question, by: Actor) -> None:
    """Remove a question and its answers."""
    record(by=by, act="events.question.delete", on=question)
    question.delete()


@transaction.atomic
def add_material(*, event: Event, values: Mapping[str, Any], by: Actor) -> Material:
    """Offer something to read or watch after the event."""
    row = Material.objects.create(event=event, **values)
    record(by=by, act="events.material.add", on=row)
    return row


@transaction.atomic
def delete_material(*, material: Material, by: Actor) -> None:
    """Take it back."""
    record(by=by, act="events.material.delete", on=material)
    material.delete()


def people_to_tell(event: Event) -> int:
    """How many registrations hear of a change or of the end."""
    return event.registrations.filter(
        state__in=(
            Registration.State.CONFIRMED,
            Registration.State.OFFERED,
            Registration.State.WAITING,
        )
    ).count()
