"""What happens at sign-in is written to the log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from steiger.web.accounts.domain import audit


def _record(act: str, user: Any, changes: dict[str, Any] | None = None) -> None:
    with transaction.atomic():
        entry = audit.Entry(act, "accounts.user", str(user.pk), "", changes)
        audit.record_many(by=audit.Actor.of(user), entries=[entry])


@receiver(user_logged_in)
def on_sign_in(user: Any, **_: Any) -> None:
    """A person signed in."""
    _record("accounts.sign_in", user)


@receiver([password_set, password_changed, password_reset])
def on_password(user: Any, **_: Any) -> None:
    """A password was set or changed."""
    _record("accounts.password.change", user)


@receiver(email_changed)
def on_email(user: Any, **_: Any) -> None:
    """The address changed; the log keeps neither the old nor the new one."""
    _record("accounts.email.change", user)


@receiver([authenticator_added, authenticator_removed])
def on_second_factor(user: Any, authenticator: Any, signal: Any, **_: Any) -> None:
    """A second factor was added or removed."""
    act = "add" if signal is authenticator_added else "remove"
    _record(f"accounts.second_factor.{act}", user, {"kind": authenticator.type})


@receiver(user_locked_out)
def on_lock(request: HttpRequest, **_: Any) -> None:
    """Too many failures locked an address out; whose it was is not written down."""
    with transaction.atomic():
        entry = audit.Entry("accounts.locked_out", "accounts.user", "")
        audit.record_many(by=audit.VISITOR, entries=[entry])
