"""Mail leaves once, also when server or worker fail, and leaves no personal data behind."""

from __future__ import annotations

import smtplib
import socketserver
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain import workers
from steiger.web.background.domain.mail import DeliveryError, deliver, queue_mail
from steiger.web.background.models import OutgoingMail

pytestmark = pytest.mark.django_db
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
QUEUED = "steiger.web.background.interfaces.mail_backend.QueuedBackend"


class Refusing:
    """A mail server that is not there."""

    def __init__(self, **_: Any) -> None:
        self.calls = 0

    def send_messages(self, _messages: list[EmailMessage]) -> int:
        """Fail as a real one does."""
        raise smtplib.SMTPServerDisconnected("gone")


class Naming(Refusing):
    """A mail server that says whom it refuses, in other letters than were given."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        """Fail as a real one does."""
        (address,) = messages[0].recipients()
        answer = f"5.1.1 <{address.upper()}>: Recipient address rejected".encode()
        raise smtplib.SMTPRecipientsRefused({address: (550, answer)})


@pytest.fixture(autouse=True)
def _transport(settings: Any) -> None:
    settings.MAIL_TRANSPORT = LOCMEM
    mail.outbox = []


def test_mail_is_delivered_once_and_erased() -> None:
    queued = queue_mail(
        to=["beispiel@example.org"], subject="Ihr Code", text="123", html="<p>123</p>"
    )
    assert [deliver(queued.id), deliver(queued.id)] == ["sent", "already sent"]
    queued.refresh_from_db()
    assert [m.to for m in mail.outbox] == [["beispiel@example.org"]]
    assert mail.outbox[0].alternatives[0][0] == "<p>123</p>"
    assert (queued.recipients, queued.content, queued.attempts) == ({}, {}, 1)


def test_arguments_of_the_task_hold_no_personal_data() -> None:
    queued = queue_mail(to=["beispiel@example.org"], subject="Geheim", text="123")
    run = DBTaskResult.objects.get()
    assert run.args_kwargs == {"args": [], "kwargs": {"mail_id": str(queued.id)}}
    assert run.queue_name == "mail"


def test_failure_names_nobody(settings: Any) -> None:
    queued = queue_mail(to=["beispiel@example.org"], subject="x", text="x")
    settings.MAIL_TRANSPORT = f"{__name__}.Naming"
    with pytest.raises(DeliveryError) as caught:
        deliver(queued.id)
    told = "".join(traceback.format_exception(caught.value))
    assert "beispiel@example.org" not in told.lower()
    assert "Recipient address rejected" in told


def test_refused_mail_stays_and_keeps_its_id(settings: Any) -> None:
    queued = queue_mail(to=["beispiel@example.org"], subject="x", text="x")
    settings.MAIL_TRANSPORT = f"{__name__}.Refusing"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        deliver(queued.id)
    settings.MAIL_TRANSPORT = LOCMEM
    assert deliver(queued.id) == "sent"
    assert mail.outbox[0].extra_headers["Message-ID"] == queued.message_id
    queued.refresh_from_db()
    assert queued.attempts == 2


def test_mail_of_a_worker_that_died_while_sending_keeps_its_id() -> None:
    queued = queue_mail(to=["beispiel@example.org"], subject="x", text="x")
    OutgoingMail.objects.update(begun_at=timezone.now(), attempts=1)
    assert deliver(queued.id) == "sent"
    assert mail.outbox[0].extra_headers["Message-ID"] == queued.message_id


@pytest.mark.django_db(transaction=True)
def test_mail_of_a_change_that_failed_never_leaves() -> None:
    def change() -> None:
        with transaction.atomic():
            queue_mail(to=["beispiel@example.org"], subject="x", text="x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert (OutgoingMail.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_vanished_mail_is_no_failure() -> None:
    queued = queue_mail(to=["beispiel@example.org"], subject="x", text="x")
    queued.delete()
    assert deliver(str(DBTaskResult.objects.get().args_kwargs["kwargs"]["mail_id"])) == "gone"


def test_attachments_are_kept_until_sent() -> None:
    calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Bäckerei\r\nEND:VCALENDAR\r\n"
    queued = queue_mail(
        to=["b@example.org"],
        subject="x",
        text="x",
        attachments=[
            ("termin.ics", calendar, "text/calendar; method=REQUEST"),
            ("blatt.pdf", b"%PDF\xff", "application/pdf"),
        ],
        headers={"X-Beispiel": "1"},
    )
    assert deliver(queued.id) == "sent"
    sent = mail.outbox[0]
    message = sent.message()
    parts = {part.get_filename(): part for part in message.walk() if part.get_filename()}
    assert parts["termin.ics"].get_content_type() == "text/calendar"
    assert parts["termin.ics"].get_param("method") == "REQUEST"
    assert parts["termin.ics"].get_payload(decode=True).decode() == calendar
    assert parts["blatt.pdf"].get_payload(decode=True) == b"%PDF\xff"
    assert sent.extra_headers["X-Beispiel"] == "1"
    queued.refresh_from_db()
    assert queued.content == {}


def test_large_attachments_are_refused() -> None:
    big = [("a.bin", b"x" * 1_100_000, "application/octet-stream")]
    with pytest.raises(ValueError, match="link"):
        queue_mail(to=["b@example.org"], subject="x", text="x", attachments=big)


def test_django_mail_is_queued_while_a_worker_lives() -> None:
    message = EmailMultiAlternatives("Ä", "Text", "Steiger <a@example.org>", ["b@example.org"])
    message.attach_alternative("<p>Text</p>", "text/html")
    message.extra_headers["X-Beispiel"] = "1"
    workers.beat("one")
    assert get_connection(QUEUED).send_messages([message]) == 1
    assert mail.outbox == []
    assert deliver(OutgoingMail.objects.get().id) == "sent"
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.from_email) == ("Ä", "Text", "Steiger <a@example.org>")
    assert sent.extra_headers["X-Beispiel"] == "1"


def test_django_mail_is_sent_at_once_without_worker_or_with_attachment() -> None:
    plain = EmailMessage("x", "x", to=["b@example.org"])
    assert get_connection(QUEUED).send_messages([plain]) == 1
    workers.beat("one")
    attached = EmailMessage("x", "x", to=["b@example.org"])
    attached.attach("a.txt", "a", "text/plain")
    assert get_connection(QUEUED).send_messages([attached, EmailMessage("x", "x")]) == 1
    assert (len(mail.outbox), OutgoingMail.objects.count()) == (2, 0)


class Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs."""

    def handle(self) -> None:
        """Take one mail."""
        self.say(220)
        in_data = False
        lines: list[str] = []
        while raw := self.rfile.readline():
            line = raw.decode().rstrip("\r\n")
            if in_data and line == ".":
                in_data = False
                self.server.taken.append("\n".join(lines))  # type: ignore[attr-defined]
                self.say(250)
            elif in_data:
                lines.append(line)
            elif line.upper().startswith("DATA"):
                in_data = True
                self.say(354)
            elif line.upper().startswith("QUIT"):
                self.say(221)
                return
            else:
                self.say(250)

    def say(self, code: int) -> None:
        """Answer with a code."""
        self.wfile.write(f"{code} ok\r\n".encode())


@pytest.fixture
def mail_server(settings: Any) -> Iterator[list[str]]:
    """A real mail server on this machine; gives what it has taken."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server.taken  # type: ignore[attr-defined]
        server.shutdown()


def test_mail_reaches_a_real_server(mail_server: list[str]) -> None:
    queued = queue_mail(to=["beispiel@example.org"], subject="Grüße", text="Glück auf")
    assert deliver(queued.id) == "sent"
    assert len(mail_server) == 1
    assert f"Message-ID: {queued.message_id}" in mail_server[0]
    assert "To: beispiel@example.org" in mail_server[0]
