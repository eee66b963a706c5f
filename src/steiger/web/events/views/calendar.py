"""The public calendar, its feeds, its form for other pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steiger.web.directory.domain.areas import region_name
from steiger.web.directory.interfaces.embedding import embeddable
from steiger.web.events.domain.calendar import feed, single
from steiger.web.events.domain.queries import public_event
from steiger.web.events.interfaces.calendar_page import calendar_context, labels_of
from steiger.web.events.interfaces.feeds import feed_events, webcal_url
from steiger.web.events.interfaces.filters import parse

CALENDAR = "text/calendar; charset=utf-8"


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Events as list, month or map, with facets in the address."""
    filters = parse(request.GET)
    context = calendar_context(filters) | {"webcal": webcal_url(filters)}
    return render(request, "events/calendar.html", context)


@require_safe
@embeddable
def embed(request: HttpRequest) -> HttpResponse:
    """The list alone, for frames in other pages."""
    filters = parse(request.GET).but(view="list")
    return render(request, "events/embed.html", calendar_context(filters))


@require_safe
def feed_file(request: HttpRequest) -> HttpResponse:
    """The calendar to which programs subscribe, with the same facets."""
    filters = parse(request.GET)
    names = [
        label(key)
        for facet, keys in filters.chosen.items()
        for label in [labels_of(facet)]
        for key in keys
    ]
    name = ", ".join(names) or region_name()
    content = feed(feed_events(filters), _("AI events: %(what)s") % {"what": name})
    response = HttpResponse(content, content_type=CALENDAR)
    response["Content-Disposition"] = 'inline; filename="veranstaltungen.ics"'
    response["Cache-Control"] = "public, max-age=900"
    return response


@require_safe
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    """One event for a calendar program."""
    event = public_event(slug)
    if event is None:
        raise Http404
    response = HttpResponse(single(event), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response
