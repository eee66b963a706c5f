"""Mails on new and changed entries of a filtered view: asked for, confirmed, ended by one click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from steiger.web.accounts.domain.audit import SYSTEM, VISITOR, Entry, record_many
from steiger.web.accounts.domain.audit import Actor as Doer
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import letters
from steiger.web.curation.domain.tokens import LEAVE, SUBSCRIBE, link_for
from steiger.web.curation.models import MapSubscription
from steiger.web.directory.models import Actor

KEEP_UNCONFIRMED = timedelta(days=2)
EVERY = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
#: The index follows the database within seconds; what is younger waits for the next mail.
LAG = timedelta(minutes=10)
#: The worker comes once a day, not always at the same minute.
EARLY = timedelta(hours=2)
MOST_LINES = 40
MOST_MAILS = 3
HOUR = timedelta(hours=1)
#: From the filters as an address, and a time, to the numbers of entries changed after it.
Changed = Callable[[str, datetime], Sequence[int]]


class TooManyError(ValueError):
    """This address has asked for many mails within an hour."""


@transaction.atomic
def subscribe(*, email: str, query: str, rhythm: str, language: str) -> None:
    """Note the wish; a mail to confirm follows. Whoever subscribed already gets it, too.

    Raises:
        TooManyError: too many mails to this address within an hour.
    """
    email, now = email.lower(), timezone.now()
    recent = MapSubscription.objects.filter(
        email=email, confirmed_at=None, created_at__gt=now - HOUR
    )
    if recent.count() >= MOST_MAILS:
        raise TooManyError
    row, made = MapSubscription.objects.select_for_update().get_or_create(
        email=email, query=query, defaults={"rhythm": rhythm, "language": language}
    )
    if not made and row.confirmed_at is not None:
        return  # nothing is told about it to whoever typed the address
    if not made and row.created_at > now - timedelta(minutes=5):
        return
    row.rhythm, row.language, row.created_at = rhythm, language, now
    row.save()
    _log("ask", [row])
    context = {"url": link_for(row.pk, SUBSCRIBE, language), "view_url": view_url(row)}
    letters.write("subscribe", to=email, language=language, context=context)


@transaction.atomic
def confirm(*, subscription_id: UUID) -> MapSubscription | None:
    """Begin the mails; a second time does no harm. None if the wish is gone."""
    row = MapSubscription.objects.select_for_update().filter(pk=subscription_id).first()
    if row is not None and row.confirmed_at is None:
        row.confirmed_at = row.told_until = timezone.now()
        row.save(update_fields=["confirmed_at", "told_until"])
        _log("confirm", [row])
    return row


@transaction.atomic
def leave(*, subscription_id: UUID) -> bool:
    """End the mails and erase the address at once, also from mails on their way."""
    row = MapSubscription.objects.select_for_update().filter(pk=subscription_id).first()
    if row is None:
        return False
    _log("leave", [row])
    row.delete()
    return True


def view_url(row: MapSubscription) -> str:
    """Address of the view that is subscribed."""
    with override(row.language):
        return f"{settings.BASE_URL}{reverse('directory:map')}{row.query}"


def may_leave(mail: UUID) -> bool:
    """Whether a digest still leaves: the subscription has not ended."""
    found = OutgoingMail.objects.filter(pk=mail).values_list("content", flat=True).first() or {}
    number = str(found.get("headers", {}).get(HEADER, ""))
    return bool(number) and MapSubscription.objects.filter(pk=number).exists()


HEADER, GUARD = "X-Steiger-Subscription", "curation.subscription"


# --- the mails ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """One entry in a mail."""

    name: str
    town: str
    url: str


def send_digests(changed: Changed, now: datetime | None = None) -> int:
    """Queue a mail for whom one is due and something is new; returns how many were queued.

    Each within its own transaction, so that a crash repeats nobody and skips nobody.
    """
    now = now or timezone.now()
    due = Q()
    for rhythm, every in EVERY.items():
        due |= Q(rhythm=rhythm, told_until__lte=now - every + EARLY)
    rows = MapSubscription.objects.filter(due).exclude(confirmed_at=None).order_by("created_at")
    return sum(_tell(pk, changed, now) for pk in rows.values_list("pk", flat=True))


@transaction.atomic
def _tell(number: UUID, changed: Changed, now: datetime) -> bool:
    row = MapSubscription.objects.select_for_update().filter(pk=number).first()
    if row is None or row.told_until is None:
        return False
    if row.told_until > now - EVERY[row.rhythm] + EARLY:
        return False
    since, until = row.told_until, now - LAG
    if until <= since:
        return False
    with override(row.language):
        rows = Actor.objects.filter(
            pk__in=changed(row.query, since),
            state=Actor.State.PUBLISHED,
            changed_at__gt=since,
            changed_at__lte=until,
        )
        new = [_line(a) for a in rows if a.created_at > since]
        old = [_line(a) for a in rows if a.created_at <= since]
    row.told_until = until
    row.save(update_fields=["told_until"])
    if not (new or old):
        return False
    shown = max(0, MOST_LINES - len(new))
    context = {
        "new": new[:MOST_LINES],
        "changed": old[:shown],
        "more": max(0, len(new) - MOST_LINES) + max(0, len(old) - shown),
        "view_url": view_url(row),
    }
    link = link_for(row.pk, LEAVE, row.language)
    letters.write(
        "digest",
        to=row.email,
        language=row.language,
        context=context,
        leave=link,
        guard=GUARD,
        headers={HEADER: str(row.pk)},
    )
    return True


def _line(actor: Actor) -> Line:
    return Line(actor.name, actor.town, f"{settings.BASE_URL}{actor.get_absolute_url()}")


@transaction.atomic
def prune(now: datetime) -> int:
    """Erase what nobody confirmed."""
    old = MapSubscription.objects.filter(confirmed_at=None, created_at__lt=now - KEEP_UNCONFIRMED)
    _log("expire", old, by=SYSTEM)
    return old.delete()[0]


def _log(act: str, rows: Iterable[MapSubscription], by: Doer = VISITOR) -> None:
    entries = [
        Entry(f"curation.subscription.{act}", "curation.mapsubscription", str(row.pk))
        for row in rows
    ]
    record_many(by=by, entries=entries)
