"""Pages for people who write programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steiger.web.api.interfaces.reference import reference_page


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """What the API offers, made from its own description."""
    return render(request, "api/reference.html", reference_page())
