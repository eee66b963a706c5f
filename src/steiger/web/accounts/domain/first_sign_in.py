"""One-time links that sign an administrator in: at the first start, and after a lock-out."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleGrant, RoleName, SignInLink, User

VALID = timedelta(hours=24)
FIRST_ADDRESS = "administrator@localhost"


class LinkError(ValueError):
    """The link does not work (any more); the message says why, as far as it may be told."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue_link(*, base_url: str, email: str = "") -> str:
    """A link that signs an administrator in once within 24 hours.

    Without ``email`` it is for the first administrator, who is created if there is none. Earlier
    unused links of that person stop working.
    """
    wanted = User.objects.filter(email__iexact=email or FIRST_ADDRESS).first()
    if wanted is None and not email:
        held = RoleGrant.objects.filter(role=RoleName.ADMINISTRATOR).order_by("pk").first()
        wanted = held.user if held else None
    if wanted is None:
        wanted = create_person(email=email or FIRST_ADDRESS, by=audit.SYSTEM, verified=True)
    grant_role(
        user=wanted,
        role=RoleName.ADMINISTRATOR,
        by=audit.SYSTEM,
        reason="One-time link, issued on the machine itself",
    )
    SignInLink.objects.filter(user=wanted, used_at=None).delete()
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        token_hash=_hash(token), user=wanted, expires_at=timezone.now() + VALID
    )
    entry = audit.Entry("accounts.link.issue", "accounts.user", str(wanted.pk))
    audit.record_many(by=audit.SYSTEM, entries=[entry])
    with override("de"):
        path = reverse("accounts:first_sign_in", kwargs={"token": token})
    return f"{base_url}{path}"


def peek(token: str) -> None:
    """Whether the link would work now.

    Raises:
        LinkError: it is unknown, used or expired.
    """
    _usable(SignInLink.objects.filter(token_hash=_hash(token)).first())


@transaction.atomic
def use_link(token: str) -> User:
    """The person whom the link signs in; it does not work again.

    Raises:
        LinkError: it is unknown, used or expired.
    """
    link = SignInLink.objects.select_for_update().filter(token_hash=_hash(token)).first()
    link = _usable(link)
    # One statement decides, so that two clicks at the same moment sign in once.
    changed = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
    if not changed:
        raise LinkError("used")
    entry = audit.Entry("accounts.link.use", "accounts.user", str(link.user_id))
    audit.record_many(by=audit.Actor.of(link.user), entries=[entry])
    return link.user


def _usable(link: SignInLink | None) -> SignInLink:
    if link is None:
        raise LinkError("unknown")
    if link.used_at is not None:
        raise LinkError("used")
    if link.expires_at < timezone.now():
        raise LinkError("expired")
    return link
