"""Mails of this room, queued within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from steiger.web.accounts.models import User
from steiger.web.background.domain.mail import queue_mail
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.retention import rules
from steiger.web.cases.models import CaseTask


def _queue(name: str, to: str, language: str, context: Mapping[str, Any]) -> None:
    given = {"base_url": settings.BASE_URL, **context}
    with override(language):
        subject = render_to_string(f"cases/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"cases/mail/{name}.txt", given).strip() + "\n"
    queue_mail(to=[to], subject=subject, text=text, headers={"Auto-Submitted": "auto-generated"})


def address(view: str, language: str, **parts: Any) -> str:
    """The full address of a page, as it stands in a mail."""
    with override(language):
        return f"{settings.BASE_URL}{reverse(view, kwargs=parts)}"


def send_link(email: str, language: str, token: str) -> None:
    """The link by which a firm enters once."""
    url = address("cases:use_link", language, token=token)
    _queue("link", email, language, {"url": url, "hours": rules().link_hours})


def ask_to_confirm(email: str, language: str, token: str) -> None:
    """The question whether an address may become a contact. It names neither firm nor person."""
    url = address("cases:confirm", language, token=token)
    _queue("confirm", email, language, {"url": url, "days": rules().unconfirmed_days})


def remind(person: User, tasks: Sequence[CaseTask]) -> None:
    """Which tasks of an adviser are due."""
    lines = [
        {"task": task, "url": address("cases:case", "de", case=task.case_id)} for task in tasks
    ]
    _queue("remind", person.email, "de", {"lines": lines, "number": len(lines)})


def forget_waiting(addresses: Sequence[str]) -> int:
    """Drop what waits to be sent to these addresses; returns how many mails."""
    wanted = {address.lower() for address in addresses}
    waiting = OutgoingMail.objects.filter(sent_at=None).only("id", "recipients")
    gone = [
        mail.id
        for mail in waiting
        if wanted & {str(a).lower() for part in mail.recipients.values() for a in part}
    ]
    return OutgoingMail.objects.filter(id__in=gone).delete()[0]
