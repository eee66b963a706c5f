"""Asking for a publication by mail, confirming it: one function per act."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from steiger.web.accounts.domain.audit import SYSTEM, VISITOR, Entry, record, record_many
from steiger.web.cases.domain.record import FirmGiven, firm_for
from steiger.web.cases.domain.record import record as tell_case
from steiger.web.cases.models import CaseEntry
from steiger.web.publications.domain import mails
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.models import Order, Publication

KEEP_UNCONFIRMED = timedelta(days=2)
#: An address gets another mail about the same wish after this long at the earliest.
QUIET = timedelta(minutes=10)
#: Open wishes of one address, and of everybody within an hour.
MOST_OPEN, MOST_PER_HOUR = 5, 300


class TooManyError(Exception):
    """So many wishes are open that no more mails are sent for now."""


@transaction.atomic
def ask(
    *,
    publication: Publication,
    email: str,
    firm: str = "",
    size: str = "",
    municipality: str = "",
    language: str = "de",
) -> None:
    """Note a wish and send the mail by which it is confirmed.

    Raises:
        ValueError: the public does not see this publication.
        TooManyError: too many wishes are open.
    """
    if publication.state != Publication.State.PUBLISHED:
        raise ValueError("Only what is published can be asked for.")
    now, address = timezone.now(), email.strip().lower()
    open_ones = Order.objects.filter(confirmed_at=None)
    if open_ones.filter(created_at__gte=now - timedelta(hours=1)).count() >= MOST_PER_HOUR:
        raise TooManyError
    known = open_ones.select_for_update().filter(publication=publication, email=address).first()
    if known is None:
        if open_ones.filter(email=address).count() >= MOST_OPEN:
            return
        known = Order.objects.create(
            publication=publication,
            email=address,
            firm=firm.strip(),
            size=size,
            municipality=municipality,
            language=language,
        )
        record(by=VISITOR, act="publications.order.ask", on=known)
    elif now - known.asked_at < QUIET:
        return
    else:
        known.asked_at = now
        known.save(update_fields=["asked_at"])
    mails.queue(known, "confirm")


@transaction.atomic
def confirm(*, order_id: UUID) -> Order:
    """Tell the firm's case, send the publication, erase the address here. Twice does no harm.

    Raises:
        Order.DoesNotExist: it was erased meanwhile.
    """
    order = (
        Order.objects.select_for_update(of=("self",)).select_related("publication").get(id=order_id)
    )
    if order.confirmed_at:
        return order
    order.confirmed_at = timezone.now()
    given = FirmGiven(name=order.firm, size=order.size, municipality=order.municipality)
    firm = firm_for(email=order.email, given=given, by=VISITOR)
    with override("de"):  # the language of the case
        title = localized(order.publication, "title")
    tell_case(
        firm=firm,
        kind=CaseEntry.Kind.PUBLICATION,
        happened_at=order.confirmed_at,
        title=title,
        room="publications",
        source=f"order/{order.id}",
        by=VISITOR,
        details={"publication": order.publication.slug},
    )
    mails.queue(order, "sent")
    order.email = order.firm = order.municipality = ""
    order.save()
    record(by=VISITOR, act="publications.order.confirm", on=order)
    return order


@transaction.atomic
def prune_orders() -> int:
    """Erase wishes that nobody confirmed; returns how many."""
    before = timezone.now() - KEEP_UNCONFIRMED
    old = list(Order.objects.filter(confirmed_at=None, created_at__lt=before))
    entries = [Entry("publications.order.expire", "publications.order", str(o.id), "") for o in old]
    record_many(by=SYSTEM, entries=entries)
    Order.objects.filter(id__in=[o.id for o in old], confirmed_at=None).delete()
    return len(old)
