"""Mail can leave."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.web.background.domain.mail import transport
from steiger.web.background.models import OutgoingMail
from steiger.web.operations.domain.findings import Finding

ORDER = 30
PART = "mail"
TIMEOUT_S = 5
LONG = timedelta(minutes=15)


def look() -> Iterator[Finding]:
    """Findings about mail; the server is greeted, nothing is sent."""
    if not settings.EMAIL_HOST:
        yield Finding(PART, "ok", _("Mail is written to the console; no mail server is set."))
    else:
        yield from _server()
    try:
        stuck = OutgoingMail.objects.filter(
            sent_at=None, created_at__lt=timezone.now() - LONG
        ).count()
    except DatabaseError:
        return
    if stuck:
        text = _("Mails that have waited for over 15 minutes: %(number)s.") % {"number": stuck}
        yield Finding(PART, "warn", text, _("Look at the failed runs of “Send a mail”."))


def _server() -> Iterator[Finding]:
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection = transport(timeout=TIMEOUT_S)
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        text = _("%(server)s does not take mail: %(reason)s") % {"server": server, "reason": error}
        todo = _("Check the settings that begin with STEIGER_SMTP, and the way through firewalls.")
        yield Finding(PART, "fail", text, todo)
    else:
        yield Finding(PART, "ok", _("%(server)s takes mail.") % {"server": server})
