"""Mail leaves in the background: written with the change that causes it, sent once by the worker.

A mail stands in the database from the moment of the change. The worker hands it to the mail server
and marks it in the next moment; only a crash between these two can send it twice, and then with the
same Message-ID, by which mailboxes recognise the copy.
"""

from __future__ import annotations

import re
import smtplib
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import make_msgid, parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from steiger.web.background.models import OutgoingMail

log = structlog.get_logger("steiger.mail")

#: Signs (base64) of all attachments of a mail together.
MOST_ATTACHED = 1_400_000
TASK = "steiger.web.background.tasks.send_mail_task"


class DeliveryError(smtplib.SMTPException):
    """The mail server did not take a mail; says why, without naming anybody.

    What it says stands in the log and in the run for weeks, longer than the mail itself.
    """


@dataclass(frozen=True, slots=True)
class Guard:
    """What a room wants to be asked and told about its mails, within the worker's transactions.

    Attributes:
        may_leave: whether the mail with this id still leaves; if not, it is erased.
        has_left: the mail server has taken it.
        resend: whether a mail is sent again of which nobody knows whether it has left, because the
            worker ended within the hand-over. If not, it is given up; its room shows it as failed.
    """

    may_leave: Callable[[uuid.UUID], bool]
    has_left: Callable[[uuid.UUID], None]
    resend: bool = True


_guards: dict[str, Guard] = {}


def guard_mails(name: str, guard: Guard) -> None:
    """Let a room decide at the last moment whether a mail still leaves, e.g. a withdrawn consent.

    Rooms stand above this one, so they register when they are ready.
    """
    _guards[name] = guard


def queue_mail(
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    html: str = "",
    reply_to: Sequence[str] = (),
    attachments: Sequence[tuple[str, str | bytes, str]] = (),
    headers: Mapping[str, str] | None = None,
    guard: str = "",
) -> OutgoingMail:
    """Queue one mail; it leaves after the surrounding transaction, or not at all.

    Args:
        attachments: name, content and type of each, e.g. ``text/calendar; method=REQUEST``.
        headers: beyond the usual ones, e.g. ``List-Unsubscribe``.
        guard: name of a guard (:func:`guard_mails`) that is asked right before the mail leaves.

    Raises:
        django.core.exceptions.ValidationError: an address cannot be one.
        ValueError: there is no recipient.
    """
    for address in [*to, *reply_to]:
        validate_email(address)
    message = EmailMultiAlternatives(
        subject, text, to=list(to), reply_to=list(reply_to), headers=dict(headers or {})
    )
    for attachment in attachments:
        message.attach(*attachment)
    if html:
        message.attach_alternative(html, "text/html")
    return queue_message(message, guard=guard)


def queue_message(message: EmailMessage, *, guard: str = "") -> OutgoingMail:
    """Queue a mail that another part of Django has composed.

    Raises:
        ValueError: it has no recipient, or attachments of more than a megabyte.
    """
    if not message.recipients():
        raise ValueError("A mail needs a recipient.")
    attached = [_kept(attachment) for attachment in message.attachments]
    if sum(len(one["content"]) for one in attached) > MOST_ATTACHED:
        raise ValueError("Large files are offered as a link, not attached.")
    message.message()  # a line break in a header is refused here, not in the worker
    alternatives = getattr(message, "alternatives", [])
    domain = str(message.from_email).rpartition("@")[2].rstrip("> ") or "localhost"
    with transaction.atomic():
        mail = OutgoingMail.objects.create(
            message_id=make_msgid(domain=domain),
            recipients={
                "to": list(message.to),
                "cc": list(message.cc),
                "bcc": list(message.bcc),
                "reply_to": list(message.reply_to),
            },
            content={
                "subject": str(message.subject),
                "text": str(message.body),
                "html": next((str(a[0]) for a in alternatives if a[1] == "text/html"), ""),
                "sender": str(message.from_email),
                "headers": {str(k): str(v) for k, v in message.extra_headers.items()},
                "attachments": attached,
                "guard": guard,
            },
        )
        import_string(TASK).enqueue(mail_id=str(mail.id))
    return mail


def _kept(attachment: Any) -> dict[str, str]:
    """An attachment as JSON: its name, type and content (base64)."""
    name, content, kind = attachment
    data = content.encode() if isinstance(content, str) else content
    return {"name": str(name), "type": str(kind), "content": b64encode(data).decode()}


def deliver(mail_id: uuid.UUID | str) -> str:
    """Hand one mail to the mail server; returns what happened.

    That is: sent, already sent, gone, held back (its guard did not let it go; it is erased), or
    unknown (it may have left before a crash and is not to be sent twice; it is erased).

    Raises:
        OSError, smtplib.SMTPException: the mail server did not take it; try again later. Where the
            server named the recipient, it is a :class:`DeliveryError`.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(id=mail_id).first()
        if mail is None:
            return "gone"
        if mail.sent_at:
            return "already sent"
        guard = mail.content.get("guard", "")
        if guard and not _guards[guard].may_leave(mail.id):
            mail.delete()
            return "held back"
        if mail.begun_at:
            log.warning("mail.outcome_unknown", mail=str(mail.id))
            if guard and not _guards[guard].resend:
                mail.delete()
                return "unknown"
        mail.begun_at = timezone.now()
        mail.attempts += 1
        mail.save(update_fields=["begun_at", "attempts"])
    try:
        _message(mail).send()
    except Exception as error:
        OutgoingMail.objects.filter(id=mail.id).update(begun_at=None)
        told, shown = str(error), _nameless(str(error), mail)
        if shown != told:
            raise DeliveryError(shown) from None
        raise
    with transaction.atomic():
        OutgoingMail.objects.filter(id=mail.id).update(
            sent_at=timezone.now(), begun_at=None, recipients={}, content={}
        )
        if guard:
            _guards[guard].has_left(mail.id)
    return "sent"


def _nameless(text: str, mail: OutgoingMail) -> str:
    """A text without the addresses of a mail."""
    for address in [one for part in mail.recipients.values() for one in part]:
        text = re.sub(re.escape(parseaddr(address)[1] or address), "…", text, flags=re.IGNORECASE)
    return text


def transport(**options: Any) -> Any:
    """A connection to where mail really goes: the mail server, or the console."""
    return get_connection(settings.MAIL_TRANSPORT, **options)


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    content, people = mail.content, mail.recipients
    message = EmailMultiAlternatives(
        content["subject"],
        content["text"],
        content["sender"],
        people["to"],
        bcc=people["bcc"],
        cc=people["cc"],
        reply_to=people["reply_to"],
        headers={**content["headers"], "Message-ID": mail.message_id},
        connection=transport(),
    )
    if content["html"]:
        message.attach_alternative(content["html"], "text/html")
    for one in content.get("attachments", ()):
        data = b64decode(one["content"])
        is_text = one["type"].startswith("text/")
        message.attach(one["name"], data.decode() if is_text else data, one["type"])
    return message
