"""A transport for httpx that only reaches the open internet.

A name is looked up once per request, every address it has must be public, and the connection goes
to the very address that was checked: a name that points elsewhere a moment later gains nothing.
TLS and the Host header keep the name, so that the certificate is checked against it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx

from steiger.lib.internet import AddressError, Resolve, public_one

PORT = 443
#: Bytes of one answer; a chat answer has a few thousand.
LARGEST = 2_000_000
#: Requests of one client; an audit of a text endpoint asks some hundred questions.
MOST = 20_000


class OutsideError(httpx.TransportError):
    """Such an address is not asked, or its answer has no end."""


class OpenInternet(httpx.BaseTransport):
    """Asks public addresses by https, one checked address per request.

    Args:
        resolve: answers which IP addresses a host has; by default the system's resolver.
        inner: what sends to the checked address; for tests.
        largest: bytes of one answer.
        most: requests.
    """

    def __init__(
        self,
        *,
        resolve: Resolve | None = None,
        inner: httpx.BaseTransport | None = None,
        largest: int = LARGEST,
        most: int = MOST,
    ) -> None:
        self._resolve = resolve or _addresses
        # One connection per request: a kept one would be found by the address, not by the name.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._inner = inner or httpx.HTTPTransport(trust_env=False, limits=limits)
        self._largest, self._left = largest, most

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the address that was checked.

        Raises:
            OutsideError: not https, another port, not public, too many requests, or too large.
        """
        if self._left <= 0:
            raise OutsideError("more requests than one run may send")
        self._left -= 1
        url, host = request.url, request.url.host
        if url.scheme != "https" or (url.port or PORT) != PORT or url.userinfo:
            raise OutsideError(f"{host}: only https on its usual port is asked")
        checked = httpx.Request(
            request.method,
            url.copy_with(host=self._checked(host)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        # Packed answers could grow without end when they are unpacked: none are asked for.
        checked.headers["Accept-Encoding"] = "identity"
        answer = self._inner.handle_request(checked)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            answer.close()
            raise OutsideError(f"{host}: a packed answer although a plain one was asked for")
        stream = _Limited(answer.stream, self._largest, host)
        return httpx.Response(
            answer.status_code,
            headers=answer.headers,
            stream=stream,
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def _checked(self, host: str) -> str:
        try:
            return public_one(host, self._resolve)
        except AddressError as error:
            if error.kind == "unknown_host":
                raise OutsideError(f"{host} is unknown") from error
            raise OutsideError(f"{host} lies outside of the open internet") from error


class _Limited(httpx.SyncByteStream):
    """A stream that ends with an error instead of without end."""

    def __init__(self, inner: object, largest: int, host: str) -> None:
        assert isinstance(inner, httpx.SyncByteStream)  # noqa: S101 - ours is a blocking client
        self._inner, self._left, self._host = inner, largest, host

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            self._left -= len(part)
            if self._left < 0:
                raise OutsideError(f"{self._host}: the answer is too large")
            yield part

    def close(self) -> None:
        self._inner.close()


def _addresses(host: str) -> list[str]:
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
