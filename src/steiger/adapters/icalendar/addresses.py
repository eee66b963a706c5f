"""Which addresses of calendars may be fetched at all.

Whoever types an address must not reach the inside of our network by it: only https on its usual
port, and only public addresses.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from steiger.adapters.icalendar.reader import CalendarError
from steiger.lib.internet import is_public

LONGEST_ADDRESS = 2000


def normal_address(address: str) -> str:
    """The address of a calendar as it is fetched; webcal is https by another name.

    Raises:
        CalendarError: it is not an https address of a public host.
    """
    address = address.strip()
    for scheme in ("webcal://", "webcals://"):
        if address.lower().startswith(scheme):
            address = "https://" + address[len(scheme) :]
    host_of(address)
    return address


def host_of(address: str) -> str:
    """The public host of an https address.

    Raises:
        CalendarError: it is none.
    """
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
