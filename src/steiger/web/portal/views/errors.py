"""Pages for errors: they name the thing and the way out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from steiger.web.portal.domain.build import preloaded_fonts
from steiger.web.portal.domain.region import region, region_name
from steiger.web.portal.interfaces.navigation import main_links
from steiger.web.portal.interfaces.texts import map_sources


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"portal/errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form cannot be read."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not in the right role."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing lives at this address."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs no database and no session, which may be what broke."""
    context = {
        "request": request,
        "CSP_NONCE": str(getattr(request, "csp_nonce", "")),
        "region": region(),
        "region_title": region_name(),
        "main_links": main_links(request.path),
        "map_sources": map_sources(),
        "preloaded_fonts": preloaded_fonts(),
    }
    return HttpResponse(render_to_string("portal/errors/500.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token, usually an old tab."""
    return render(request, "portal/errors/csrf.html", status=403)
