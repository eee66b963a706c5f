"""Asking for warnings, confirming, leaving: one function per act."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, VISITOR, Entry, record, record_many
from steiger.web.flood.domain import mails
from steiger.web.flood.domain.warn import may_tell, tell
from steiger.web.flood.models import GaugeWarning, Sensor, Subscription, WarningEvent

#: Unconfirmed wishes are erased after this long; the link in the mail works for a shorter time.
KEEP_UNCONFIRMED = timedelta(days=2)
#: An address gets another mail about the same wish after this long at the earliest.
QUIET = timedelta(minutes=10)
#: Open wishes of one address, and of everybody within an hour.
MOST_OPEN, MOST_PER_HOUR = 5, 300


class TooManyError(Exception):
    """So many wishes are open that no more mails are sent for now."""


@transaction.atomic
def subscribe(*, sensor: Sensor, level: int, email: str, language: str) -> None:
    """Note a wish and send the mail by which it is confirmed.

    What happens looks the same from outside whether or not the address is known already, so that
    nobody learns who subscribes.

    Raises:
        ValueError: the gauge has no such level.
        TooManyError: too many wishes are open.
    """
    if not 1 <= level <= len(sensor.warning_levels):
        raise ValueError(f"{sensor.key} has no level {level}.")
    now, address = timezone.now(), email.strip().lower()
    fresh = Subscription.objects.filter(created_at__gte=now - timedelta(hours=1))
    if fresh.filter(confirmed_at=None).count() >= MOST_PER_HOUR:
        raise TooManyError
    known = Subscription.objects.select_for_update(of=("self",)).filter(
        sensor=sensor, level=level, email=address
    )
    subscription = known.select_related("sensor__network").first()
    if subscription is None:
        open_ones = Subscription.objects.filter(email=address, confirmed_at=None)
        if open_ones.count() >= MOST_OPEN:
            return
        subscription = Subscription.objects.create(
            sensor=sensor, level=level, email=address, language=language
        )
        record(by=VISITOR, act="flood.subscription.ask", on=subscription)
    elif now - subscription.asked_at < QUIET:
        return
    else:
        subscription.language = language
        subscription.asked_at = now
        subscription.save(update_fields=["language", "asked_at"])
    mails.queue(subscription, "known" if subscription.confirmed_at else "confirm")


@transaction.atomic
def confirm(*, subscription_id: UUID) -> Subscription:
    """Put a wish into force; if its level is reached now, the alert leaves at once.

    Raises:
        Subscription.DoesNotExist: it was erased meanwhile.
    """
    wanted = Subscription.objects.select_related("sensor__network").get(id=subscription_id)
    # The cycle locks the gauge's state too, so that a level reached just now is not missed.
    state = GaugeWarning.objects.select_for_update().filter(sensor=wanted.sensor).first()
    locked = Subscription.objects.select_for_update(of=("self",)).select_related("sensor__network")
    subscription = locked.get(id=subscription_id)
    if subscription.confirmed_at:
        return subscription
    subscription.confirmed_at = timezone.now()
    subscription.save(update_fields=["confirmed_at"])
    record(by=VISITOR, act="flood.subscription.confirm", on=subscription)
    if state and state.level >= subscription.level and may_tell(subscription.sensor.network):
        reached = WarningEvent.objects.filter(sensor=subscription.sensor).first()
        if reached:
            tell(subscription, reached)
    return subscription


@transaction.atomic
def leave(*, subscription_id: UUID) -> bool:
    """Erase a subscription; whether there was one. Doing it twice does no harm."""
    subscription = Subscription.objects.select_related("sensor").filter(id=subscription_id).first()
    if subscription is None:
        return False
    record(by=VISITOR, act="flood.subscription.leave", on=subscription)
    subscription.delete()
    return True


@transaction.atomic
def prune_unconfirmed() -> int:
    """Erase wishes that nobody confirmed; returns how many."""
    before = timezone.now() - KEEP_UNCONFIRMED
    old = list(Subscription.objects.filter(confirmed_at=None, created_at__lt=before))
    entries = [Entry("flood.subscription.expire", "flood.subscription", str(s.id), "") for s in old]
    record_many(by=SYSTEM, entries=entries)
    Subscription.objects.filter(id__in=[s.id for s in old], confirmed_at=None).delete()
    return len(old)


@transaction.atomic
def erase_person(address: str) -> int:
    """End every subscription of one address; returns how many."""
    found = list(Subscription.objects.filter(email__iexact=address).values_list("id", flat=True))
    return sum(leave(subscription_id=number) for number in found)
