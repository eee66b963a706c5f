"""What staff see and do: the operation of networks, and the trail of forecasts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.flood.domain.control import pause, resume
from steiger.web.flood.domain.learning import RefusedError, ask_to_learn, stop_learning
from steiger.web.flood.domain.trail import ask_check
from steiger.web.flood.interfaces.operation import (
    ForecastFilter,
    LearnForm,
    control_context,
    forecast_rows,
    refusal,
)
from steiger.web.flood.interfaces.pages import room_context
from steiger.web.flood.models import Forecast, Network, TrainedModel

PER_PAGE = 25


@require_safe
@role_required()
def control(request: HttpRequest) -> HttpResponse:
    """All networks with their state, and the forecasts that can be computed again."""
    chosen = ForecastFilter(request.GET)
    page = Paginator(chosen.forecasts(), PER_PAGE).get_page(request.GET.get("page"))
    context = room_context(None, "control") | control_context()
    context |= {"filter": chosen, "page_obj": page, "rows": forecast_rows(page)}
    return render(request, "flood/control.html", context)


@require_POST
@role_required()
def pause_network(request: HttpRequest, network: str) -> HttpResponse:
    """Let a network rest."""
    pause(network=get_object_or_404(Network, key=network), by=Actor.of(request.user))
    messages.success(request, _("The network rests. Its pages say so."))
    return redirect("flood:control")


@require_POST
@role_required()
def resume_network(request: HttpRequest, network: str) -> HttpResponse:
    """Let a network go on."""
    resume(network=get_object_or_404(Network, key=network), by=Actor.of(request.user))
    messages.success(request, _("The network goes on."))
    return redirect("flood:control")


@require_POST
@role_required()
def learn(request: HttpRequest, network: str) -> HttpResponse:
    """Have a network learn a new model in the background."""
    found = get_object_or_404(Network, key=network)
    form = LearnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the two ways to learn."))
        return redirect("flood:control")
    profile = TrainedModel.Profile(form.cleaned_data["profile"])
    try:
        ask_to_learn(network=found, profile=profile, by=Actor.of(request.user))
    except RefusedError as refused:
        messages.error(request, refusal(refused.code))
    else:
        messages.success(
            request,
            _("A new model is being learned. Until it is ready, the present one forecasts."),
        )
    return redirect("flood:control")


@require_POST
@role_required()
def stop_learn(request: HttpRequest, network: str) -> HttpResponse:
    """End the learning of a network."""
    found = get_object_or_404(Network, key=network)
    if stop_learning(network=found, by=Actor.of(request.user)):
        messages.success(
            request,
            _("The learning ends. The gauges that were learned are kept for the next time."),
        )
    else:
        messages.info(request, _("Nothing is being learned."))
    return redirect("flood:control")


@require_POST
@role_required()
def check_forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a forecast computed again in the background and compared bit by bit."""
    forecast = get_object_or_404(Forecast, pk=pk)
    ask_check(forecast=forecast, by=Actor.of(request.user))
    messages.success(
        request, _("The forecast is computed again. The result stands here in a few seconds.")
    )
    return redirect("flood:control")
