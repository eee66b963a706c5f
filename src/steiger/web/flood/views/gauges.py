"""Pages of single gauges."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from steiger.web.flood.domain.queries import gauge_of, latest_forecast
from steiger.web.flood.interfaces.gauge_page import gauge_context
from steiger.web.flood.interfaces.hydrograph import as_json, live
from steiger.web.flood.interfaces.pages import room_context
from steiger.web.flood.interfaces.replays import replay_as_json, replay_context
from steiger.web.flood.models import Network, Sensor


@require_safe
def gauge(request: HttpRequest, network: str, gauge: str) -> HttpResponse:
    """One gauge: hydrograph, table, reasons, levels, state of the data."""
    found, sensor = _gauge(network, gauge)
    context = room_context(found, "") | gauge_context(found, sensor)
    return render(request, "flood/gauge.html", context)


@require_safe
@cache_control(max_age=2)
def gauge_json(request: HttpRequest, network: str, gauge: str) -> JsonResponse:
    """The hydrograph as data."""
    found, sensor = _gauge(network, gauge)
    known = gauge_of(found, sensor.key, latest_forecast(found))
    chart = live(found, sensor, known.forecast if known else None)
    if chart is None:
        raise Http404
    return JsonResponse(as_json(chart))


@require_safe
def replay(request: HttpRequest, network: str, gauge: str) -> HttpResponse:
    """Past forecasts of a gauge beside what really came, one after the other."""
    found, sensor = _gauge(network, gauge)
    context = room_context(found, "")
    context |= replay_context(
        found, sensor, request.GET.get("zeit", ""), request.GET.get("stand", "")
    )
    return render(request, "flood/replay.html", context)


@require_safe
@cache_control(public=True, max_age=300)
def replay_json(request: HttpRequest, network: str, gauge: str) -> JsonResponse:
    """All past forecasts of a period as data."""
    found, sensor = _gauge(network, gauge)
    data = replay_as_json(found, sensor, request.GET.get("zeit", ""))
    if data is None:
        raise Http404
    return JsonResponse(data)


def _gauge(network: str, gauge: str) -> tuple[Network, Sensor]:
    sensor = (
        Sensor.objects.select_related("network")
        .filter(network__key=network, key=gauge, target=True)
        .first()
    )
    if sensor is None:
        raise Http404
    return sensor.network, sensor
