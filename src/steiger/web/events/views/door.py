"""The door of one event."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.events.domain.door import Reading, admit, let_in_unregistered
from steiger.web.events.domain.queries import event_figures
from steiger.web.events.interfaces.door_page import (
    ReadingsError,
    door_context,
    readings_of,
    result_json,
)
from steiger.web.events.interfaces.planning_forms import CountForm
from steiger.web.events.models import Event, Scan


@require_safe
@role_required()
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """Read codes by camera or keyboard; find people by name."""
    event = get_object_or_404(Event, pk=pk)
    context = door_context(event, request.GET.get("q", "")) | {"count_form": CountForm()}
    return render(request, "events/staff/door.html", context)


@require_POST
@role_required()
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Take readings in: one from the form, or many from a device that was without a network."""
    event = get_object_or_404(Event, pk=pk)
    by = Actor.of(request.user)
    if request.content_type != "application/json":
        return _typed(request, event, by)
    try:
        readings = readings_of(request.body)
    except ReadingsError as error:
        return JsonResponse({"problem": str(error)}, status=400)
    scans = admit(event=event, readings=readings, by=by)
    figures = event_figures([event])[event.pk]
    results = [result_json(scans[reading.id]) for reading in readings]
    return JsonResponse({"results": results, "came": figures.came})


def _typed(request: HttpRequest, event: Event, by: Actor) -> HttpResponse:
    import uuid

    reading = Reading(
        id=uuid.uuid4(), code=request.POST.get("code", "")[:60], scanned_at=timezone.now()
    )
    scan = admit(event=event, readings=[reading], by=by)[reading.id]
    told = {Scan.Result.CAME: messages.success, Scan.Result.AGAIN: messages.warning}
    told.get(Scan.Result(scan.result), messages.error)(request, scan.get_result_display())
    return redirect("events:door", pk=event.pk)


@require_POST
@role_required()
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count people who came without a registration."""
    event = get_object_or_404(Event, pk=pk)
    form = CountForm(request.POST)
    if form.is_valid():
        number = form.cleaned_data["number"]
        let_in_unregistered(event=event, number=number, by=Actor.of(request.user))
        messages.success(request, _("Counted."))
    else:
        messages.error(request, _("A number from 1 to 200."))
    return redirect("events:door", pk=pk)
