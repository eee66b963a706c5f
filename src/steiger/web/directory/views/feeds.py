"""New and changed entries of any filtered view, for feed readers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from steiger.web.directory.interfaces.feeds import feed
from steiger.web.directory.interfaces.selection import select
from steiger.web.directory.views.refused import refused

KEPT_S = 900
TYPES = {"atom": "application/atom+xml; charset=utf-8", "rss": "application/rss+xml; charset=utf-8"}


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """As Atom."""
    return _feed(request, "atom")


@require_safe
def rss(request: HttpRequest) -> HttpResponse:
    """As RSS."""
    return _feed(request, "rss")


def _feed(request: HttpRequest, form: str) -> HttpResponse:
    changed = request.GET.get("show") == "changed"
    selection = select(request.GET, sort="newest" if changed else "")
    if (wrong := refused(selection)) is not None:
        return wrong
    tag = selection.tag("feed", form, changed, get_language())

    @condition(etag_func=lambda _request: tag)
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(feed(selection, form, changed=changed), content_type=TYPES[form])

    response = answer(request)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response
