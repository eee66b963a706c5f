"""Fetches a calendar from an address that somebody typed in, and never anything else.

The connection goes to the very address that was checked, so that a name which answers differently
the second time gains nothing.
"""

from __future__ import annotations

import socket
import time
from urllib.parse import urljoin

import httpx

from steiger.adapters.icalendar.addresses import host_of
from steiger.adapters.icalendar.reader import MOST_BYTES, CalendarError
from steiger.lib.internet import AddressError, Resolve, public_one

LONGEST_S = 20.0
TIMEOUT = httpx.Timeout(8.0, connect=5.0)
MOST_HOPS = 3
_REDIRECTS = {301, 302, 303, 307, 308}


def fetch(
    address: str,
    *,
    resolve: Resolve | None = None,
    transport: httpx.BaseTransport | None = None,
) -> bytes:
    """The bytes of the calendar at an address.

    Args:
        address: of a calendar, as :func:`normal_address` gives it.
        resolve: answers which IP addresses a host has; by default the system's resolver.
        transport: for tests.

    Raises:
        CalendarError: the address is not allowed, or does not answer with a file of fair size.
    """
    stop = time.monotonic() + LONGEST_S
    try:
        with httpx.Client(
            timeout=TIMEOUT, transport=transport, trust_env=False, follow_redirects=False
        ) as client:
            for _ in range(MOST_HOPS + 1):
                data, onward = _ask(client, address, resolve or _resolve, stop)
                if onward is None:
                    return data
                address = urljoin(address, onward)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise CalendarError("no_answer", f"No answer: {error}") from error
    raise CalendarError("too_many_hops", "The address leads on too often.")


def _ask(
    client: httpx.Client, address: str, resolve: Resolve, stop: float
) -> tuple[bytes, str | None]:
    host = host_of(address)
    ip = _public_address(host, resolve)
    url = httpx.URL(address).copy_with(host=ip)
    headers = {"Host": host, "Accept": "text/calendar", "User-Agent": "Steiger"}
    # The certificate is checked against the name, although the connection goes to the address.
    with client.stream("GET", url, headers=headers, extensions={"sni_hostname": host}) as answer:
        if answer.status_code in _REDIRECTS:
            return b"", answer.headers.get("Location", "")
        if answer.status_code in {401, 403}:
            raise CalendarError("locked", "The calendar asks for a password.")
        if answer.status_code in {404, 410}:
            raise CalendarError("not_there", "There is no calendar at this address.")
        if answer.status_code != 200:
            raise CalendarError("no_answer", f"Answered with {answer.status_code}.")
        data = bytearray()
        for part in answer.iter_bytes():
            data += part
            if len(data) > MOST_BYTES:
                raise CalendarError("too_large", f"More than {MOST_BYTES} bytes.")
            if time.monotonic() > stop:
                raise CalendarError("too_slow", f"Longer than {LONGEST_S:.0f} s.")
    return bytes(data), None


def _public_address(host: str, resolve: Resolve) -> str:
    try:
        return public_one(host, resolve)
    except AddressError as error:
        raise CalendarError(error.kind, str(error)) from error


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
