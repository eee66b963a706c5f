"""Sends one message to an address that somebody typed in, and never into our own network.

The connection goes to the very address that was checked, so that a name which answers differently
the second time (DNS rebinding) gains nothing; the certificate is checked against the name.
Redirects are not followed, proxies of the environment are not used, and a receiver that lets its
answer drip is given up after some seconds in all.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steiger.adapters.webhooks.signing import signature
from steiger.lib.internet import AddressError, Resolve, https_host, public_one

if TYPE_CHECKING:
    import httpcore

CONNECT_S = 5.0
#: From the first byte out to the last byte that is waited for.
LONGEST_S = 15.0


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
    """What the receiver said: the status of HTTP. Its text is not read."""

    status: int

    @property
    def has_arrived(self) -> bool:
        """Whether the receiver took the message."""
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no further messages (410, as the specification says)."""
        return self.status == 410


def deliver(
    address: str,
    payload: bytes,
    *,
    secret: str,
    message_id: str,
    timestamp: int,
    resolve: Resolve | None = None,
    network: httpcore.NetworkBackend | None = None,
    tls: ssl.SSLContext | None = None,
    longest_s: float = LONGEST_S,
) -> Answer:
    """Send one message.

    Args:
        payload: JSON.
        message_id: the same at every attempt.
        timestamp: seconds since 1970, of the attempt.
        resolve: answers which IP addresses a host has; by default the system's resolver.
        network: what opens connections; for tests.
        tls: whom to trust; by default the usual authorities.

    Raises:
        WebhookError: the address is not allowed, or nobody answers in time.
        ValueError: the secret or the id has another form.
    """
    import httpcore

    try:
        ip = public_one(https_host(address), resolve or _resolve)
    except AddressError as error:
        raise WebhookError(error.kind, str(error)) from error
    signed = signature(secret, message_id=message_id, timestamp=timestamp, payload=payload)
    headers: dict[bytes | str, bytes | str] = {
        "Content-Type": "application/json",
        "Content-Length": str(len(payload)),
        "User-Agent": "Steiger",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
    }
    times = {"connect": CONNECT_S} | dict.fromkeys(("read", "write", "pool"), longest_s)
    pinned = _pinned(ip, time.monotonic() + longest_s, network or httpcore.SyncBackend())
    try:
        with (
            httpcore.ConnectionPool(ssl_context=tls, network_backend=pinned) as pool,
            pool.stream(
                "POST", address, headers=headers, content=payload, extensions={"timeout": times}
            ) as answer,
        ):
            # Closed without reading: only the head is wanted.
            return Answer(answer.status)
    except _failures() as error:
        raise WebhookError("no_answer", f"No answer: {type(error).__name__}") from error


def _failures() -> tuple[type[Exception], ...]:
    import httpcore

    return (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
        OSError,
        ValueError,
    )


def _pinned(ip: str, stop: float, network: httpcore.NetworkBackend) -> httpcore.NetworkBackend:
    """Connects to one address, whatever the host is called, and only until ``stop`` (monotonic)."""
    import httpcore

    def left(timeout: float | None, error: type[Exception]) -> float:
        rest = stop - time.monotonic()
        if rest <= 0:
            raise error("Too slow.")
        return rest if timeout is None else min(rest, timeout)

    class Timely(httpcore.NetworkStream):
        """A connection whose reads and writes share one span of time."""

        def __init__(self, inner: httpcore.NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return self._inner.read(max_bytes, left(timeout, httpcore.ReadTimeout))

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._inner.write(buffer, left(timeout, httpcore.WriteTimeout))

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore.NetworkStream:
            rest = left(timeout, httpcore.ConnectTimeout)
            return Timely(self._inner.start_tls(ssl_context, server_hostname, rest))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Pinned(httpcore.NetworkBackend):
        def connect_tcp(
            self,
            host: str,  # noqa: ARG002 -- already looked up and checked
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
        ) -> httpcore.NetworkStream:
            rest = left(timeout, httpcore.ConnectTimeout)
            return Timely(network.connect_tcp(ip, port, rest, local_address, socket_options))

    return Pinned()


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
