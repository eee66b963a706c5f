"""Roles, closing an account, the one-time link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.first_sign_in import LinkError, issue_link, peek, use_link
from steiger.web.accounts.domain.people import (
    PeopleError,
    administrator_has_signed_in,
    close_account,
    create_person,
    grant_role,
    has_administrator,
    revoke_role,
)
from steiger.web.accounts.models import LogEntry, RoleName, SignInLink, User

pytestmark = pytest.mark.django_db


def person(email: str = "beispiel@example.org") -> User:
    return create_person(email=email, by=audit.SYSTEM, verified=True)


def token_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[1]


def test_grant_role_is_logged_with_reason() -> None:
    user = person()
    grant_role(user=user, role=RoleName.MODERATOR, by=audit.SYSTEM, reason="new colleague")
    entry = LogEntry.objects.get(act="accounts.role.grant")
    assert (entry.reason, entry.changes, entry.object_id) == (
        "new colleague",
        {"role": [None, "moderator"]},
        str(user.pk),
    )
    assert user.has_role(RoleName.MODERATOR)
    assert not user.has_role(RoleName.EXAMINER)


def test_grant_role_twice_is_logged_once() -> None:
    user = person()
    for _ in range(2):
        grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="x")
    assert LogEntry.objects.filter(act="accounts.role.grant").count() == 1


@pytest.mark.parametrize(("role", "reason"), [("king", "x"), (RoleName.ADVISER, "  ")])
def test_grant_role_refuses_nonsense(role: str, reason: str) -> None:
    with pytest.raises(PeopleError):
        grant_role(user=person(), role=role, by=audit.SYSTEM, reason=reason)


def test_administrators_hold_every_role() -> None:
    user = person()
    grant_role(user=user, role=RoleName.ADMINISTRATOR, by=audit.SYSTEM, reason="x")
    assert all(user.has_role(role) for role in RoleName.values)


def test_last_administrator_stays() -> None:
    user = person()
    grant_role(user=user, role=RoleName.ADMINISTRATOR, by=audit.SYSTEM, reason="x")
    with pytest.raises(PeopleError):
        revoke_role(user=user, role=RoleName.ADMINISTRATOR, by=audit.SYSTEM, reason="x")
    with pytest.raises(PeopleError):
        close_account(user=user, by=audit.SYSTEM)
    assert has_administrator()


def test_closed_account_leaves_no_address_behind() -> None:
    user = person("weg@example.org")
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="x")
    number = user.pk
    close_account(user=user, by=audit.Actor(number, "adviser"))
    assert not User.objects.filter(pk=number).exists()
    kept = str(list(LogEntry.objects.values()))
    assert "weg@example.org" not in kept
    assert LogEntry.objects.filter(act="accounts.person.close", object_id=str(number)).exists()


def test_link_signs_in_once() -> None:
    token = token_of(issue_link(base_url="http://x"))
    peek(token)
    user = use_link(token)
    assert user.has_role(RoleName.ADMINISTRATOR)
    with pytest.raises(LinkError, match="used"):
        use_link(token)


def test_an_unused_link_does_not_count_as_an_administrator(client: Client) -> None:
    link = issue_link(base_url="")
    assert (has_administrator(), administrator_has_signed_in()) == (True, False)
    client.post(link)
    assert administrator_has_signed_in()


def test_link_expires() -> None:
    token = token_of(issue_link(base_url="http://x"))
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(LinkError, match="expired"):
        use_link(token)


def test_link_secret_is_not_stored() -> None:
    token = token_of(issue_link(base_url="http://x"))
    assert token not in str(list(SignInLink.objects.values()))
    assert token not in str(list(LogEntry.objects.values()))


def test_new_link_replaces_the_old_one() -> None:
    old = token_of(issue_link(base_url="http://x"))
    new = token_of(issue_link(base_url="http://x"))
    assert User.objects.count() == 1
    with pytest.raises(LinkError, match="unknown"):
        use_link(old)
    use_link(new)


def test_closing_ends_sessions_and_counted_failures(client: Client) -> None:
    user = person()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    AccessAttempt.objects.create(
        username=user.email, ip_address="127.0.0.1", user_agent="x", failures_since_start=1
    )
    other = Client()
    other.force_login(
        person("bleibt@example.org"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    close_account(user=user, by=audit.SYSTEM)
    assert (Session.objects.count(), AccessAttempt.objects.count()) == (1, 0)
