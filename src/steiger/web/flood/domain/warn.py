"""From a change of the state of warning to those who asked to hear of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import override

from steiger.web.flood.domain import mails
from steiger.web.flood.domain.texts import is_english, level_name
from steiger.web.flood.models import Notice, Subscription, WarningEvent


def tell(subscription: Subscription, event: WarningEvent) -> bool:
    """Queue the mail that an event means for a subscription, if any; whether one was queued.

    Call it in the transaction that writes the event, with both rows locked: the mail, its notice
    and the state "alerted" become true together or not at all.
    """
    reached = event.after >= subscription.level
    if reached == subscription.alerted or subscription.confirmed_at is None:
        return False
    kind = Notice.Kind.ALERT if reached else Notice.Kind.ALL_CLEAR
    Notice.objects.create(subscription=subscription, event=event, kind=kind)
    subscription.alerted = reached
    subscription.save(update_fields=["alerted"])
    mails.queue(subscription, str(kind.value), _facts(subscription.language, event))
    return True


def tell_all(events: Iterable[WarningEvent]) -> int:
    """Queue all mails that follow from these events; returns how many."""
    sent = 0
    for event in events:
        concerned = (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("sensor__network")
            .filter(sensor_id=event.sensor_id)
            .exclude(confirmed_at=None)
            .order_by("id")
        )
        sent += sum(tell(subscription, event) for subscription in concerned)
    return sent


def _facts(language: str, event: WarningEvent) -> dict[str, object]:
    with override(language):
        reasons = event.document["reasons"]["en" if is_english() else "de"]
        return {
            "now": level_name(event.after),
            "reasons": list(reasons),
            "issue_time": event.issue_time,
            "event": event,
        }
