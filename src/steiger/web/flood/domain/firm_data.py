"""The warnings that a firm's people asked for: shown to the firm, and ended when it wants that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from steiger.web.cases.domain.rooms import RoomData
from steiger.web.flood.domain.subscriptions import erase_person
from steiger.web.flood.models import Subscription


def kept(firm: UUID, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Every subscription of its people, as JSON values; no case knows of them, only addresses."""
    wanted = [address.lower() for address in addresses]
    found = Subscription.objects.filter(email__in=wanted).select_related("sensor__network")
    return [
        {
            "subscription": str(one.pk),
            "network": one.sensor.network.key,
            "gauge": one.sensor.key,
            "level": one.level,
            "email": one.email,
            "created_at": one.created_at.isoformat(),
            "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        }
        for one in found
    ]


def erase(firm: UUID, addresses: Sequence[str]) -> int:
    """End the subscriptions of its people; returns how many."""
    return sum(erase_person(address) for address in addresses)


DATA = RoomData(room="flood", kept=kept, erase=erase)
