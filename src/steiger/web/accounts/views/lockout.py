"""Too many wrong passwords or codes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steiger.web.accounts.interfaces.lockout import seconds_left


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Say how long to wait and which other ways there are."""
    seconds = seconds_left(request, credentials)
    # Rounded up: whoever waits as long as is said gets in.
    page = render(request, "accounts/locked.html", {"minutes": -(-seconds // 60)}, status=429)
    page["Retry-After"] = str(seconds)
    return page
