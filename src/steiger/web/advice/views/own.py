"""A firm's own booking, behind a secret link that tells no other page about itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from steiger.lib.typesetting import TypesettingError
from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.advice.domain import booking as acts
from steiger.web.advice.domain.appointments import download
from steiger.web.advice.domain.follow_up import answer
from steiger.web.advice.domain.queries import find_booking
from steiger.web.advice.domain.sheet import sheet, sheet_name
from steiger.web.advice.domain.tokens import (
    CONFIRM,
    OWN,
    TokenError,
    booking_of,
    follow_up_of,
    token_for,
)
from steiger.web.advice.interfaces.forms import MoveForm, OutcomeForm
from steiger.web.advice.interfaces.offers import chosen, time_choices
from steiger.web.advice.interfaces.pages import described
from steiger.web.advice.models import Booking, FollowUp


def secretive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a token: no other site, cache or search engine hears of it."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        # Not “no-referrer”: browsers then hide where a form comes from, and it would be refused.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a time. Opening the page changes nothing: programs in between open links, too."""
    booking, now = _named(token, CONFIRM), timezone.now()
    if booking is None:
        return _gone(request)
    if booking.state == Booking.State.CONFIRMED:
        return redirect("advice:own", token=token_for(booking.pk, OWN))
    if request.method == "POST":
        try:
            acts.confirm(booking_id=booking.pk, now=now)
        except acts.OverError:
            return _gone(request)
        return redirect("advice:own", token=token_for(booking.pk, OWN))
    if booking.state != Booking.State.ASKED or booking.held_until <= now:
        return _gone(request)
    return render(request, "advice/confirm.html", described(booking, now=now))


@require_safe
@secretive
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The booking: when, where, with whom; afterwards what was talked about."""
    booking = _confirmed(token)
    if booking is None:
        return _gone(request)
    return render(request, "advice/own.html", described(booking, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def move_page(request: HttpRequest, token: str) -> HttpResponse:
    """Another time with the same adviser."""
    booking, now = _confirmed(token), timezone.now()
    if booking is None:
        return _gone(request)
    slots = time_choices(acts.other_times(booking, now=now))
    form = MoveForm(request.POST if request.method == "POST" else None, slots=slots)
    if form.is_bound and form.is_valid():
        start, _area = chosen(form.cleaned_data["slot"]) or (now, "")
        try:
            acts.move(booking_id=booking.pk, start=start, by=VISITOR, now=now)
        except acts.TakenError:
            form.add_error("slot", _("Somebody was quicker: this time is taken."))
        except acts.OverError:
            return redirect("advice:own", token=token)
        else:
            return redirect("advice:own", token=token)
    context = described(booking, now=now) | {"form": form, "slots": slots}
    return render(request, "advice/move.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def cancel_page(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel; opening the page changes nothing."""
    booking = _confirmed(token)
    if booking is None:
        return _gone(request)
    if request.method == "POST":
        with suppress(acts.OverError):  # the page of the booking says how it stands
            acts.cancel(booking_id=booking.pk, by=VISITOR, side="firm")
        return redirect("advice:own", token=token)
    return render(request, "advice/cancel.html", described(booking, now=timezone.now()))


@require_safe
@secretive
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The appointment as a file."""
    booking = _confirmed(token)
    if booking is None:
        raise Http404
    return _file(download(booking), "text/calendar; charset=utf-8", "sprechstunde.ics")


@require_safe
@secretive
def preparation(request: HttpRequest, token: str) -> HttpResponse:
    """The preparation sheet."""
    booking = _confirmed(token)
    if booking is None:
        raise Http404
    try:
        made = sheet(booking)
    except TypesettingError as error:
        raise Http404 from error
    return _file(made, "application/pdf", sheet_name(booking))


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    """What came of it?"""
    question = _question(token)
    if question is None:
        return _gone(request)
    start = {"answer": question.answer, "words": question.words}
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        answer(
            follow_up_id=question.pk,
            kind=FollowUp.Answer(values["answer"]),
            words=values["words"],
        )
        return render(request, "advice/thanks.html")
    context: dict[str, Any] = described(question.booking, now=timezone.now()) | {"form": form}
    return render(request, "advice/outcome.html", context, status=400 if form.errors else 200)


def _question(token: str) -> FollowUp | None:
    try:
        number = follow_up_of(token)
    except TokenError:
        return None
    found = FollowUp.objects.select_related("booking__adviser", "booking__place")
    return found.filter(pk=number, booking__erased_at=None).first()


def _named(token: str, purpose: str) -> Booking | None:
    try:
        return find_booking(booking_of(token, purpose))
    except TokenError:
        return None


def _confirmed(token: str) -> Booking | None:
    booking = _named(token, OWN)
    waiting = {Booking.State.ASKED, Booking.State.EXPIRED}
    return booking if booking is not None and booking.state not in waiting else None


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "advice/gone.html", status=404)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answered = HttpResponse(content, content_type=kind)
    answered["Content-Disposition"] = f'attachment; filename="{name}"'
    return answered
