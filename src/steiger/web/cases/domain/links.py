"""How a firm enters without an account: a link to its confirmed address, which works once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.cases.domain import mails
from steiger.web.cases.domain.retention import rules
from steiger.web.cases.domain.tokens import hash_of, new_token
from steiger.web.cases.models import Contact, FirmLink

#: An address gets another link after this long at the earliest.
QUIET = timedelta(minutes=2)
#: Links for one address that are not used yet.
MOST_OPEN = 5


class LinkError(ValueError):
    """The link does not work; ``unknown``, ``used`` or ``expired``."""


@transaction.atomic
def send_link(*, email: str, language: str) -> bool:
    """Mail a link if the address is a contact's; no page may tell whether one was sent."""
    found = Contact.objects.select_for_update(of=("self",)).filter(
        email=email.strip().lower(), firm__erased_at=None
    )
    contact = found.order_by("pk").first()
    if contact is None:
        return False
    now = timezone.now()
    waiting = contact.links.filter(used_at=None, expires_at__gt=now)
    if waiting.filter(created_at__gt=now - QUIET).exists() or waiting.count() >= MOST_OPEN:
        return False
    if contact.language != language:
        contact.language = language
        contact.save(update_fields=["language"])
    mails.send_link(contact.email, language, _new_link(contact))
    audit.record(by=audit.VISITOR, act="cases.link.send", on=contact)
    return True


def _new_link(contact: Contact) -> str:
    token, digest = new_token()
    expires = timezone.now() + timedelta(hours=rules().link_hours)
    FirmLink.objects.create(contact=contact, token_hash=digest, expires_at=expires)
    return token


def peek(token: str) -> FirmLink:
    """The link, if it would work now.

    Raises:
        LinkError: it is unknown, used or expired.
    """
    link = FirmLink.objects.select_related("contact").filter(token_hash=hash_of(token)).first()
    if link is None:
        raise LinkError("unknown")
    if link.used_at is not None:
        raise LinkError("used")
    if link.expires_at < timezone.now():
        raise LinkError("expired")
    return link


@transaction.atomic
def use_link(*, token: str) -> Contact:
    """The contact whom the link lets in; it does not work again.

    Raises:
        LinkError: it is unknown, used or expired.
    """
    link = peek(token)
    # One statement decides, so that two clicks at the same moment enter once.
    if not FirmLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()):
        raise LinkError("used")
    audit.record(by=audit.VISITOR, act="cases.link.use", on=link.contact)
    return link.contact


@transaction.atomic
def prune_links() -> int:
    """Erase links that work no more; returns how many."""
    return FirmLink.objects.filter(expires_at__lt=timezone.now()).delete()[0]
