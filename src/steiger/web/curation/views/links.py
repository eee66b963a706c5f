"""Pages behind secret links: no other page, cache or search engine learns their address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: it goes into no cache, no referrer, no search engine."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        # Not "no-referrer": browsers would then send the form without its origin, which is refused.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded
