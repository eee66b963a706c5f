"""Who sent a request."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def network_address(request: HttpRequest) -> str:
    """The sender's network address, read behind as many own proxies as are configured.

    Each proxy appends the address that it saw; what stands further left may be forged.
    """
    proxies = settings.ENV.trusted_proxies
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(passed) >= proxies and passed[-proxies]:
        return passed[-proxies]
    return request.META.get("REMOTE_ADDR", "")
