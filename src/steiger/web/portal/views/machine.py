"""robots.txt, security.txt, the list of pages, pictures."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from steiger.web.portal.domain.pictures import ICON_SIZES, icon
from steiger.web.portal.domain.region import region
from steiger.web.portal.domain.security import security_txt
from steiger.web.portal.interfaces.previews import picture

DAY, WEEK = 86_400, 604_800


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read except accounts, staff pages and data for scripts."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {p}{a}" for p in ("", "/en") for a in ("/konto/", "/betrieb/")),
        *(
            f"Disallow: {p}/landkarte/{a}"
            for p in ("", "/en")
            for a in ("pflege/", "daten.", "eingebettet/")
        ),
        *(
            f"Disallow: {p}/hochwasser/{a}/"
            for p in ("", "/en")
            for a in ("betrieb", "nachricht/bestaetigen", "nachricht/beenden")
        ),
        "Disallow: /api/",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=DAY)
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    text = security_txt(
        contact=region().imprint["email"], base_url=settings.BASE_URL, now=datetime.now(UTC)
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=WEEK)
def icon_png(request: HttpRequest, size: int) -> HttpResponse:
    """The mark as a square picture."""
    if size not in ICON_SIZES:
        raise Http404
    return HttpResponse(icon(size), content_type="image/png")


@require_safe
@cache_control(public=True, max_age=WEEK)
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark for programs that ask for nothing else."""
    return HttpResponse(icon(32, "ICO"), content_type="image/x-icon")


@require_safe
@cache_control(public=True, max_age=DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """Name, colours and icons for the start screen of a phone."""
    here = region()
    icons = [
        {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
        for size in ICON_SIZES
    ]
    icons.append({"src": static("portal/mark.svg"), "sizes": "any", "type": "image/svg+xml"})
    content = {
        "name": f"Steiger {here.name_de}",
        "short_name": "Steiger",
        "lang": "de",
        "start_url": "/",
        "display": "browser",
        "background_color": "#0f161e",
        "theme_color": "#0f161e",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=DAY)
def preview(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The picture that other services show beside a link to us."""
    content = picture(kind, slug)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="image/png")
