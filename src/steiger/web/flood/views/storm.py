"""Letting it rain."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.flood.domain.storms import StormError, start_storm
from steiger.web.flood.interfaces.forms import StormForm
from steiger.web.flood.interfaces.pages import storm_refusal, storm_started
from steiger.web.flood.models import Network

#: Storms that one sender may start within an hour.
MOST = 4


@require_POST
def start(request: HttpRequest, network: str) -> HttpResponse:
    """Start a storm over a simulated valley, then say what happens next."""
    found = get_object_or_404(Network, key=network)
    form = StormForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how much rain falls."))
    elif not within_limit(request, "flood.storm", MOST):
        messages.warning(request, storm_refusal("often", found))
    else:
        strength = form.cleaned_data["strength"]
        try:
            storm = start_storm(network=found, strength=strength, by=Actor.of(request.user))
        except StormError as error:
            messages.warning(request, storm_refusal(error.reason, found))
        else:
            messages.success(request, storm_started(storm, found))
    return redirect(f"{reverse('flood:overview')}?netz={found.key}#sturm")
