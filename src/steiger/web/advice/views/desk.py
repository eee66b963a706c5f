"""The adviser's day and week, and each booking.

Advisers see their own bookings only; administrators all, to stand in for somebody who is ill.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.advice.domain import appointments, consulting
from steiger.web.advice.domain import booking as acts
from steiger.web.advice.domain.queries import adviser_of, bookings_of, feed_bookings, find_booking
from steiger.web.advice.interfaces.forms import MoveForm, NotesForm
from steiger.web.advice.interfaces.offers import chosen, time_choices
from steiger.web.advice.interfaces.pages import calendar_context, case_of, desk_context
from steiger.web.advice.models import Adviser, Booking

advisers_only = role_required(RoleName.ADVISER)


@require_safe
@advisers_only
def calendar(request: HttpRequest) -> HttpResponse:
    """A day or a week."""
    adviser, now = adviser_of(signed_in(request)), timezone.now()
    if adviser is None:
        return redirect("advice:profile")
    try:
        day = date.fromisoformat(request.GET.get("tag", ""))
    except ValueError:
        day = timezone.localdate()
    day = min(max(day, date(2000, 1, 10)), date(2100, 1, 1))
    week = request.GET.get("ansicht") == "woche"
    context = calendar_context(adviser, day=day, week=week, now=now)
    return render(request, "advice/calendar.html", context)


def _own(request: HttpRequest, number: UUID) -> Booking:
    """A booking that the person may see; others do not exist."""
    found = find_booking(number)
    if found is None or not bookings_of(signed_in(request)).filter(pk=found.pk).exists():
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@advisers_only
def booking(request: HttpRequest, booking: UUID) -> HttpResponse:
    """One booking with its notes."""
    one, now = _own(request, booking), timezone.now()
    form = NotesForm(request.POST if request.method == "POST" else None, instance=one)
    if form.is_bound and form.is_valid():
        notes = {name: str(form.cleaned_data[name]) for name in consulting.NOTES}
        consulting.write_notes(booking=one, notes=notes, by=Actor.of(request.user))
        messages.success(request, _("The notes are kept. The firm sees them behind its link."))
        return redirect("advice:booking", booking=booking)
    context = desk_context(one, now=now) | {"form": form}
    context["case"] = case_of(one, signed_in(request))
    if context["changeable"]:
        slots = time_choices(acts.other_times(one, now=now))
        context["move_form"] = MoveForm(slots=slots)
    return render(request, "advice/booking.html", context, status=400 if form.errors else 200)


@require_POST
@advisers_only
def mark_booking(request: HttpRequest, booking: UUID) -> HttpResponse:
    """Held, or nobody came."""
    one = _own(request, booking)
    try:
        state = Booking.State(request.POST.get("state", ""))
        consulting.mark(booking=one, state=state, by=Actor.of(request.user))
    except (ValueError, consulting.NotYetError):
        messages.error(request, _("The talk has not begun yet, or was cancelled."))
    else:
        messages.success(request, _("Marked."))
    return redirect("advice:booking", booking=booking)


@require_POST
@advisers_only
def move_booking(request: HttpRequest, booking: UUID) -> HttpResponse:
    """Another time; the firm gets mail."""
    one, now = _own(request, booking), timezone.now()
    # What is no time at all stands for one long past, which is never free.
    start, _area = chosen(request.POST.get("slot", "")) or (one.created_at, "")
    try:
        acts.move(booking_id=one.pk, start=start, by=Actor.of(request.user), now=now)
    except (acts.TakenError, acts.OverError):
        messages.error(request, _("This time is not free. Choose another one from the list."))
    else:
        messages.success(request, _("Moved. The firm gets mail with the new time."))
    return redirect("advice:booking", booking=booking)


@require_POST
@advisers_only
def cancel_booking(request: HttpRequest, booking: UUID) -> HttpResponse:
    """Cancel; the firm gets mail."""
    one = _own(request, booking)
    try:
        acts.cancel(booking_id=one.pk, by=Actor.of(request.user), side="adviser")
    except acts.OverError:
        messages.error(request, _("The talk has begun or ended; mark it instead."))
    else:
        messages.success(request, _("Cancelled. The firm gets mail and can choose anew."))
    return redirect("advice:booking", booking=booking)


@require_safe
@never_cache
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """An adviser's bookings for a calendar program; the address is the secret."""
    adviser = get_object_or_404(Adviser.objects.select_related("user"), feed_key=key)
    if adviser.user is None or not adviser.user.is_active:
        raise Http404
    content = appointments.feed(adviser, feed_bookings(adviser, now=timezone.now()))
    answered = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answered["Referrer-Policy"] = "no-referrer"
    answered["X-Robots-Tag"] = "noindex, nofollow"
    return answered
