"""Staff sign in with their own provider: a small fake one, spoken to over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User

pytestmark = pytest.mark.django_db


class Provider:
    """What the fake provider says about the person who signs in."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.verifiers: list[str] = []
        self.base = ""

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.base,
                "authorization_endpoint": f"{self.base}/authorize",
                "token_endpoint": f"{self.base}/token",
                "userinfo_endpoint": f"{self.base}/userinfo",
                "jwks_uri": f"{self.base}/keys",
            }
        if path == "/token":
            self.verifiers += form.get("code_verifier", [])
            return {"access_token": "fake", "token_type": "Bearer"}
        return self.person


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            body = json.dumps(state.answer(urlsplit(self.path).path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = reply  # noqa: N815 -- the names that http.server asks for

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.base = f"http://127.0.0.1:{server.server_port}"
    app = {
        "provider_id": "staff",
        "name": "Dienstkonto",
        "client_id": "steiger",
        "secret": "geheim",
        "settings": {"server_url": state.base},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    yield state
    server.shutdown()
    server.server_close()


def sign_in(client: Client, follow: bool = True) -> HttpResponse:
    """Go to the provider and come back with a code."""
    start = client.post(reverse("openid_connect_login", kwargs={"provider_id": "staff"}))
    state = parse_qs(urlsplit(start["Location"]).query)["state"][0]
    back = reverse("openid_connect_callback", kwargs={"provider_id": "staff"})
    return client.get(back, {"code": "abc", "state": state}, follow=follow)


def test_new_person_gets_no_role(client: Client, provider: Provider) -> None:
    provider.person = {
        "sub": "1",
        "email": "neu@example.org",
        "email_verified": True,
        "name": "Beispiel Neu",
    }
    answer = sign_in(client)
    user = answer.wsgi_request.user
    assert (user.email, user.display_name, user.roles) == (
        "neu@example.org",
        "Beispiel Neu",
        frozenset(),
    )
    assert not user.has_usable_password()
    assert len(provider.verifiers) == 1, "PKCE"


def test_verified_address_leads_to_the_existing_account(client: Client, provider: Provider) -> None:
    user = create_person(email="da@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.MODERATOR, by=audit.SYSTEM, reason="test")
    provider.person = {"sub": "2", "email": "da@example.org", "email_verified": True}
    answer = sign_in(client)
    assert answer.wsgi_request.user == user
    assert answer.wsgi_request.user.roles == {"moderator"}
    assert User.objects.count() == 1


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}, {"email_verified": "false"}])
def test_unverified_address_does_not(
    client: Client, provider: Provider, claim: dict[str, Any]
) -> None:
    create_person(email="da@example.org", by=audit.SYSTEM, verified=True)
    provider.person = {"sub": "3", "email": "da@example.org"} | claim
    answer = sign_in(client)
    assert not answer.wsgi_request.user.is_authenticated


def test_foreign_state_is_refused(client: Client, provider: Provider) -> None:
    provider.person = {"sub": "4", "email": "neu@example.org", "email_verified": True}
    back = reverse("openid_connect_callback", kwargs={"provider_id": "staff"})
    answer = client.get(back, {"code": "abc", "state": "nie-vergeben"})
    assert not answer.wsgi_request.user.is_authenticated
    assert User.objects.count() == 0


def test_sign_in_page_offers_the_provider(client: Client, provider: Provider) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "Mit Dienstkonto anmelden" in page
