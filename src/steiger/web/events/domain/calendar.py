"""Events and registrations as appointments of a calendar program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from steiger.adapters.icalendar.writer import Appointment, Method, calendar_file
from steiger.web.events.domain.words import place_text
from steiger.web.events.models import Event, Registration

REFRESH = timedelta(hours=6)


def host() -> str:
    """The name under which this installation makes world-wide ids."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def organizer() -> tuple[str, str]:
    """Address and name of the sender of all mails."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return address or "steiger@localhost", name


def event_appointment(event: Event) -> Appointment:
    """The event as everybody sees it."""
    geo = None
    if event.latitude is not None and event.longitude is not None and event.is_onsite:
        geo = (event.latitude, event.longitude)
    return Appointment(
        uid=f"event-{event.uid}@{host()}",
        sequence=event.sequence,
        start=event.starts_at,
        end=event.ends_at,
        changed_at=event.changed_at,
        title=event.title,
        description=event.words("summary"),
        location=place_text(event),
        geo=geo,
        url=settings.BASE_URL + event.get_absolute_url(),
        categories=tuple(term.label for term in event.topics.all()),
        cancelled=event.state == Event.State.CANCELLED,
    )


def feed(events: Iterable[Event], name: str) -> bytes:
    """A calendar that programs subscribe to."""
    return calendar_file((event_appointment(e) for e in events), name=name, refresh=REFRESH)


def single(event: Event) -> bytes:
    """One event for download."""
    return calendar_file([event_appointment(event)])


def invitation(registration: Registration, own_url: str, method: Method) -> bytes:
    """What goes with a mail: REQUEST puts it into the calendar or changes it, CANCEL removes it.

    It has an id of its own, because its versions also grow by what this person does.
    """
    event = registration.event
    base = event_appointment(event)
    description = "\n\n".join(
        part
        for part in (base.description, event.online_url if event.format != "onsite" else "")
        if part
    )
    appointment = Appointment(
        uid=f"registration-{registration.pk}@{host()}",
        sequence=registration.sequence,
        start=base.start,
        end=base.end,
        changed_at=base.changed_at,
        title=base.title,
        description=description,
        location=base.location,
        geo=base.geo,
        url=own_url,
        organizer=organizer(),
        attendees=(registration.email,),
        cancelled=method is Method.CANCEL,
    )
    return calendar_file([appointment], method=method)
