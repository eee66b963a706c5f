"""What a page of this product adds to an answer that Django leaves bare."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class WrongMethodMiddleware:
    """405 with a page: an address that only takes forms was opened like a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put a page into an empty 405 and keep what it says about methods."""
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        page = render(request, "portal/errors/405.html", status=405)
        page["Allow"] = response.get("Allow", "")
        return page
