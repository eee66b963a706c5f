"""Warnings: those in force, and what went before."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from steiger.web.flood.domain.queries import events
from steiger.web.flood.interfaces.downloads import cap_of
from steiger.web.flood.interfaces.pages import choose_network, now_context, room_context
from steiger.web.flood.interfaces.warnings import EventFilter, event_context, event_rows
from steiger.web.flood.models import WarningEvent

PER_PAGE = 25


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """Warnings in force, and all changes with their reasons."""
    network = choose_network(request)
    context = room_context(network, "warnings")
    if network is not None:
        chosen = EventFilter(request.GET, network=network)
        page = Paginator(chosen.narrow(events(network)), PER_PAGE).get_page(request.GET.get("page"))
        context |= now_context(network)
        context |= {"filter": chosen, "page_obj": page, "rows": event_rows(network, page)}
    return render(request, "flood/warnings.html", context)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One change of a warning: what, why, on which forecast it rests."""
    found = _event(pk)
    context = room_context(found.network, "warnings") | event_context(found)
    return render(request, "flood/event.html", context)


@require_safe
def cap(request: HttpRequest, pk: int) -> HttpResponse:
    """The change as a message in the Common Alerting Protocol 1.2."""
    found = _event(pk)
    response = HttpResponse(cap_of(found), content_type="application/cap+xml; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{found.event_id}.xml"'
    return response


def _event(pk: int) -> WarningEvent:
    return get_object_or_404(WarningEvent.objects.select_related("network", "sensor"), pk=pk)
