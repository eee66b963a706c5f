"""Pages for people who are signed in stay out of every cache."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class NeverKeptMiddleware:
    """Whoever signs out at a shared computer leaves no page behind that the back button shows.

    The sign-in library leaves this to its users, and some of its pages show secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; pages (not data, which is the same for all) are marked if a session is there."""
        response = self.get_response(request)
        # Only the cookie is looked at: reading the session would cost visitors a query.
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if signed_in and response.get("Content-Type", "").startswith(("text/html", "text/plain")):
            add_never_cache_headers(response)
        return response
