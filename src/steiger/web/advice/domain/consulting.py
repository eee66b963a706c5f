"""What an adviser does with a booking: notes, and whether the talk was held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.advice.domain.booking import ROOM, source_of, title_of
from steiger.web.advice.models import Booking
from steiger.web.cases.domain import record as cases
from steiger.web.cases.models import CaseEntry

#: Fields of the notes; the firm sees all of them.
NOTES = ("situation", "data", "idea", "risk", "next_steps")
LONGEST_NOTE = 4000
_MARKS = {Booking.State.HELD: "advice.booking.hold", Booking.State.NO_SHOW: "advice.booking.miss"}


class NotYetError(Exception):
    """The talk has not begun, or the booking never came to be one."""


@transaction.atomic
def write_notes(*, booking: Booking, notes: dict[str, str], by: Actor) -> bool:
    """Keep the notes; whether something changed. The log says which fields, never what."""
    locked = Booking.objects.select_for_update().get(pk=booking.pk)
    changed = [
        name
        for name in NOTES
        if name in notes and notes[name].strip()[:LONGEST_NOTE] != getattr(locked, name)
    ]
    if not changed or locked.erased_at:
        return False
    for name in changed:
        setattr(locked, name, notes[name].strip()[:LONGEST_NOTE])
    locked.save(update_fields=changed)
    record(by=by, act="advice.booking.note", on=locked, changes={"fields": changed})
    if locked.state == Booking.State.HELD:
        _tell(locked, by)
    return True


@transaction.atomic
def mark(
    *, booking: Booking, state: Booking.State, by: Actor, now: datetime | None = None
) -> Booking:
    """Say whether the talk was held; a slip can be put right by marking anew.

    Raises:
        NotYetError: the talk has not begun, or was never confirmed.
        ValueError: another state.
    """
    if state not in _MARKS:
        raise ValueError(f"{state} is no mark.")
    now = now or timezone.now()
    locked = (
        Booking.objects.select_for_update(of=("self",)).select_related("firm").get(pk=booking.pk)
    )
    if locked.state == state:
        return locked
    if locked.state not in {Booking.State.CONFIRMED, *_MARKS} or locked.starts_at > now:
        raise NotYetError
    before, locked.state = locked.state, state
    locked.save(update_fields=["state"])
    record(by=by, act=_MARKS[state], on=locked, changes={"state": [before, state]})
    if state == Booking.State.HELD:
        _tell(locked, by)
    else:
        _untell_talk(locked, by)
    return locked


def _tell(booking: Booking, by: Actor) -> None:
    if booking.firm is None:
        return
    details: dict[str, Any] = {name: getattr(booking, name) for name in NOTES}
    cases.record(
        firm=booking.firm,
        kind=CaseEntry.Kind.TALK,
        happened_at=booking.starts_at,
        title=title_of(booking),
        room=ROOM,
        source=source_of(booking),
        details=details | {"format": booking.format},
        by=by,
    )


def _untell_talk(booking: Booking, by: Actor) -> None:
    # The enquiry did happen: only the talk is taken back.
    cases.unrecord(room=ROOM, source=source_of(booking), kind=CaseEntry.Kind.TALK, by=by)
