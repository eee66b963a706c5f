"""Fetches a calendar from an address that somebody typed in, and never anything else.

Whoever types an address must not reach the inside of our network by it: only https on its usual
port, only public addresses, and the connection goes to the very address that was checked, so that
a name which answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from urllib.parse import urljoin, urlsplit

import httpx

from steiger.adapters.icalendar.reader import MOST_BYTES, CalendarError

LONGEST_S = 20.0
TIMEOUT = httpx.Timeout(8.0, connect=5.0)
MOST_HOPS = 3
LONGEST_ADDRESS = 2000
Resolve = Callable[[str], Sequence[str]]
_REDIRECTS = {301, 302, 303, 307, 308}
#: Networks that look public and lead to IPv4 addresses behind them (RFC 6052, 8215).
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def normal_address(address: str) -> str:
    """The address of a calendar as it is fetched; webcal is https by another name.

    Raises:
        CalendarError: it is not an https address of a public host.
    """
    address = address.strip()
    for scheme in ("webcal://", "webcals://"):
        if address.lower().startswith(scheme):
            address = "https://" + address[len(scheme) :]
    _host_of(address)
    return address


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
    host = _host_of(address)
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


def _host_of(address: str) -> str:
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise CalendarError("no_address", "Not an address.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise CalendarError("no_address", "Not an address.") from error
    if parts.scheme.lower() != "https":
        raise CalendarError("not_https", "Only https is fetched.")
    if parts.username or parts.password:
        raise CalendarError("password_in_address", "The address holds a password.")
    if port not in {None, 443}:
        raise CalendarError("not_public", "Only the usual port of https is fetched.")
    if not host or ("." not in host and ":" not in host):
        raise CalendarError("not_public", "The host is not public.")
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not is_public(str(ip)):
        raise CalendarError("not_public", "The host is not public.")
    return host


def _public_address(host: str, resolve: Resolve) -> str:
    try:
        found = list(resolve(host))
    except OSError as error:
        raise CalendarError("unknown_host", f"{host} is unknown.") from error
    if not found:
        raise CalendarError("unknown_host", f"{host} is unknown.")
    # One inner address among outer ones is no accident.
    if not all(is_public(ip) for ip in found):
        raise CalendarError("not_public", "The host is not public.")
    return next((ip for ip in found if ":" not in ip), found[0])


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it hides another one."""
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _TRANSLATED) or ip.sixtofour or ip.teredo:
            return False
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
