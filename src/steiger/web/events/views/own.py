"""A registration's own page, found by its secret link only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.adapters.icalendar.writer import Method
from steiger.web.events.domain import registering
from steiger.web.events.domain.after import give_opinion
from steiger.web.events.domain.calendar import invitation
from steiger.web.events.domain.registering import RegistrationError
from steiger.web.events.domain.tokens import TokenError, own_url, registration_of
from steiger.web.events.interfaces.certificate import certificate as certificate_of
from steiger.web.events.interfaces.event_page import reason_text
from steiger.web.events.interfaces.forms import OpinionForm, SeatsForm
from steiger.web.events.interfaces.own_page import find, own_context
from steiger.web.events.models import Registration


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: no other site learns it, no cache, no search engine.

    The policy is not "no-referrer": browsers then send forms with the origin "null", which the
    protection against forged requests refuses.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _named(token: str) -> Registration | None:
    try:
        return find(registration_of(token))
    except TokenError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def own(request: HttpRequest, token: str) -> HttpResponse:
    """See, confirm, accept, change, leave. Opening changes nothing: programs open links, too."""
    row = _named(token)
    if row is None:
        return render(request, "events/gone.html", status=404)
    if request.method == "POST":
        return _act(request, token, row.pk)
    return render(request, "events/own.html", own_context(row) | {"token": token})


def _act(request: HttpRequest, token: str, key: UUID) -> HttpResponse:
    act = request.POST.get("act", "")
    try:
        if act == "confirm":
            registering.confirm(registration_id=key)
        elif act == "accept":
            registering.accept(registration_id=key, seats_wanted=_seats(request))
        elif act == "resize":
            wanted = _seats(request)
            if wanted is not None:
                registering.resize(registration_id=key, seats_wanted=wanted)
                messages.success(request, _("The number of people is changed."))
        elif act == "leave":
            registering.leave(registration_id=key)
            return redirect("events:left")
    except RegistrationError as error:
        messages.error(request, reason_text(error.reason))
    return redirect("events:own", token=token)


def _seats(request: HttpRequest) -> int | None:
    form = SeatsForm(request.POST, most=99)
    return form.cleaned_data["seats"] if form.is_valid() else None


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """The registration is cancelled, or the place on the list given back."""
    return render(request, "events/left.html")


@require_safe
@secretive
def appointment(request: HttpRequest, token: str) -> HttpResponse:
    """The appointment of a registration, for a calendar program."""
    row = _named(token)
    if row is None or row.state != Registration.State.CONFIRMED:
        raise Http404
    content = invitation(row, own_url(row.pk, row.language), Method.PUBLISH)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return response


@require_POST
@secretive
def opinion(request: HttpRequest, token: str) -> HttpResponse:
    """How it was; kept without a name."""
    row = _named(token)
    if row is None:
        raise Http404
    form = OpinionForm(request.POST)
    if not form.is_valid():
        context = own_context(row) | {"token": token, "opinion_form": form}
        return render(request, "events/own.html", context, status=400)
    if give_opinion(row=row, **form.cleaned_data):
        messages.success(request, _("Thank you. Your answers are kept without your name."))
    return redirect("events:own", token=token)


@require_safe
@secretive
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The certificate of attendance of somebody who was there."""
    row = _named(token)
    if row is None or not row.event.is_over or not row.attendances.exists():
        raise Http404
    response = HttpResponse(certificate_of(row), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="teilnahme.pdf"'
    return response
