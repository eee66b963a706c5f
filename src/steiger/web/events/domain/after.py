"""After an event: what people thought."""

from __future__ import annotations

from django.db import transaction

from steiger.web.accounts.domain.audit import VISITOR, Entry, record_many
from steiger.web.events.models import Feedback, Registration


def may_give_opinion(row: Registration) -> bool:
    """Whether this person was there and has not said anything yet."""
    return row.event.is_over and not row.gave_opinion and row.attendances.exists()


@transaction.atomic
def give_opinion(*, row: Registration, rating: int, useful: bool, text: str) -> bool:
    """Note an opinion once; it does not say whose it is, and neither does the log."""
    row = (
        Registration.objects.select_for_update(of=("self",)).select_related("event").get(pk=row.pk)
    )
    if not may_give_opinion(row):
        return False
    row.gave_opinion = True
    row.save(update_fields=["gave_opinion"])
    Feedback.objects.create(event=row.event, rating=rating, useful=useful, text=text.strip())
    entry = Entry("events.feedback.give", "events.event", str(row.event_id), str(row.event))
    record_many(by=VISITOR, entries=[entry])
    return True
