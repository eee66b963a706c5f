"""One event as visitors see it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.web.directory.domain.areas import area_name, area_url
from steiger.web.events.domain import words
from steiger.web.events.domain.registering import is_open
from steiger.web.events.interfaces.calendar_page import labels_of, places_text
from steiger.web.events.interfaces.json_ld import json_ld
from steiger.web.events.models import Event

#: Why something did not work, in words; keys are those of RegistrationError.
REASONS = {
    "closed": lambda: _("Registration is closed."),
    "over": lambda: _("This event is over or does not take place."),
    "full": lambda: _("There are not enough free places for that. Your registration is unchanged."),
    "too_many": lambda: _("Very many people register at this moment. Please try again in an hour."),
    "gone": lambda: _("This registration does not exist any more."),
    "group": lambda: _("This number of people is not possible here."),
}


def reason_text(reason: str) -> str:
    """Why something did not work."""
    return REASONS[reason]()


def event_context(event: Event) -> dict[str, Any]:
    """Everything the page of an event shows besides its form."""
    now = timezone.now()
    tickets = list(event.tickets.all())
    opens = event.opens_at if event.opens_at and now < event.opens_at else None
    return {
        "event": event,
        "title": event.title,
        "summary": event.words("summary"),
        "text": event.words("text"),
        "when": words.day_text(event),
        "time": words.time_text(event),
        "where": words.place_text(event),
        "district": (area_name(event.district), area_url(event.district))
        if event.district
        else None,
        "places": places_text(event),
        "topics": [(term.label, term.key) for term in event.topics.all()],
        "community": labels_of("community")(event.community) if event.community else "",
        "language": {"de": _("German"), "en": _("English")}.get(event.language, event.language),
        "tickets": tickets,
        "full": bool(tickets) and not any(ticket.free for ticket in tickets),
        "waiting": sum(ticket.waiting for ticket in tickets),
        "is_open": is_open(event, now) and bool(tickets),
        "opens": words.moment_text(opens) if opens else "",
        "closes": words.moment_text(event.closes_at) if event.closes_at else "",
        "cancelled": event.state == Event.State.CANCELLED,
        "reason": event.words("reason"),
        "materials": list(event.materials.all()) if event.is_over else [],
        "keep_days": event.keep_days,
        "json_ld": json_ld(event),
        "siblings": _siblings(event),
    }


def _siblings(event: Event) -> list[Event]:
    if event.series is None:
        return []
    others = event.series.events.filter(state=Event.State.PUBLISHED).exclude(pk=event.pk)
    return list(others.filter(ends_at__gt=timezone.now())[:4])
