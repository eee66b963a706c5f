"""Signing in, and the pages around it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.first_sign_in import issue_link
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import LogEntry, RoleName, User

pytestmark = pytest.mark.django_db
PASSWORD = "ein langer Satz mit Wörtern"


def person(role: str = "", email: str = "beispiel@example.org") -> User:
    user = create_person(email=email, by=audit.SYSTEM, verified=True)
    user.set_password(PASSWORD)
    user.save()
    if role:
        grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
    return user


def test_password_sign_in_is_logged(client: Client) -> None:
    user = person()
    answer = client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True
    )
    assert answer.wsgi_request.user == user
    assert LogEntry.objects.filter(act="accounts.sign_in", user_number=user.pk).count() == 1


def test_code_sign_in(client: Client) -> None:
    user = person()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = re.search(
        r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4}|[A-Z0-9-]{6,9})\s*$", mail.outbox[0].body, re.MULTILINE
    )
    assert code is not None, mail.outbox[0].body
    answer = client.post(
        reverse("account_confirm_login_code"), {"code": code.group(1)}, follow=True
    )
    assert answer.wsgi_request.user == user


def test_unknown_address_is_not_given_away(client: Client) -> None:
    person()
    known = client.post(reverse("account_request_login_code"), {"email": "beispiel@example.org"})
    unknown = client.post(reverse("account_request_login_code"), {"email": "fremd@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_five_failures_lock_and_say_how_long(client: Client) -> None:
    user = person()
    data = {"login": user.email, "password": "falsch"}
    answers = [client.post(reverse("account_login"), data) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert "15 Minuten" in answers[-1].content.decode()
    right = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert right.status_code == 429
    assert LogEntry.objects.filter(act="accounts.locked_out").exists()


def test_foreign_next_is_not_followed(client: Client) -> None:
    user = person()
    data = {"login": user.email, "password": PASSWORD, "next": "https://evil.example.com/"}
    answer = client.post(reverse("account_login"), data)
    assert "evil" not in answer["Location"]


def test_one_time_link_asks_before_it_signs_in(client: Client) -> None:
    link = issue_link(base_url="")
    page = client.get(link)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert not page.wsgi_request.user.is_authenticated
    done = client.post(link, follow=True)
    assert done.wsgi_request.user.has_role(RoleName.ADMINISTRATOR)
    assert Client().post(link).status_code == 410


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "name", ["accounts:profile", "accounts:people", "accounts:log", "mfa_index", "account_email"]
)
def test_pages_render(client: Client, name: str, language: str) -> None:
    client.force_login(
        person(RoleName.ADMINISTRATOR),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    with override(language):
        address = reverse(name)
    answer = client.get(address)
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_administrator_gives_a_role(client: Client) -> None:
    client.force_login(
        person(RoleName.ADMINISTRATOR),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    other = person(email="andere@example.org")
    address = reverse("accounts:person", kwargs={"number": other.pk})
    client.post(address, {"role": "moderator", "reason": "Redaktion", "grant": ""})
    assert User.objects.get(pk=other.pk).roles == {"moderator"}
    assert (
        LogEntry.objects.get(act="accounts.role.grant", object_id=str(other.pk)).reason
        == "Redaktion"
    )


def test_log_as_csv_disarms_formulas(client: Client) -> None:
    user = person(RoleName.ADMINISTRATOR)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="=1+1")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("accounts:log"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "'=1+1" in text


def test_close_account(client: Client) -> None:
    user = person()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("accounts:close"))
    assert not User.objects.filter(pk=user.pk).exists()
