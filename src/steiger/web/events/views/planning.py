"""What staff do with events."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.events.domain import managing
from steiger.web.events.domain.managing import ManagingError
from steiger.web.events.domain.registering import RegistrationError, leave
from steiger.web.events.interfaces import planning
from steiger.web.events.interfaces.event_page import reason_text
from steiger.web.events.interfaces.planning_forms import (
    CallOffForm,
    EventForm,
    MaterialForm,
    QuestionForm,
    TicketForm,
)
from steiger.web.events.models import Event, Registration

PER_PAGE = 25


@require_safe
@role_required()
def plan(request: HttpRequest) -> HttpResponse:
    """All events with their numbers."""
    shown = request.GET.get("show", "")
    shown = shown if shown in planning.SHOWN else ""
    page = Paginator(planning.planned(shown), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "rows": planning.plan_rows(page)}
    context["tabs"] = planning.plan_tabs(shown)
    return render(request, "events/staff/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def new(request: HttpRequest) -> HttpResponse:
    """Begin a new event as a draft."""
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        event = managing.create_event(
            values=form.event_values(),
            topics=form.cleaned_data["topics"],
            by=Actor.of(request.user),
        )
        messages.success(request, _("The draft is saved. Now add tickets, then publish it."))
        return redirect("events:edit", pk=event.pk)
    context = {"form": form, "is_new": True}
    return render(request, "events/staff/edit.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit, publish, move, call off."""
    event = get_object_or_404(Event, pk=pk)
    # The form works on a copy, so that the domain can tell what has changed.
    form = EventForm(request.POST or None, instance=get_object_or_404(Event, pk=pk))
    if request.method == "POST" and form.is_valid():
        changed = managing.change_event(
            event=event,
            values=form.event_values(),
            topics=form.cleaned_data["topics"],
            by=Actor.of(request.user),
        )
        moved = event.state == Event.State.PUBLISHED and set(changed) & set(
            managing.CALENDAR_FIELDS
        )
        told = _("Saved. Everybody who has a place is told by mail.") if moved else _("Saved.")
        messages.success(request, told)
        return redirect("events:edit", pk=pk)
    context = planning.edit_context(event) | {"form": form}
    return render(request, "events/staff/edit.html", context, status=400 if form.errors else 200)


@require_POST
@role_required()
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, call off or delete."""
    event, by = get_object_or_404(Event, pk=pk), Actor.of(request.user)
    act = request.POST.get("act")
    try:
        if act == "publish" and managing.publish(event=event, by=by):
            messages.success(request, _("Published. Everybody sees it now."))
        elif act == "delete":
            managing.delete_draft(event=event, by=by)
            messages.success(request, _("The draft is deleted."))
            return redirect("events:plan")
        elif act == "call_off":
            form = CallOffForm(request.POST, prefix="off")
            if not form.is_valid():
                messages.error(request, _("Tell people why."))
            elif managing.call_off(event=event, by=by, **form.cleaned_data):
                messages.success(request, _("Called off. Everybody concerned is told by mail."))
    except ManagingError as error:
        messages.error(request, planning.refusal(error))
    return redirect("events:edit", pk=pk)


@require_POST
@role_required()
def part(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Add, change or remove a ticket, a question, a material."""
    event, by = get_object_or_404(Event, pk=pk), Actor.of(request.user)
    key = request.POST.get("key", "")
    number = int(key) if key.isascii() and key.isdigit() else 0
    acts = {"karte": _ticket, "frage": _question, "unterlage": _material}
    try:
        form = acts[kind](request, event, number, by) if kind in acts else None
    except ManagingError as error:
        messages.error(request, planning.refusal(error))
        return redirect("events:edit", pk=pk)
    if form is not None and form.errors:
        names = {"karte": "new_ticket", "frage": "new_question", "unterlage": "new_material"}
        context = planning.edit_context(event) | {"form": EventForm(instance=event)}
        if kind == "karte" and number:
            for row in context["tickets"]:
                row["form"] = form if row["ticket"].pk == number else row["form"]
        else:
            context[names[kind]] = form
        return render(request, "events/staff/edit.html", context, status=400)
    return redirect("events:edit", pk=pk)


def _ticket(request: HttpRequest, event: Event, number: int, by: Actor) -> Any:
    ticket = get_object_or_404(event.tickets, pk=number) if number else None
    if ticket is not None and "remove" in request.POST:
        managing.delete_ticket(ticket=ticket, by=by)
        return None
    copy = get_object_or_404(event.tickets, pk=number) if number else None
    form = TicketForm(request.POST, instance=copy, prefix=f"t{number}" if number else "new")
    if form.is_valid():
        managing.save_ticket(event=event, ticket=ticket, values=form.cleaned_data, by=by)
        messages.success(request, _("Saved."))
    return form


def _question(request: HttpRequest, event: Event, number: int, by: Actor) -> Any:
    if number:
        managing.delete_question(question=get_object_or_404(event.questions, pk=number), by=by)
        return None
    form = QuestionForm(request.POST, prefix="question")
    if form.is_valid():
        managing.save_question(event=event, question=None, values=form.question_values(), by=by)
        messages.success(request, _("Saved."))
    return form


def _material(request: HttpRequest, event: Event, number: int, by: Actor) -> Any:
    if number:
        managing.delete_material(material=get_object_or_404(event.materials, pk=number), by=by)
        return None
    form = MaterialForm(request.POST, prefix="material")
    if form.is_valid():
        managing.add_material(event=event, values=form.cleaned_data, by=by)
        messages.success(request, _("Saved."))
    return form


@require_safe
@role_required()
def registrations(request: HttpRequest, pk: int) -> HttpResponse:
    """Who registered, who waits, who came."""
    event = get_object_or_404(Event, pk=pk)
    context = {"event": event, "title": event.title, "rows": planning.registration_rows(event)}
    return render(request, "events/staff/registrations.html", context)


@require_POST
@role_required()
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel somebody's registration at her wish; she gets the usual mail."""
    event = get_object_or_404(Event, pk=pk)
    key = request.POST.get("registration", "")
    row = next((r for r in Registration.objects.filter(event=event) if str(r.pk) == key), None)
    try:
        if row is not None and leave(registration_id=row.pk, by=Actor.of(request.user)):
            messages.success(request, _("The registration is cancelled. A mail says so."))
    except RegistrationError as error:
        messages.error(request, reason_text(error.reason))
    return redirect("events:registrations", pk=pk)


@require_safe
@role_required()
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures and opinions of one event."""
    event = get_object_or_404(Event, pk=pk)
    return render(request, "events/staff/report.html", planning.report_context(event))
