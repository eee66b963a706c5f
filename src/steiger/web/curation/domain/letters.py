"""Mails of freshness, subscriptions and contact persons, in the language of who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from steiger.web.background.domain.mail import queue_mail
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.models import Reminder, Representation


def write(
    name: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    leave: str = "",
    guard: str = "",
    headers: Mapping[str, str] | None = None,
) -> OutgoingMail:
    """Queue one mail within the caller's transaction.

    Args:
        name: stem of ``curation/fresh/mail/<name>_subject.txt`` and ``<name>.txt``.
        leave: address that ends these mails by one click (RFC 2369, RFC 8058).
    """
    with override(language):
        given = {"base_url": settings.BASE_URL, "leave_url": leave, **context}
        subject = render_to_string(f"curation/fresh/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"curation/fresh/mail/{name}.txt", given).strip() + "\n"
    marks = {"Auto-Submitted": "auto-generated", **(headers or {})}
    if leave:
        marks |= {
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return queue_mail(
        to=[to], subject=" ".join(subject.split()), text=text, headers=marks, guard=guard
    )


def remind(
    reminder: Reminder, person: Representation, token: str, *, of: int, guard: str
) -> OutgoingMail:
    """The question whether an entry is still right, or the news that it was archived."""
    with override(person.language):
        path = reverse("curation:confirm", kwargs={"token": token})
    context = {
        "name": reminder.actor.name,
        "since": reminder.since,
        "number": reminder.number,
        "of": of,
        "last": reminder.number >= of,
        "until": reminder.expires_at,
        "url": f"{settings.BASE_URL}{path}",
    }
    stem = "archived" if reminder.number == 0 else "remind"
    return write(stem, to=person.user.email, language=person.language, context=context, guard=guard)
