"""A registration as its owner sees it: state, seats, codes for the door, what can be done."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.web.events.domain import seats, words
from steiger.web.events.domain.after import may_give_opinion
from steiger.web.events.domain.door import seat_code
from steiger.web.events.domain.telling_cases import names_firm
from steiger.web.events.interfaces.forms import OpinionForm, SeatsForm
from steiger.web.events.models import Registration

State = Registration.State


def find(registration_id: UUID) -> Registration | None:
    """A registration with its event, unless it was erased."""
    rows = Registration.objects.select_related("event", "ticket")
    return rows.filter(pk=registration_id, erased_at=None).first()


def qr_svg(code: str) -> SafeString:
    """The code as a drawing for the page; black on white in both themes, so that it can be read."""
    import segno

    buffer = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        buffer,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=4,
        scale=1,
        omitsize=True,
        dark="#000",
        light="#fff",
    )
    return mark_safe(buffer.getvalue().decode())  # noqa: S308 -- drawn from letters and digits


def own_context(row: Registration) -> dict[str, Any]:
    """Everything the page of a registration shows."""
    event, state = row.event, row.state
    confirmed = state == State.CONFIRMED
    codes = [seat_code(row.code, n) for n in range(1, row.seats + 1)] if row.code else []
    came = sorted(row.attendances.values_list("seat", flat=True))
    return {
        "row": row,
        "event": event,
        "title": event.title,
        "when": words.when_text(event),
        "where": words.place_text(event),
        "state": state,
        "headline": headline(row),
        "to_confirm": state in (State.ASKED, State.ASKED_LATE),
        "is_late": state == State.ASKED_LATE,
        "offered": state == State.OFFERED,
        "until": words.moment_text(row.until) if row.until else "",
        "waiting": state == State.WAITING,
        "ahead": ahead_of(row) if state == State.WAITING else 0,
        "confirmed": confirmed,
        "ended": state in (State.LEFT, State.LAPSED, State.CALLED_OFF),
        "codes": [(n, code, qr_svg(code)) for n, code in enumerate(codes, 1)]
        if confirmed and event.is_onsite and not row.ticket.online and not event.is_over
        else [],
        "online_url": event.online_url if confirmed and event.format != "onsite" else "",
        "can_change": state in Registration.ALIVE and not event.is_over,
        "seats_form": SeatsForm(most=_most(row), initial={"seats": str(row.seats)})
        if _most(row) > 1
        else None,
        "came": bool(came),
        "certificate": bool(came) and event.is_over,
        "opinion_form": OpinionForm() if may_give_opinion(row) else None,
        "gave_opinion": row.gave_opinion,
        "path_url": reverse("cases:home") if names_firm(row) else "",
        "materials": list(event.materials.all()) if event.is_over else [],
    }


def _most(row: Registration) -> int:
    """The largest number of people that may be chosen; on the list only fewer."""
    return row.ticket.most_per_group if row.state == State.CONFIRMED else row.seats


def ahead_of(row: Registration) -> int:
    """How many registrations stand before this one on the list."""
    keys = [one.key for one in seats.queue_of(row.ticket)]
    return keys.index(row.pk) if row.pk in keys else 0


def headline(row: Registration) -> str:
    """The state in one sentence."""
    if row.event.is_over and row.state == State.CONFIRMED:
        return _("The event is over")
    return {
        State.ASKED: _("Confirm your registration"),
        State.ASKED_LATE: _("Confirm your registration"),
        State.CONFIRMED: ngettext("You have a place", "You have %(n)s places", row.seats)
        % {"n": row.seats},
        State.WAITING: _("You are on the waiting list"),
        State.OFFERED: ngettext(
            "A place is free for you", "%(n)s places are free for you", row.seats
        )
        % {"n": row.seats},
        State.LEFT: _("Your registration is cancelled"),
        State.LAPSED: _("The offer has expired"),
        State.CALLED_OFF: _("The event does not take place"),
    }[State(row.state)]
