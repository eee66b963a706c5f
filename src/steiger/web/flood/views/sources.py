"""Where a network's sensors are read: declare sources, say which sensor has which, try them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steiger.engines.flood.sources.forms import FORMS
from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.flood.domain import feeds
from steiger.web.flood.domain.texts import name_of
from steiger.web.flood.interfaces.pages import room_context
from steiger.web.flood.interfaces.sources import SourceForm, feeds_of, sources_context
from steiger.web.flood.models import Network, Sensor


def _real(key: str) -> Network:
    return get_object_or_404(Network, key=key, simulated=False)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def sources(request: HttpRequest, network: str) -> HttpResponse:
    """Sources and sensors of a network, and what came last."""
    found = _real(network)
    if request.method != "POST":
        return render(request, "flood/sources.html", sources_context(found))
    wrong = feeds.save_feeds(
        network=found,
        feeds=feeds_of(found, request.POST),
        rain_forecast=request.POST.get("rain_forecast", ""),
        by=Actor.of(request.user),
    )
    if wrong:
        context = sources_context(found, request.POST, wrong)
        return render(request, "flood/sources.html", context, status=422)
    messages.success(request, _("Saved. The sources are asked at the next turn."))
    return redirect("flood:sources", network=network)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def add_source(request: HttpRequest, network: str, adapter: str) -> HttpResponse:
    """Declare a source."""
    if adapter not in FORMS:
        raise Http404
    return _edit(request, _real(network), SourceForm(FORMS[adapter], request.POST or None), "")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def source(request: HttpRequest, network: str, source: str) -> HttpResponse:
    """Change a source."""
    found = _real(network)
    known = feeds.sources_of(found).get(source)
    if known is None:
        raise Http404
    initial = {"name": source, **dict(known.settings)}
    form = SourceForm(known.form, request.POST or None, initial=initial)
    return _edit(request, found, form, source)


def _edit(request: HttpRequest, network: Network, form: SourceForm, before: str) -> HttpResponse:
    posted = request.method == "POST" and form.is_valid()
    if posted and form.save(network, Actor.of(request.user), before=before):
        messages.success(request, _("The source is saved."))
        return redirect("flood:sources", network=network.key)
    context = room_context(None, "control") | {
        "form": form,
        "river": network,
        "river_name": name_of(network),
        "before": before,
    }
    return render(request, "flood/source.html", context, status=422 if form.is_bound else 200)


@require_POST
@role_required()
def drop_source(request: HttpRequest, network: str, source: str) -> HttpResponse:
    """Forget a source that nothing uses."""
    try:
        feeds.drop_source(network=_real(network), name=source, by=Actor.of(request.user))
    except feeds.UsedError:
        messages.error(request, _("This source is still used. Choose another one there first."))
    else:
        messages.success(request, _("The source is removed."))
    return redirect("flood:sources", network=network)


@require_POST
@role_required()
def try_feed(request: HttpRequest, network: str, sensor: str) -> HttpResponse:
    """Have a sensor's source asked now, without keeping what comes."""
    found = get_object_or_404(Sensor, network=_real(network), key=sensor)
    feeds.ask_try(sensor=found, by=Actor.of(request.user))
    return redirect("flood:sources", network=network)
