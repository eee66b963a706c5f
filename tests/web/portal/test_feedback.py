"""The form that reports a barrier: sends a mail, stores nothing, keeps machines out."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client

from steiger.web.portal.domain.feedback import MOST

pytestmark = pytest.mark.django_db
URL = "/barrierefreiheit/"
REPORT = {"barrier": "Der Knopf hat keinen Namen.", "page": "/landkarte/", "email": "a@example.org"}


def test_report_is_mailed_and_thanked(client: Client) -> None:
    response = client.post(URL, REPORT, follow=True)
    assert response.redirect_chain == [("/barrierefreiheit/?gesendet=1", 302)]
    assert "Danke. Ihre Nachricht ist unterwegs." in response.content.decode()
    (message,) = mail.outbox
    assert "Der Knopf hat keinen Namen." in message.body
    assert message.reply_to == ["a@example.org"]


def test_report_without_address_is_enough(client: Client) -> None:
    client.post(URL, {"barrier": "Zu klein."})
    assert mail.outbox[0].reply_to == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"barrier": " "}, "Beschreiben Sie in einem Satz, was nicht geht."),
        ({"email": "keine"}, "Eine E-Mail-Adresse sieht so aus"),
    ],
)
def test_mistakes_are_named_beside_their_field(
    client: Client, change: dict[str, str], words: str
) -> None:
    response = client.post(URL, REPORT | change)
    assert response.status_code == 400
    html = response.content.decode()
    assert words in html
    assert 'aria-invalid="true"' in html
    assert mail.outbox == []


def test_header_lines_cannot_be_smuggled_in(client: Client) -> None:
    response = client.post(URL, REPORT | {"email": "a@example.org\nBcc: b@example.org"})
    assert response.status_code == 400
    assert mail.outbox == []


def test_machines_are_thanked_and_ignored(client: Client) -> None:
    response = client.post(URL, REPORT | {"website": "https://spam.example"})
    assert response.status_code == 302
    assert mail.outbox == []


def test_more_than_the_limit_is_refused(client: Client) -> None:
    for _ in range(MOST):
        assert client.post(URL, REPORT).status_code == 302
    response = client.post(URL, REPORT)
    assert response.status_code == 429
    assert "Bitte warten Sie eine Stunde." in response.content.decode()
    assert "Der Knopf hat keinen Namen." in response.content.decode()
    assert len(mail.outbox) == MOST


def test_failing_mail_server_keeps_the_text(client: Client) -> None:
    with patch("django.core.mail.EmailMessage.send", side_effect=SMTPServerDisconnected):
        response = client.post(URL, REPORT)
    assert response.status_code == 503
    assert "Ihr Text steht noch hier." in response.content.decode()
    assert "Der Knopf hat keinen Namen." in response.content.decode()
