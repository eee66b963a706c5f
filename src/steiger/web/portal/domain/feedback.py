"""Reports of barriers: sent by mail, not stored.

Personal data: the reporter's e-mail address, if given. Purpose: the answer. Retention: none here;
the receiving mailbox keeps the mail until the matter is settled, at most one year.
"""

from __future__ import annotations

from smtplib import SMTPException

from django.core.mail import EmailMessage

from steiger.web.portal.domain.region import region

#: Reports that one sender may send within an hour, for each web process.
MOST = 5


class FeedbackNotSentError(Exception):
    """The mail server did not take the report."""


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
