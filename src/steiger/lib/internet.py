"""Which network addresses belong to the public internet."""

from __future__ import annotations

import ipaddress

#: Networks that look public and lead to IPv4 addresses behind them (RFC 6052, 8215).
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


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
