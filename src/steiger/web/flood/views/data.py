"""Data to take along, and how far they can be trusted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from steiger.web.accounts.interfaces.access import may
from steiger.web.flood.interfaces.downloads import FORMS, download_context, written_as
from steiger.web.flood.interfaces.pages import choose_network, room_context
from steiger.web.flood.interfaces.quality import quality_context
from steiger.web.flood.models import Network


@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    """Which data there are, in which form, under which licence."""
    network = choose_network(request)
    context = room_context(network, "downloads")
    if network is not None:
        context |= download_context(network)
    return render(request, "flood/downloads.html", context)


@require_safe
@cache_control(public=True, max_age=5)
def download(request: HttpRequest, network: str, form: str) -> HttpResponse:
    """The state of a network in one of the exchange formats."""
    found = get_object_or_404(Network, key=network)
    if form not in FORMS:
        raise Http404
    content = written_as(found, form)
    response = HttpResponse(content, content_type=FORMS[form].media_type)
    response["Content-Disposition"] = f'inline; filename="{found.key}-{form}.{FORMS[form].ending}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Every sensor with its state and what is wrong with it."""
    network = choose_network(request)
    context = room_context(network, "quality")
    if network is not None:
        context |= quality_context(network) | {"staff": may(request.user)}
    return render(request, "flood/quality.html", context)
