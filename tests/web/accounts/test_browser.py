"""Signing in, in a real browser and under the strict policy: code, app, passkey."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache

from steiger.web.accounts.domain.first_sign_in import issue_link
from steiger.web.accounts.models import LogEntry, User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SEND = "main form .st-button >> nth=0"


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    count = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), count, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.fixture
def page(chromium: Any, settings: Any) -> Any:
    """A page that remembers what the browser complained about."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security" in line.text else None,
    )
    yield page
    assert problems == []
    context.close()


def test_administrator_from_first_link_to_passkey(page: Any, live_server: Any) -> None:
    base = live_server.url
    page.goto(issue_link(base_url=base))
    page.click("main button")
    page.wait_for_url(f"{base}/konto/schutz/")

    page.goto(f"{base}/konto/email/")
    page.fill("#id_email", "leitung@example.org")
    page.click("button[name=action_add]")
    page.wait_for_url("**/confirm-email/")
    sent = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[-1].body, re.MULTILINE)
    page.fill("#id_code", sent.group(1))
    page.click(SEND)
    page.wait_for_url(f"{base}/konto/schutz/")
    assert User.objects.get().email == "leitung@example.org"

    page.goto(f"{base}/konto/2fa/totp/activate/")
    secret = page.input_value("#authenticator_secret")
    page.fill("#id_code", code_of(secret))
    page.click(SEND)
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".st-codes li").count() == 10

    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{base}/konto/2fa/webauthn/add/")
    page.fill("#id_name", "Laptop im Büro")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"{base}/konto/2fa/")

    page.goto(f"{base}/konto/logout/")
    page.click("main .st-button")
    page.goto(f"{base}/konto/login/?next=/konto/protokoll/")
    page.click("#passkey_login")
    page.wait_for_url(f"{base}/konto/protokoll/")

    # By code: the second factor is still asked for, and a code of the app counts once only.
    page.goto(f"{base}/konto/logout/")
    page.click("main .st-button")
    page.goto(f"{base}/konto/login/code/?next=/konto/")
    page.fill("#id_email", "leitung@example.org")
    page.click(SEND)
    page.wait_for_url("**/confirm/**")
    sent = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[-1].body, re.MULTILINE)
    page.fill("#id_code", sent.group(1))
    page.click(SEND)
    page.wait_for_url("**/authenticate/**")
    cache.clear()  # the app's code was used half a minute ago in a real life
    page.fill("#id_code", code_of(secret))
    page.click(SEND)
    page.wait_for_url(f"{base}/konto/")
    kinds = LogEntry.objects.filter(act="accounts.second_factor.add").values_list(
        "changes__kind", flat=True
    )
    assert sorted(kinds) == ["recovery_codes", "totp", "webauthn"]
    assert LogEntry.objects.filter(act="accounts.sign_in").count() == 3


def test_passkey_that_is_refused_is_explained(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/konto/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"isUserVerified": False}})
    page.click("#passkey_login")
    problem = page.locator("#passkey-problem")
    problem.wait_for(state="visible", timeout=70_000)
    assert "Passkey" in problem.inner_text()
