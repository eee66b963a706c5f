"""Mails to firms and advisers. Each is put together in its reader's language and queued."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from steiger.lib.typesetting import TypesettingError
from steiger.web.advice.domain import texts
from steiger.web.advice.domain.appointments import invitation
from steiger.web.advice.domain.sheet import sheet, sheet_name
from steiger.web.advice.domain.tokens import CONFIRM, FOLLOW, OWN, link_for
from steiger.web.advice.models import Booking, FollowUp
from steiger.web.background.domain.mail import queue_mail
from steiger.web.background.models import OutgoingMail

log = structlog.get_logger("steiger.advice")
Attachment = tuple[str, str | bytes, str]


def to_firm(
    booking: Booking,
    name: str,
    context: Mapping[str, Any] | None = None,
    attached: Sequence[Attachment] = (),
) -> None:
    """Queue a mail to the firm: confirm, booked, moved or cancelled."""
    if not booking.email:
        return
    attachments = list(attached)
    if name in {"booked", "moved", "cancelled"}:
        attachments.insert(0, _calendar(booking, for_firm=True))
    _queue(
        to=booking.email,
        stem=f"firm_{name}",
        language=booking.page_language,
        context=_about(booking) | dict(context or {}),
        attachments=attachments,
    )


def to_adviser(booking: Booking, name: str, context: Mapping[str, Any] | None = None) -> None:
    """Queue a mail to the adviser: booked, moved or cancelled."""
    user = booking.adviser.user
    # Invented advisers have invented addresses; nothing is sent there.
    if user is None or not user.email or booking.adviser.example:
        return
    _queue(
        to=user.email,
        stem=f"adviser_{name}",
        language="de",
        context=_about(booking) | dict(context or {}),
        attachments=[_calendar(booking, for_firm=False)],
    )


def question(follow_up: FollowUp) -> None:
    """Queue the question what came of a consultation."""
    booking = follow_up.booking
    _queue(
        to=booking.email,
        stem="firm_outcome",
        language=booking.page_language,
        context=_about(booking)
        | {
            "days": follow_up.days,
            "answer_url": link_for(follow_up.pk, FOLLOW, booking.page_language),
        },
        attachments=[],
    )


def _about(booking: Booking) -> dict[str, Any]:
    language = booking.page_language
    with override("de"):
        desk = reverse("advice:booking", kwargs={"booking": booking.pk})
    with override(language):
        path = reverse("cases:home")
    return {
        "booking": booking,
        "adviser": booking.adviser.name,
        "base_url": settings.BASE_URL,
        "confirm_url": link_for(booking.pk, CONFIRM, language),
        "own_url": link_for(booking.pk, OWN, language),
        "desk_url": f"{settings.BASE_URL}{desk}",
        "path_url": f"{settings.BASE_URL}{path}",
        "by_adviser": booking.cancelled_by == "adviser",
    }


def _queue(
    *,
    to: str,
    stem: str,
    language: str,
    context: dict[str, Any],
    attachments: list[Attachment],
) -> None:
    booking: Booking = context["booking"]
    with override(language):
        given = context | {
            "when": texts.moment_text(booking.starts_at),
            "minutes": texts.minutes_of(booking),
            "meeting": texts.meeting_text(booking),
            "topics": ", ".join(texts.topic_names(booking)),
            "format": booking.get_format_display(),
        }
        before = context.get("before")
        if isinstance(before, datetime):
            given["before"] = texts.moment_text(before)
        subject = render_to_string(f"advice/mail/{stem}_subject.txt", given).strip()
        text = render_to_string(f"advice/mail/{stem}.txt", given).strip() + "\n"
    queue_mail(
        to=[to],
        subject=subject,
        text=text,
        attachments=attachments,
        headers={"Auto-Submitted": "auto-generated"},
    )


def _calendar(booking: Booking, *, for_firm: bool) -> Attachment:
    method = "CANCEL" if booking.state == Booking.State.CANCELLED else "REQUEST"
    content = invitation(booking, for_firm=for_firm)
    return ("sprechstunde.ics", content, f"text/calendar; method={method}; charset=utf-8")


def forget_waiting(bookings: Iterable[Booking]) -> int:
    """Drop what waits to be sent to advisers about these bookings; returns how many mails."""
    numbers = [str(booking.pk) for booking in bookings]
    waiting = OutgoingMail.objects.filter(sent_at=None).only("id", "content")
    gone = [
        mail.pk
        for mail in waiting
        if any(number in mail.content.get("text", "") for number in numbers)
    ]
    return OutgoingMail.objects.filter(pk__in=gone).delete()[0]


def sheet_of(booking: Booking) -> list[Attachment]:
    """The preparation sheet to attach; none where it cannot be set."""
    try:
        return [(sheet_name(booking), sheet(booking), "application/pdf")]
    except TypesettingError as error:
        # The firm shall have its time; the sheet is also behind the link in the mail.
        log.warning("advice.sheet", problem=str(error)[:300])
        return []
