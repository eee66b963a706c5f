"""Acts on people: roles, and closing an account."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleGrant, RoleName, User


class PeopleError(ValueError):
    """The act would break a rule; the message says which."""


def has_administrator() -> bool:
    """Whether somebody holds the role of administrator."""
    return RoleGrant.objects.filter(role=RoleName.ADMINISTRATOR, user__is_active=True).exists()


def administrator_has_signed_in() -> bool:
    """Whether an administrator was ever here; before that, each start offers a one-time link."""
    return RoleGrant.objects.filter(
        role=RoleName.ADMINISTRATOR, user__is_active=True, user__last_login__isnull=False
    ).exists()


@transaction.atomic
def create_person(*, email: str, by: audit.Actor, verified: bool = False) -> User:
    """Create a person without a password; they sign in by code, passkey or link.

    Raises:
        PeopleError: the address belongs to somebody.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise PeopleError("This address belongs to an account already.")
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    entry = audit.Entry("accounts.person.create", "accounts.user", str(user.pk))
    audit.record_many(by=by, entries=[entry])
    return user


@transaction.atomic
def grant_role(*, user: User, role: str, by: audit.Actor, reason: str) -> None:
    """Give a person a role.

    Raises:
        PeopleError: there is no such role, or no reason is given.
    """
    _check(role, reason)
    _, created = RoleGrant.objects.get_or_create(user=user, role=role)
    if created:
        _log("accounts.role.grant", user, {"role": [None, role]}, by, reason)
    user.forget_roles()


@transaction.atomic
def revoke_role(*, user: User, role: str, by: audit.Actor, reason: str) -> None:
    """Take a role from a person.

    Raises:
        PeopleError: it is the last administrator's, or no reason is given.
    """
    _check(role, reason)
    if role == RoleName.ADMINISTRATOR:
        _keep_one_administrator(user)
    deleted, _ = RoleGrant.objects.filter(user=user, role=role).delete()
    if deleted:
        _log("accounts.role.revoke", user, {"role": [role, None]}, by, reason)
    user.forget_roles()


@transaction.atomic
def close_account(*, user: User, by: audit.Actor, reason: str = "") -> None:
    """Erase a person at once. Log entries keep only the number.

    Raises:
        PeopleError: the last administrator cannot leave.
    """
    if RoleGrant.objects.filter(user=user, role=RoleName.ADMINISTRATOR).exists():
        _keep_one_administrator(user)
    _log("accounts.person.close", user, {}, by, reason)
    number, email = user.pk, user.email
    user.delete()
    # Counted failures and open sessions name the address too.
    AccessAttempt.objects.filter(username__iexact=email).delete()
    _end_sessions(number)


def _end_sessions(number: int) -> None:
    """End every session of a person; sessions carry no column that says whose they are."""
    ended = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(number)
    ]
    Session.objects.filter(pk__in=ended).delete()


def _check(role: str, reason: str) -> None:
    if role not in RoleName.values:
        raise PeopleError(f"There is no role {role!r}.")
    if not reason.strip():
        raise PeopleError("Say why; the reason stands in the log.")


def _keep_one_administrator(user: User) -> None:
    # The rows are locked, so that two administrators cannot remove each other at the same moment.
    others = RoleGrant.objects.select_for_update().filter(
        role=RoleName.ADMINISTRATOR, user__is_active=True
    )
    if not others.exclude(user=user).exists():
        raise PeopleError("The last administrator stays: name another one first.")


def _log(
    act: str, user: User, changes: dict[str, list[str | None]], by: audit.Actor, reason: str
) -> None:
    # The label stays empty: a name or address in the log could never be erased.
    entry = audit.Entry(act, "accounts.user", str(user.pk), "", changes)
    audit.record_many(by=by, entries=[entry], reason=reason)


@transaction.atomic
def rename_person(*, user: User, name: str) -> None:
    """Change the name that colleagues see; the log keeps that it changed, not the name."""
    user.display_name = name
    user.save(update_fields=["display_name"])
    _log("accounts.person.rename", user, {}, audit.Actor.of(user), "")
