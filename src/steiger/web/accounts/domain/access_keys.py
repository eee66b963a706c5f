"""Keys with which programs act for a person: made, used, withdrawn."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.signature import signature
from steiger.web.accounts.models import AccessKey, RoleName, User

#: Tells people and scanners of source code what kind of secret this is.
PREFIX = "steiger_"
SECRET_BYTES = 32
LONGEST_DAYS = 366
MOST_LIVE = 20
#: The time of use is written at most this often, so that reading does not write.
USE_STEP = timedelta(minutes=5)


class AccessKeyError(ValueError):
    """The act would break a rule; the message says which."""


def _hash(secret: str) -> str:
    # The secret has 256 random bits: a slow hash would protect nothing further.
    return hashlib.sha256(secret.encode()).hexdigest()


def scopes_for(user: User) -> list[AccessKey.Scope]:
    """What a key of this person may allow; whether it opens an entry is asked at every use."""
    speaks = RoleName.REPRESENTATIVE in user.roles
    return [one for one in AccessKey.Scope if one != AccessKey.Scope.WRITE or speaks]


@transaction.atomic
def create_key(
    *, user: User, name: str, scopes: Iterable[str], days: int, by: audit.Actor
) -> tuple[AccessKey, str]:
    """Make a key; the secret is returned this once. The person is told by mail.

    Raises:
        AccessKeyError: no name, no or an unknown scope, a span that is none, or too many live keys.
    """
    wanted = sorted(set(scopes))
    if not name.strip():
        raise AccessKeyError(_("Give the key a name."))
    if not wanted or set(wanted) - set(AccessKey.Scope.values):
        raise AccessKeyError(_("Choose what the key may be used for."))
    if not set(wanted) <= set(scopes_for(user)):
        raise AccessKeyError(_("Only who represents an entry of the map can change one."))
    if not 1 <= days <= LONGEST_DAYS:
        raise AccessKeyError(_("A key is valid for at least a day and at most a year."))
    live = live_keys(user)
    if len(live) >= MOST_LIVE:
        raise AccessKeyError(_("You have %(n)s valid keys. Withdraw one first.") % {"n": len(live)})
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    key = AccessKey.objects.create(
        user=user,
        name=name.strip()[:80],
        hint=secret[:12],
        secret_hash=_hash(secret),
        scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(by=by, act="accounts.key.create", on=key, changes={"scopes": wanted})
    _tell(key)
    return key, secret


def _tell(key: AccessKey) -> None:
    subject = _("A new access key for your account")
    text = _(
        "somebody made the access key “%(name)s” in your account. It allows: %(scopes)s.\n\n"
        "If that was not you, withdraw the key in your account and change your password."
    ) % {"name": key.name, "scopes": ", ".join(key.scope_labels)}
    text = f"{_('Good day,')}\n\n{text}\n\n{signature()}\n"
    message = EmailMessage(subject, text, to=[key.user.email])
    transaction.on_commit(message.send)


@transaction.atomic
def revoke_key(*, key: AccessKey, by: audit.Actor) -> None:
    """Withdraw a key at once; a key that has ended stays as it is."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        audit.record(by=by, act="accounts.key.revoke", on=key)


def live_keys(user: User) -> list[AccessKey]:
    """Keys of a person that still open something."""
    return [key for key in user.access_keys.all() if key.is_live]


def key_of(secret: str, now: datetime | None = None) -> AccessKey | None:
    """The live key with this secret, of a person whose account is open; notes that it was used."""
    if not secret.startswith(PREFIX) or len(secret) > 200:
        return None
    now = now or timezone.now()
    key = AccessKey.objects.select_related("user").filter(secret_hash=_hash(secret)).first()
    if key is None or key.revoked_at or key.expires_at <= now or not key.user.is_active:
        return None
    if key.last_used_at is None or now - key.last_used_at > USE_STEP:
        AccessKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key
