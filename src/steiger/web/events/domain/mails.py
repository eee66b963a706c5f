"""Mails to those who registered, each in their language, queued within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from steiger.adapters.icalendar.writer import Method
from steiger.web.background.domain.mail import queue_mail
from steiger.web.events.domain import words
from steiger.web.events.domain.calendar import invitation
from steiger.web.events.domain.telling_cases import names_firm
from steiger.web.events.domain.tokens import own_url
from steiger.web.events.models import Registration

#: Mails that carry an invitation or take it back.
CALENDAR: Mapping[str, Method] = {
    "placed": Method.REQUEST,
    "changed": Method.REQUEST,
    "left": Method.CANCEL,
    "called_off": Method.CANCEL,
}


def queue(registration: Registration, name: str, context: Mapping[str, Any] | None = None) -> None:
    """Queue one mail within the caller's transaction.

    Args:
        registration: whose; with its event and ticket loaded.
        name: stem of the templates ``events/mail/<name>_subject.txt`` and ``<name>.txt``.
        context: what the templates need besides event, registration and links.
    """
    event = registration.event
    own = own_url(registration.pk, registration.language)
    with override(registration.language):
        given = {
            "registration": registration,
            "name": registration.name,
            "event": event,
            "title": event.title,
            "when": words.when_text(event),
            "where": words.place_text(event),
            "online_url": event.online_url if event.format != "onsite" else "",
            "until": words.moment_text(registration.until) if registration.until else "",
            "reason": event.words("reason"),
            "own_url": own,
            "event_url": settings.BASE_URL + event.get_absolute_url(),
            "base_url": settings.BASE_URL,
            "path_url": settings.BASE_URL + reverse("cases:home")
            if names_firm(registration)
            else "",
            **(context or {}),
        }
        subject = render_to_string(f"events/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"events/mail/{name}.txt", given).strip() + "\n"
        attachments = []
        method = CALENDAR.get(name)
        if method is not None:
            file = invitation(registration, own, method)
            kind = f"text/calendar; method={method.value}; charset=utf-8"
            attachments.append(("termin.ics", file, kind))
    queue_mail(
        to=[registration.email],
        subject=" ".join(subject.split()),
        text=text,
        attachments=attachments,
        headers={"Auto-Submitted": "auto-generated"},
    )
