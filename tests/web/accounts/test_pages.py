"""Signing in, and the pages around it."""

from __future__ import annotations

import re
from typing import Any

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
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "ein langer Satz mit Wörtern"
LABEL = re.compile("<label[^>]*>(.*?)</label>", re.DOTALL)


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


def test_many_failures_from_one_place_are_told_to_wait_and_where_to_go(client: Client) -> None:
    for number in range(31):
        data = {"login": f"beispiel{number}@example.org", "password": "falsch"}
        answer = client.post(reverse("account_login"), data)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Warten Sie eine Minute" in page
    main = page[page.index("<main") : page.index("</main>")]
    assert f'href="{reverse("account_login")}"' in main


def test_wrong_codes_lock_known_and_unknown_addresses_alike(client: Client) -> None:
    person()
    met = {}
    for email in ("beispiel@example.org", "fremd@example.org"):
        browser = Client()
        browser.post(reverse("account_request_login_code"), {"email": email})
        codes = []
        for _ in range(5):
            answer = browser.post(reverse("account_confirm_login_code"), {"code": "FALSCH"})
            codes.append(answer.status_code)
            if answer.status_code == 302:  # the code is used up: have another one sent
                browser.post(reverse("account_request_login_code"), {"email": email})
        met[email] = codes
    assert met["beispiel@example.org"] == met["fremd@example.org"]
    assert met["fremd@example.org"][-1] == 429
    again = client.post(reverse("account_request_login_code"), {"email": "fremd@example.org"})
    assert again.status_code == 429
    assert 0 < int(again["Retry-After"]) <= 900


def test_signing_up_does_not_tell_who_has_an_account(client: Client) -> None:
    person()
    known = client.post(reverse("account_signup"), {"email": "beispiel@example.org"})
    unknown = Client().post(reverse("account_signup"), {"email": "fremd@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_sign_up_by_code_gives_a_visitor(client: Client) -> None:
    client.post(reverse("account_signup"), {"email": "neu@example.org"})
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[0].body, re.MULTILINE)
    assert code is not None, mail.outbox[0].body
    answer = client.post(
        reverse("account_email_verification_sent"), {"code": code.group(1)}, follow=True
    )
    user = answer.wsgi_request.user
    assert (user.email, user.roles, user.has_usable_password()) == (
        "neu@example.org",
        frozenset(),
        False,
    )


def test_mails_are_german_and_say_sie(client: Client) -> None:
    user = person()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    assert mail.outbox[0].subject == "Ihr Code für die Anmeldung"
    assert mail.outbox[0].body.startswith("Guten Tag.\n")


def test_public_installation_leads_administrators_to_a_second_factor(
    client: Client, settings: Any
) -> None:
    client.force_login(person(RoleName.ADMINISTRATOR), backend=BACKEND)
    assert client.get(reverse("accounts:people")).status_code == 200
    settings.BASE_URL = "https://example.org"
    answer = client.get(reverse("accounts:people"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:protect"))


def test_one_time_link_works_with_the_token_against_forgery() -> None:
    browser = Client(enforce_csrf_checks=True)
    link = issue_link(base_url="")
    page = browser.get(link).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    assert browser.post(link).status_code == 403
    done = browser.post(
        link, {"csrfmiddlewaretoken": token}, headers={"origin": "http://testserver"}
    )
    assert (done.status_code, done["Location"]) == (302, reverse("accounts:protect"))


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
        backend=BACKEND,
    )
    with override(language):
        address = reverse(name)
    answer = client.get(address)
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_administrator_gives_a_role(client: Client) -> None:
    client.force_login(
        person(RoleName.ADMINISTRATOR),
        backend=BACKEND,
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
    client.force_login(user, backend=BACKEND)
    answer = client.get(reverse("accounts:log"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "'=1+1" in text


def test_close_account(client: Client) -> None:
    user = person()
    client.force_login(user, backend=BACKEND)
    client.post(reverse("accounts:close"))
    assert not User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_email", "accounts:profile"])
def test_pages_of_an_account_are_not_kept(client: Client, name: str) -> None:
    client.force_login(person(), backend=BACKEND)
    assert "no-store" in client.get(reverse(name))["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("account_login", ["E-mail address", "Password", "Stay signed in"]),
        ("account_signup", ["E-mail address"]),
        ("account_reset_password", ["E-mail address"]),
        ("account_request_login_code", ["E-mail address"]),
        ("account_email", ["E-mail address"]),
        (
            "account_change_password",
            ["Current password", "New password", "New password again"],
        ),
    ],
)
def test_fields_of_the_library_speak_as_ours_do(
    client: Client, name: str, labels: list[str]
) -> None:
    """One label above each field, in our words; none repeated inside the field."""
    if name in {"account_email", "account_change_password"}:
        client.post(reverse("account_login"), {"login": person().email, "password": PASSWORD})
    with override("en"):
        address = reverse(name)
    page = client.get(address).content.decode()
    form = page[page.index('<div class="st-field') :]
    assert [re.sub("<[^>]+>", "", found).strip() for found in LABEL.findall(form)] == labels
    assert "placeholder" not in form
    assert "<ul><li>" not in form  # the rules of passwords stand in one sentence above
