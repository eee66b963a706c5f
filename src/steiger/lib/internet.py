"""Which network addresses belong to the public internet, and which of a typed address may be used.

Whoever types an address must not reach the inside of our network by it: only https on its usual
port, and only public hosts. What a name leads to is looked up once, checked with
:func:`public_one`, and then connected to, so that another answer a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence

# Takes addresses apart; it opens none. Everything that does is forbidden on this floor.
from urllib.parse import urlsplit

#: All that is given out of IPv6 (RFC 3513, 2.5.4). What lies beside it may lead inside: addresses
#: of one site (fec0::/10), and IPv4 in old and new dress (::/96, ::ffff:0:0:0/96, 64:ff9b::/96).
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
#: For documents only (RFC 9637), and the way to the nearest 6to4 relay (RFC 7526).
_NOBODYS = (ipaddress.ip_network("3fff::/20"), ipaddress.ip_network("192.88.99.0/24"))
LONGEST_ADDRESS = 2000
#: Answers which IP addresses a host has.
Resolve = Callable[[str], Sequence[str]]


class AddressError(ValueError):
    """The address may not be used.

    Attributes:
        kind: stable key: no_address, not_https, password_in_address, not_public, unknown_host.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it hides another one."""
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in _GIVEN_OUT or ip.sixtofour or ip.teredo:
            return False
    if any(ip in network for network in _NOBODYS):
        return False
    return ip.is_global and not ip.is_multicast


def https_host(address: str) -> str:
    """The host of an https address that may be used; what its name leads to is checked later.

    Raises:
        AddressError: it is none.
    """
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise AddressError("no_address", "Not an address.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressError("no_address", "Not an address.") from error
    if parts.scheme.lower() != "https":
        raise AddressError("not_https", "Only https is used.")
    if parts.username or parts.password:
        raise AddressError("password_in_address", "The address holds a password.")
    if port not in {None, 443}:
        raise AddressError("not_public", "Only the usual port of https is used.")
    if not host or ("." not in host and ":" not in host):
        raise AddressError("not_public", "The host is not public.")
    if _is_number(host) and not is_public(host):
        raise AddressError("not_public", "The host is not public.")
    return host


def _is_number(host: str) -> bool:
    """Whether a host is an IP address, also in a form that only some resolvers read (0x7f.1)."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.lower().startswith("0x")


def public_one(host: str, resolve: Resolve) -> str:
    """The IP address of a host to which a connection may go; of IPv4 and IPv6 the former.

    Raises:
        AddressError: the host is unknown, or one of its addresses is not public.
    """
    try:
        found: Iterable[str] = list(resolve(host))
    except (OSError, UnicodeError) as error:
        raise AddressError("unknown_host", f"{host} is unknown.") from error
    if not found:
        raise AddressError("unknown_host", f"{host} is unknown.")
    # One inner address among outer ones is no accident.
    if not all(is_public(ip) for ip in found):
        raise AddressError("not_public", "The host is not public.")
    return next((ip for ip in found if ":" not in ip), next(iter(found)))
