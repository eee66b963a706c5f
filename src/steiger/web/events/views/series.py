"""Series of events: the list, a new one, another title."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.events.domain.series import all_series, change_series, create_series
from steiger.web.events.interfaces.planning_forms import SeriesForm
from steiger.web.events.models import Series

FORMS = ["GET", "HEAD", "POST"]


@require_http_methods(FORMS)
@role_required()
def series(request: HttpRequest) -> HttpResponse:
    """All series, and the form for a new one."""
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        create_series(values=form.cleaned_data, by=Actor.of(request.user))
        messages.success(request, _("The series is there. Choose it in the form of an event."))
        return redirect("events:series")
    context = {"form": form, "rows": all_series()}
    status = 400 if form.errors else 200
    return render(request, "events/staff/series.html", context, status=status)


@require_http_methods(FORMS)
@role_required()
def edit_series(request: HttpRequest, pk: int) -> HttpResponse:
    """One series: its title, its events."""
    row = get_object_or_404(Series, pk=pk)
    form = SeriesForm(request.POST or None, instance=get_object_or_404(Series, pk=pk))
    if request.method == "POST" and form.is_valid():
        change_series(series=row, values=form.cleaned_data, by=Actor.of(request.user))
        messages.success(request, _("Saved."))
        return redirect("events:series")
    context = {"form": form, "series": row, "events": row.events.order_by("-starts_at", "-pk")}
    status = 400 if form.errors else 200
    return render(request, "events/staff/one_series.html", context, status=status)
