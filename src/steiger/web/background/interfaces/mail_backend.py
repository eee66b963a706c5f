"""Django's mail interface: whatever sends mail through Django uses the queue."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from steiger.web.background.domain.mail import queue_message, transport
from steiger.web.background.domain.workers import live_workers


class QueuedBackend(BaseEmailBackend):
    """Queues each mail, so that no page waits for a mail server (or tells by its delay who exists).

    If no worker is alive (a development server alone), and for attachments, mail is sent at once.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue or send the messages; returns how many were taken."""
        messages = [message for message in email_messages if message.recipients()]
        if not messages:
            return 0
        queued = bool(live_workers())
        direct = [m for m in messages if not queued or m.attachments]
        for message in messages:
            if message not in direct:
                queue_message(message)
        if direct:
            transport(fail_silently=self.fail_silently).send_messages(direct)
        return len(messages)
