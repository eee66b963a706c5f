"""Sends one message to an address that somebody typed in, and never into our own network.

The connection goes to the very address that was checked, so that a name which answers differently
the second time gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from steiger.adapters.webhooks.signing import signature
from steiger.lib.internet import is_public

LONGEST_ADDRESS = 2000
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
#: Bytes of an answer that are read, for the log of deliveries.
READ_BYTES = 500
Resolve = Callable[[str], Sequence[str]]


class WebhookError(Exception):
    """A message could not be sent.

    Attributes:
        kind: stable key: no_address, not_https, password_in_address, not_public, unknown_host,
            no_answer.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said.

    Attributes:
        status: of HTTP; 200 to 299 means that the message arrived.
        begin: the first bytes of its text.
    """

    status: int
    begin: str

    @property
    def has_arrived(self) -> bool:
        """Whether the receiver took the message."""
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no further messages (410, as the specification says)."""
        return self.status == 410


def check_address(address: str) -> str:
    """The host of an https address that may be used; what its name leads to is checked when sent.

    Raises:
        WebhookError: it is none.
    """
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise WebhookError("no_address", "Not an address.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise WebhookError("no_address", "Not an address.") from error
    if parts.scheme.lower() != "https":
        raise WebhookError("not_https", "Only https is used.")
    if parts.username or parts.password:
        raise WebhookError("password_in_address", "The address holds a password.")
    if port not in {None, 443}:
        raise WebhookError("not_public", "Only the usual port of https is used.")
    if not host or ("." not in host and ":" not in host):
        raise WebhookError("not_public", "The host is not public.")
    if (":" in host or host.replace(".", "").isdigit()) and not is_public(host):
        raise WebhookError("not_public", "The host is not public.")
    return host


def deliver(
    address: str,
    payload: bytes,
    *,
    secret: str,
    message_id: str,
    timestamp: int,
    resolve: Resolve | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Answer:
    """Send one message.

    Args:
        payload: JSON.
        resolve: answers which IP addresses a host has; by default the system's resolver.
        transport: for tests.

    Raises:
        WebhookError: the address is not allowed, or nobody answers.
        ValueError: the secret or the id has another form.
    """
    host = check_address(address)
    ip = _public_address(host, resolve or _resolve)
    signed = signature(secret, message_id=message_id, timestamp=timestamp, payload=payload)
    headers = {
        "Host": host,
        "Content-Type": "application/json",
        "User-Agent": "Steiger",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
    }
    url = httpx.URL(address).copy_with(host=ip)
    try:
        with (
            httpx.Client(
                timeout=TIMEOUT, transport=transport, trust_env=False, follow_redirects=False
            ) as client,
            # The certificate is checked against the name, although we connect to the address.
            client.stream(
                "POST", url, content=payload, headers=headers, extensions={"sni_hostname": host}
            ) as answer,
        ):
            begin = next(answer.iter_bytes(READ_BYTES), b"")[:READ_BYTES]
            return Answer(answer.status_code, begin.decode("utf-8", "replace"))
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise WebhookError("no_answer", f"No answer: {error}") from error


def _public_address(host: str, resolve: Resolve) -> str:
    try:
        found = list(resolve(host))
    except (OSError, UnicodeError) as error:
        raise WebhookError("unknown_host", f"{host} is unknown.") from error
    if not found:
        raise WebhookError("unknown_host", f"{host} is unknown.")
    # One inner address among outer ones is no accident.
    if not all(is_public(ip) for ip in found):
        raise WebhookError("not_public", "The host is not public.")
    return next((ip for ip in found if ":" not in ip), found[0])


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
