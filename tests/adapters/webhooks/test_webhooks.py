"""Signed messages to programs of others."""

from __future__ import annotations

import base64

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.adapters.webhooks import (
    Answer,
    WebhookError,
    check_address,
    deliver,
    new_secret,
    signature,
    verify,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLIC = ["93.184.216.34"]


def test_signature_of_the_specification() -> None:
    # The vector of the reference libraries.
    given_ = signature(
        SECRET,
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        payload=b'{"test": 2432232314}',
    )
    assert given_ == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(payload=st.binary(max_size=50), other=st.binary(max_size=50), moved=st.integers(-1000, 1000))
def test_only_the_same_message_in_time_is_right(payload: bytes, other: bytes, moved: int) -> None:
    secret = new_secret()
    signed = signature(secret, message_id="a", timestamp=10_000, payload=payload)
    ways = {"message_id": "a", "timestamp": 10_000, "given": f"v1,x {signed}"}
    assert verify(secret, payload=payload, now=10_000 + moved, **ways) == (abs(moved) <= 300)
    assert verify(secret, payload=other, now=10_000, **ways) == (payload == other)
    assert not verify(new_secret(), payload=payload, now=10_000, **ways)


@pytest.mark.parametrize("secret", ["whsec_kurz", "whsec_!!!", ""])
def test_secrets_of_another_form_are_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        signature(secret, message_id="a", timestamp=1, payload=b"")


def test_a_new_secret_has_32_bytes() -> None:
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("http://example.org/", "not_https"),
        ("https://user:pass@example.org/", "password_in_address"),
        ("https://example.org:8443/", "not_public"),
        ("https://localhost/", "not_public"),
        ("https://127.0.0.1/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://[::ffff:10.0.0.1]/", "not_public"),
        ("https://169.254.169.254/latest/", "not_public"),
        ("https://exam ple.org/", "no_address"),
        ("https://[/", "no_address"),
    ],
)
def test_addresses_that_are_not_used(address: str, kind: str) -> None:
    with pytest.raises(WebhookError) as caught:
        check_address(address)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "ips", [["10.0.0.7"], [*PUBLIC, "192.168.1.1"], ["fd00::1"], ["100.64.0.1"]]
)
def test_names_that_lead_into_our_network(ips: list[str]) -> None:
    with pytest.raises(WebhookError) as caught:
        _send(httpx.MockTransport(lambda _: httpx.Response(200)), resolve=lambda _: ips)
    assert caught.value.kind == "not_public"


def test_what_is_sent_and_to_where() -> None:
    seen: list[httpx.Request] = []

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    answer = _send(httpx.MockTransport(receive))
    (request,) = seen
    assert (answer.status, answer.has_arrived, answer.is_gone) == (204, True, False)
    assert request.url.host == PUBLIC[0]
    assert request.headers["host"] == "example.org"
    assert verify(
        SECRET,
        message_id=request.headers["webhook-id"],
        timestamp=int(request.headers["webhook-timestamp"]),
        payload=request.content,
        given=request.headers["webhook-signature"],
        now=1_000,
    )


@pytest.mark.parametrize("status", [302, 410, 500])
def test_other_answers_have_not_arrived(status: int) -> None:
    headers = {"Location": "https://127.0.0.1/"}
    transport = httpx.MockTransport(
        lambda _: httpx.Response(status, headers=headers, text="x" * 900)
    )
    answer = _send(transport)
    assert (answer.status, answer.has_arrived, answer.is_gone) == (status, False, status == 410)
    assert len(answer.begin) <= 500


def test_nobody_answers() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("late")

    with pytest.raises(WebhookError) as caught:
        _send(httpx.MockTransport(fail))
    assert caught.value.kind == "no_answer"


def _send(transport: httpx.BaseTransport, resolve: object = None) -> Answer:
    return deliver(
        "https://example.org/hook?x=1",
        b'{"type": "curation.decided"}',
        secret=SECRET,
        message_id="msg_1",
        timestamp=1_000,
        resolve=resolve or (lambda _: PUBLIC),  # type: ignore[arg-type]
        transport=transport,
    )
