"""Mails to firms. Each is put together in the language of its subscription and queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from steiger.web.background.domain.mail import queue_message
from steiger.web.flood.domain.texts import level_name, localized
from steiger.web.flood.domain.tokens import CONFIRM, LEAVE, link_for
from steiger.web.flood.models import Subscription


def queue(subscription: Subscription, name: str, context: Mapping[str, Any] | None = None) -> None:
    """Queue one mail within the caller's transaction.

    Args:
        subscription: whose; with its sensor and network loaded.
        name: stem of the templates ``flood/mail/<name>_subject.txt`` and ``<name>.txt``.
        context: what the templates need besides gauge, level and links.
    """
    leave = link_for(subscription.id, LEAVE, subscription.language)
    with override(subscription.language):
        sensor = subscription.sensor
        given = {
            "gauge": localized(sensor, "name"),
            "network": localized(sensor.network, "name"),
            "simulated": sensor.network.simulated,
            "level": level_name(subscription.level),
            "threshold": sensor.warning_levels[subscription.level - 1],
            "unit": sensor.unit,
            "gauge_url": settings.BASE_URL
            + reverse("flood:gauge", kwargs={"network": sensor.network.key, "gauge": sensor.key}),
            "leave_url": leave,
            "confirm_url": link_for(subscription.id, CONFIRM, subscription.language),
            "base_url": settings.BASE_URL,
            **(context or {}),
        }
        subject = render_to_string(f"flood/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"flood/mail/{name}.txt", given).strip() + "\n"
    message = EmailMultiAlternatives(
        subject,
        text,
        to=[subscription.email],
        # RFC 2369 and RFC 8058: mail programs show a button that leaves with one click.
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    queue_message(message)
