"""Circulars as mails: the words, why one gets them, and the link that ends them."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

from steiger.web.background.domain.mail import queue_mail
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.leaving import leave_link
from steiger.web.cases.models import Contact
from steiger.web.desk.models import Circular

GUARD = "desk.circular"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it is read."""

    subject: str
    text: str
    link: str


def letter(circular: Circular, contact: int, language: str) -> Letter:
    """The mail in a language; German where English is missing. ``contact`` 0 is nobody."""
    english = language.startswith("en") and bool(circular.text_en)
    link = leave_link(contact, language)
    with override("en" if english else "de"):
        context = {
            "text": circular.text_en if english else circular.text_de,
            "link": link,
        }
        text = render_to_string("desk/mail/circular.txt", context).strip() + "\n"
    subject = (circular.subject_en if english else "") or circular.subject_de
    return Letter(" ".join(subject.split()), text, link)


def queue(circular: Circular, contact: Contact) -> OutgoingMail:
    """Queue the mail to one person within the caller's transaction."""
    written = letter(circular, contact.pk, contact.language)
    return queue_mail(
        to=[contact.email],
        subject=written.subject,
        text=written.text,
        headers=_headers(written),
        guard=GUARD,
    )


def trial(circular: Circular, address: str, language: str) -> OutgoingMail:
    """Queue the mail to its author; its link ends nobody's mails."""
    written = letter(circular, 0, language)
    return queue_mail(
        to=[address],
        subject=f"[Probe] {written.subject}",
        text=written.text,
        headers=_headers(written),
    )


def _headers(written: Letter) -> dict[str, str]:
    # RFC 2369 and RFC 8058: mail programs show a button that ends the mails with one click.
    return {
        "List-Unsubscribe": f"<{written.link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
        "Auto-Submitted": "auto-generated",
    }
