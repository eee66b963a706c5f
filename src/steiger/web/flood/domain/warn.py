"""From the state of warning to those who asked to hear of it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import override

from steiger.web.flood.domain import mails
from steiger.web.flood.domain.texts import in_words, is_english, level_name
from steiger.web.flood.models import Network, Notice, Subscription, WarningEvent

#: Of a real network firms are told only what is not older than this.
FRESH = timedelta(hours=6)


def tell(subscription: Subscription, event: WarningEvent) -> bool:
    """Queue the mail that an event means for a subscription, if any; whether one was queued.

    An alert is queued when the level that was asked for is reached, and another one for each
    higher level than was told; the all-clear when the warning falls below the level asked for.

    Call it in the transaction that writes the event, with both rows locked: the mail, its notice
    and what was told become true together or not at all.
    """
    reached = event.after if event.after >= subscription.level else 0
    over = reached == 0 and subscription.told > 0
    if subscription.confirmed_at is None or not (over or reached > subscription.told):
        return False
    kind = Notice.Kind.ALL_CLEAR if over else Notice.Kind.ALERT
    Notice.objects.create(subscription=subscription, event=event, kind=kind)
    subscription.told = reached
    subscription.save(update_fields=["told"])
    mails.queue(subscription, str(kind.value), _facts(subscription.language, event))
    return True


def tell_all(network: Network) -> int:
    """Queue every mail that the present warnings of a network mean; returns how many.

    Rests on what is in force and what was told, not on what changed just now: whatever could not be
    told when it changed, because it was old then, is told as soon as it is not.
    """
    if not may_tell(network):
        return 0
    level = F("sensor__warning__level")
    worse = Q(sensor__warning__level__gte=F("level"), told__lt=level)
    over = Q(sensor__warning__level__lt=F("level"), told__gt=0)
    concerned = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("sensor__network")
        .filter(worse | over, sensor__network=network)
        .exclude(confirmed_at=None)
        .order_by("id")
    )
    sent = 0
    for subscription in concerned:
        event = WarningEvent.objects.filter(sensor=subscription.sensor_id).first()
        sent += event is not None and tell(subscription, event)
    return sent


def may_tell(network: Network) -> bool:
    """Whether what is known of a network is new enough to be told; a simulated one has its time."""
    if network.simulated:
        return True
    return network.clock is not None and timezone.now() - network.clock <= FRESH


def _facts(language: str, event: WarningEvent) -> dict[str, object]:
    with override(language):
        reasons = event.document["reasons"]["en" if is_english() else "de"]
        return {
            "now": level_name(event.after),
            "reasons": [in_words(reason, event.sensor.network) for reason in reasons],
            "issue_time": event.issue_time,
            "event": event,
        }
