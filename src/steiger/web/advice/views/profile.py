"""What advisers say about themselves and their time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.advice.domain import profile as acts
from steiger.web.advice.domain.queries import adviser_of
from steiger.web.advice.interfaces.profile_forms import (
    AbsenceForm,
    CalendarForm,
    HoursForm,
    PlaceForm,
    ProfileForm,
)
from steiger.web.advice.interfaces.profile_page import profile_context
from steiger.web.advice.models import Adviser
from steiger.web.advice.tasks import read_calendar_task

advisers_only = role_required(RoleName.ADVISER)


def _page(
    request: HttpRequest, adviser: Adviser | None, status: int = 200, **filled: forms.Form
) -> HttpResponse:
    context: dict[str, Any] = profile_context(adviser) | filled
    return render(request, "advice/profile.html", context, status=status)


def _adviser(request: HttpRequest) -> Adviser | None:
    return adviser_of(signed_in(request))


def _kept(request: HttpRequest, text: str, place: str) -> HttpResponse:
    messages.success(request, text)
    answered = redirect("advice:profile")
    answered["Location"] += f"#{place}"
    return answered


@require_http_methods(["GET", "HEAD", "POST"])
@advisers_only
def profile(request: HttpRequest) -> HttpResponse:
    """The profile; the first time it creates the adviser."""
    adviser = _adviser(request)
    if request.method != "POST":
        return _page(request, adviser)
    form = ProfileForm(request.POST, adviser=adviser)
    if not form.is_valid():
        return _page(request, adviser, 400, profile_form=form)
    values = dict(form.cleaned_data)
    topics = list(values.pop("topics"))
    acts.save_profile(
        user=signed_in(request), values=values, topics=topics, by=Actor.of(request.user)
    )
    return _kept(request, _("Your profile is kept."), "profil")


@require_POST
@advisers_only
def hours(request: HttpRequest) -> HttpResponse:
    """Working hours."""
    adviser = _adviser(request)
    if adviser is None:
        return redirect("advice:profile")
    form = HoursForm(request.POST, adviser=adviser)
    if not form.is_valid():
        return _page(request, adviser, 400, hours_form=form)
    acts.save_hours(adviser=adviser, hours=form.hours, by=Actor.of(request.user))
    return _kept(request, _("Your times are kept."), "zeiten")


@require_POST
@advisers_only
def absence(request: HttpRequest) -> HttpResponse:
    """Days off."""
    adviser = _adviser(request)
    if adviser is None:
        return redirect("advice:profile")
    form = AbsenceForm(request.POST)
    if not form.is_valid():
        return _page(request, adviser, 400, absence_form=form)
    acts.add_absence(adviser=adviser, **form.cleaned_data, by=Actor.of(request.user))
    return _kept(request, _("The days are kept free."), "frei")


@require_POST
@advisers_only
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take days off back."""
    adviser = _adviser(request)
    if adviser is not None:
        acts.remove_absence(adviser=adviser, absence_id=pk, by=Actor.of(request.user))
    return _kept(request, _("The days can be booked again."), "frei")


@require_POST
@advisers_only
def place(request: HttpRequest) -> HttpResponse:
    """A place to meet."""
    adviser = _adviser(request)
    if adviser is None:
        return redirect("advice:profile")
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, adviser, 400, place_form=form)
    values = form.cleaned_data
    acts.add_place(
        adviser=adviser,
        municipality=values["town"],
        address=values["address"],
        by=Actor.of(request.user),
    )
    return _kept(request, _("The place is kept."), "orte")


@require_POST
@advisers_only
def place_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a place no more."""
    adviser = _adviser(request)
    if adviser is not None:
        acts.remove_place(adviser=adviser, place_id=pk, by=Actor.of(request.user))
    return _kept(request, _("The place is offered no more."), "orte")


@require_POST
@advisers_only
def calendar(request: HttpRequest) -> HttpResponse:
    """Another calendar, read for its busy times."""
    adviser = _adviser(request)
    if adviser is None:
        return redirect("advice:profile")
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _page(request, adviser, 400, calendar_form=form)
    source = acts.set_calendar(
        adviser=adviser, url=form.cleaned_data["url"], by=Actor.of(request.user)
    )
    if source is None:
        return _kept(request, _("No other calendar is read."), "kalender")
    read_calendar_task.enqueue(source.pk)
    return _kept(request, _("The calendar is read within a minute."), "kalender")


@require_POST
@advisers_only
def feed_key(request: HttpRequest) -> HttpResponse:
    """A new secret address of the own calendar."""
    adviser = _adviser(request)
    if adviser is None:
        return redirect("advice:profile")
    acts.renew_feed_key(adviser=adviser, by=Actor.of(request.user))
    return _kept(request, _("The old address has ended. Subscribe to the new one."), "abo")
