"""Signed messages to programs of others."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.adapters.webhooks import (
    Answer,
    WebhookError,
    deliver,
    new_secret,
    signature,
    verify,
)
from steiger.lib.internet import AddressError, https_host, public_one

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLIC = ["93.184.216.34"]
OK = [b"HTTP/1.1 204 No Content\r\n\r\n"]


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
        ("https://127.1/", "not_public"),
        ("https://0x7f.0.0.1/", "not_public"),
        ("https://127.0.0.0x1/", "not_public"),
        ("https://2130706433./", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://[::ffff:10.0.0.1]/", "not_public"),
        ("https://169.254.169.254/latest/", "not_public"),
        ("https://exam ple.org/", "no_address"),
        ("https://[/", "no_address"),
    ],
)
def test_addresses_that_are_not_used(address: str, kind: str) -> None:
    with pytest.raises(AddressError) as caught:
        public_one(https_host(address), lambda _host: ["127.0.0.1"])
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "ips", [["10.0.0.7"], [*PUBLIC, "192.168.1.1"], ["fd00::1"], ["100.64.0.1"], []]
)
def test_names_that_lead_into_our_network(ips: list[str]) -> None:
    receiver = Receiver()
    with pytest.raises(WebhookError) as caught:
        receiver.send(resolve=lambda _: ips)
    assert caught.value.kind == ("not_public" if ips else "unknown_host")
    assert receiver.connected == []


def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    # A name that leads outside when it is checked, and inside a moment later.
    answers = [PUBLIC, ["127.0.0.1"], ["127.0.0.1"]]
    receiver = Receiver()
    assert receiver.send(resolve=lambda _: answers.pop(0)).has_arrived
    assert receiver.connected == [(PUBLIC[0], 443)]
    assert receiver.named == ["example.org"]  # the certificate is checked against the name
    assert len(answers) == 2


def test_what_is_sent() -> None:
    receiver = Receiver()
    answer = receiver.send()
    assert (answer.status, answer.has_arrived, answer.is_gone) == (204, True, False)
    head, _gap, body = receiver.got.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert (first, headers["host"]) == ("POST /hook?x=1 HTTP/1.1", "example.org")
    assert verify(
        SECRET,
        message_id=headers["webhook-id"],
        timestamp=int(headers["webhook-timestamp"]),
        payload=body,
        given=headers["webhook-signature"],
        now=1_000,
    )


@pytest.mark.parametrize("status", [302, 410, 500])
def test_other_answers_have_not_arrived(status: int) -> None:
    receiver = Receiver([f"HTTP/1.1 {status} x\r\nLocation: https://127.0.0.1/\r\n\r\n".encode()])
    answer = receiver.send()
    assert (answer.status, answer.has_arrived, answer.is_gone) == (status, False, status == 410)
    assert len(receiver.connected) == 1


def test_nobody_answers_or_something_else_does() -> None:
    for said in ([], [b"SSH-2.0-OpenSSH\r\n"]):
        with pytest.raises(WebhookError) as caught:
            Receiver(said).send()
        assert caught.value.kind == "no_answer"


def test_an_answer_that_drips_is_given_up() -> None:
    drip = (
        bytes([byte]) for byte in itertools.chain(b"HTTP/1.1 200 OK\r\n", itertools.cycle(b"a"))
    )
    begin = time.monotonic()
    with pytest.raises(WebhookError) as caught:
        Receiver(drip, pause_s=0.01).send(longest_s=0.2)
    assert caught.value.kind == "no_answer"
    assert time.monotonic() - begin < 5


class Receiver(httpcore.NetworkBackend):
    """A receiver without a network: remembers who connected and what came."""

    def __init__(self, said: Iterable[bytes] = OK, *, pause_s: float = 0) -> None:
        self.connected: list[tuple[str, int]] = []
        self.named: list[str] = []
        self.got = b""
        self.said, self.pause_s = iter(said), pause_s

    def connect_tcp(self, host: str, port: int, *_args: Any, **_named: Any) -> Stream:
        self.connected.append((host, port))
        return Stream(self)

    def send(self, **named: Any) -> Answer:
        return deliver(
            "https://example.org/hook?x=1",
            b'{"type": "submission.accepted"}',
            secret=SECRET,
            message_id="msg_1",
            timestamp=1_000,
            network=self,
            **{"resolve": lambda _: PUBLIC, **named},
        )


class Stream(httpcore.NetworkStream):
    """Its connection."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 -- the library names them
        time.sleep(self.receiver.pause_s)
        return next(self.receiver.said, b"")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.receiver.got += buffer

    def close(self) -> None:
        """Nothing is open."""

    def start_tls(self, _context: Any, server_hostname: str | None = None, *_args: Any) -> Stream:
        self.receiver.named.append(server_hostname or "")
        return self

    def get_extra_info(self, info: str) -> Any:  # noqa: ARG002
        return None
