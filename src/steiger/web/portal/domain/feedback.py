"""Reports of barriers: sent by mail, not stored.

Personal data: the reporter's e-mail address, if given. Purpose: the answer. Retention: none here;
the receiving mailbox keeps the mail until the matter is settled, at most one year.
"""

from __future__ import annotations

import hashlib
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage

from steiger.web.portal.domain.region import region

#: Reports that one sender may send within ``WINDOW_S`` seconds, for each web process.
LIMIT, WINDOW_S = 5, 3600


class FeedbackNotSentError(Exception):
    """The mail server did not take the report."""


def within_limit(sender: str) -> bool:
    """Count one report of a sender (network address) and say whether it is within the limit.

    Only a keyed hash is remembered, and only for an hour.
    """
    digest = hashlib.blake2b(
        sender.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16
    ).hexdigest()
    key = f"portal.feedback.{digest}"
    cache.add(key, 0, WINDOW_S)
    return cache.incr(key) <= LIMIT


def send_feedback(*, barrier: str, page: str, email: str) -> None:
    """Send a report to the operator of the hub.

    Raises:
        FeedbackNotSentError: the mail server cannot be reached or refuses the mail.
    """
    lines = [barrier.strip(), "", f"Seite: {page.strip() or '–'}", f"Antwort an: {email or '–'}"]
    message = EmailMessage(
        subject="Barriere gemeldet",
        body="\n".join(lines),
        to=[region().imprint["email"]],
        reply_to=[email] if email else None,
    )
    try:
        message.send()
    except (OSError, SMTPException) as error:
        raise FeedbackNotSentError(str(error)) from error
