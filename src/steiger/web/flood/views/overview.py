"""The map with all gauges."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steiger.web.flood.interfaces.pages import (
    choose_network,
    now_context,
    room_context,
    storm_context,
)
from steiger.web.flood.interfaces.valley_map import drawing_of


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Map and list of all gauges of a network, and what is to be done now."""
    network = choose_network(request)
    context = room_context(network, "overview")
    if network is not None:
        context |= now_context(network) | storm_context(network)
        context["drawing"] = drawing_of(network, context["cards"])
    return render(request, "flood/overview.html", context)
