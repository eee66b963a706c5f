"""What this room keeps about one firm: shown to it, and forgotten when it wants that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from steiger.web.accounts.domain.audit import VISITOR, Entry, record_many
from steiger.web.cases.domain.rooms import RoomData, numbers_of
from steiger.web.publications.models import Order

ROOM, SOURCE = "publications", "order/"


def orders_of(firm: UUID, addresses: Sequence[str]) -> QuerySet[Order]:
    """Wishes of its people's addresses, and confirmed ones that were told to the firm's case."""
    wanted = [address.lower() for address in addresses]
    told = numbers_of(ROOM, firm, SOURCE)
    return Order.objects.filter(Q(email__in=wanted) | Q(pk__in=told)).order_by("created_at")


def kept(firm: UUID, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Every wish, as JSON values; a confirmed one holds neither address nor name any more."""
    return [
        {
            "order": str(order.pk),
            "publication": order.publication.title_de,
            "email": order.email,
            "firm": order.firm,
            "size": order.size,
            "municipality": order.municipality,
            "created_at": order.created_at.isoformat(),
            "confirmed_at": order.confirmed_at.isoformat() if order.confirmed_at else None,
        }
        for order in orders_of(firm, addresses).select_related("publication")
    ]


@transaction.atomic
def erase(firm: UUID, addresses: Sequence[str]) -> int:
    """Erase wishes that are not confirmed; of the others nothing but the figure is left anyway."""
    return _forget(orders_of(firm, addresses))


@transaction.atomic
def erase_person(address: str) -> int:
    """Erase the wishes of one address; of confirmed ones only the figure is left anyway."""
    return _forget(Order.objects.filter(email__iexact=address))


def _forget(rows: QuerySet[Order]) -> int:
    found = list(rows.filter(confirmed_at=None).select_for_update())
    entries = [Entry("publications.order.expire", "publications.order", str(o.pk)) for o in found]
    record_many(by=VISITOR, entries=entries)
    Order.objects.filter(pk__in=[order.pk for order in found]).delete()
    return len(found)


DATA = RoomData(room=ROOM, kept=kept, erase=erase)
