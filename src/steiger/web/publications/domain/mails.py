"""Mails about publications, in the language of whoever asked."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from steiger.web.background.domain.mail import queue_mail
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.domain.tokens import link_for
from steiger.web.publications.models import Order


def queue(order: Order, name: str) -> None:
    """Queue one mail within the caller's transaction.

    Args:
        order: whose; with its publication loaded and its address still there.
        name: stem of the templates ``publications/mail/<name>_subject.txt`` and ``<name>.txt``.
    """
    with override(order.language):
        publication = order.publication
        given = {
            "title": localized(publication, "title"),
            "url": settings.BASE_URL + publication.get_absolute_url(),
            "confirm_url": link_for(order.id, order.language),
            "base_url": settings.BASE_URL,
        }
        subject = render_to_string(f"publications/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"publications/mail/{name}.txt", given).strip() + "\n"
    queue_mail(
        to=[order.email],
        subject=" ".join(subject.split())[:200],
        text=text,
        headers={"Auto-Submitted": "auto-generated"},
    )
