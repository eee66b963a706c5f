"""Events as those see them who plan them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.web.events.domain import seats, words
from steiger.web.events.domain.door import conflicts, seat_code
from steiger.web.events.domain.managing import ManagingError, people_to_tell
from steiger.web.events.domain.queries import Figures, event_figures
from steiger.web.events.interfaces.planning_forms import (
    CallOffForm,
    MaterialForm,
    QuestionForm,
    TicketForm,
)
from steiger.web.events.models import Event, Registration

State = Registration.State
SHOWN = ("", "draft", "past")


def planned(shown: str) -> QuerySet[Event]:
    """Events to come (also called off), drafts, or those that are over."""
    now = timezone.now()
    rows = Event.objects.prefetch_related("tickets")
    if shown == "draft":
        return rows.filter(state=Event.State.DRAFT).order_by("starts_at")
    rows = rows.exclude(state=Event.State.DRAFT)
    if shown == "past":
        return rows.filter(ends_at__lte=now).order_by("-starts_at")
    return rows.filter(ends_at__gt=now).order_by("starts_at")


def plan_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Lines of the staff's list."""
    found = list(events)
    numbers = event_figures(found)
    return [
        {
            "event": event,
            "title": event.title,
            "when": words.when_text(event),
            "state": event.get_state_display(),
            "quota": sum(t.quota for t in event.tickets.all()),
            "taken": sum(t.taken for t in event.tickets.all()),
            "waiting": sum(t.waiting for t in event.tickets.all()),
            "figures": numbers[event.pk],
        }
        for event in found
    ]


def plan_tabs(shown: str) -> list[dict[str, Any]]:
    """To come, drafts, over."""
    labels = (_("To come"), _("Drafts"), _("Over"))
    return [
        {"label": label, "url": f"?show={key}" if key else "?", "current": shown == key}
        for key, label in zip(SHOWN, labels, strict=True)
    ]


def edit_context(event: Event) -> dict[str, Any]:
    """Tickets, questions, material with their forms, and what can be done."""
    return {
        "event": event,
        "title": event.title,
        "when": words.when_text(event),
        "state": event.get_state_display(),
        "is_draft": event.state == Event.State.DRAFT,
        "is_published": event.state == Event.State.PUBLISHED,
        "tickets": [
            {"ticket": t, "form": TicketForm(instance=t, prefix=f"t{t.pk}", auto_id="id_%s")}
            for t in event.tickets.all()
        ],
        "new_ticket": TicketForm(prefix="new"),
        "questions": list(event.questions.all()),
        "new_question": QuestionForm(prefix="question"),
        "materials": list(event.materials.all()),
        "new_material": MaterialForm(prefix="material"),
        "call_off_form": CallOffForm(prefix="off"),
        "to_tell": people_to_tell(event),
    }


def registration_rows(event: Event) -> list[dict[str, Any]]:
    """Every registration that is alive, the waiting list in its order, then who left."""
    order = {s: n for n, s in enumerate((State.CONFIRMED, State.OFFERED, State.WAITING))}
    rows = sorted(
        event.registrations.select_related("ticket").prefetch_related(
            "attendances", "answers__question"
        ),
        key=lambda r: (order.get(State(r.state), 9), r.number or 0, r.created_at),
    )
    return [
        {
            "row": row,
            "state": row.get_state_display(),
            "alive": row.state in Registration.ALIVE,
            "name": row.name or _("erased"),
            "came": len(row.attendances.all()),
            "answers": [(a.question.label, _answer(a.value)) for a in row.answers.all()],
            "code": seat_code(row.code, 1)[:-2] if row.code else "",
        }
        for row in rows
    ]


def _answer(value: str) -> str:
    return _("yes") if value == "yes" else value


def report_context(event: Event) -> dict[str, Any]:
    """Registered, came, distinct people; what people thought; readings that disagree."""
    opinions = list(event.opinions.all())
    rated = [opinion.rating for opinion in opinions]
    numbers: Figures = event_figures([event])[event.pk]
    return {
        "event": event,
        "title": event.title,
        "when": words.when_text(event),
        "figures": numbers,
        "waiting": sum(len(seats.queue_of(ticket)) for ticket in event.tickets.all()),
        "opinions": len(opinions),
        "mean": sum(rated) / len(rated) if rated else None,
        "useful": sum(opinion.useful for opinion in opinions),
        "texts": [opinion.text for opinion in opinions if opinion.text],
        "conflicts": conflicts(event),
    }


def refusal(error: ManagingError) -> str:
    """Why staff cannot do something, and the way out."""
    if error.reason == "taken":
        return ngettext(
            "%(n)s place is given already. Fewer places than that are not possible.",
            "%(n)s places are given already. Fewer places than that are not possible.",
            error.number,
        ) % {"n": error.number}
    if error.reason == "no_ticket":
        return _("Add a kind of ticket first, so that people can register.")
    return _("Somebody registered for it already. It cannot be removed.")
