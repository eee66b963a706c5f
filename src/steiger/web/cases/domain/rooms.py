"""What other rooms keep about a firm: how it is shown to it, what lies ahead, how it is erased.

Rooms stand above this one, so they register when they are ready::

    register(RoomData(room="advice", kept=bookings_of, erase=erase_bookings_of))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from steiger.web.cases.models import CaseEntry, Firm

#: From the firm's id and the confirmed address of who asks to JSON values: what belongs to the
#: firm, and what she did for herself. Empty addresses: the firm's alone.
Kept = Callable[[UUID, Sequence[str]], Sequence[dict[str, Any]]]
#: Erases, within the caller's transaction; returns how many things. Counted figures must stay.
Erase = Callable[[UUID, Sequence[str]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something that lies ahead of a firm, in the reader's language.

    Attributes:
        at: when it begins.
        title: what it is.
        who: with whom, or empty.
        where: where or how.
        state: in words, where it is not firmly arranged; else empty.
        email: address of whoever arranged it.
        own_url: her page, on which she moves or cancels it. It opens without signing in, so it is
            shown to her alone.
    """

    at: datetime
    title: str
    who: str = ""
    where: str = ""
    state: str = ""
    email: str
    own_url: str


#: From the firm's id and the confirmed addresses of its people to what lies ahead of them.
Ahead = Callable[[UUID, Sequence[str]], Sequence[Appointment]]


def _nothing(_firm: UUID, _addresses: Sequence[str]) -> Sequence[Appointment]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomData:
    """What one room keeps.

    Attributes:
        room: its name, as in ``CaseEntry.room``.
        kept: everything that it keeps about the firm, for the firm's own file.
        erase: forgets names, addresses and words; called when a firm wants everything erased.
            When only the time of its case is up, it is not called: what a room keeps has a time of
            its own, and nobody loses a seat or a membership because a case grew old.
        ahead: appointments that lie ahead, if the room makes any.
    """

    room: str
    kept: Kept
    erase: Erase
    ahead: Ahead = _nothing


_rooms: dict[str, RoomData] = {}


def register(data: RoomData) -> None:
    """Make a room's data known; the same room again replaces it."""
    _rooms[data.room] = data


def known() -> list[str]:
    """Names of the rooms that have registered."""
    return sorted(_rooms)


def kept_elsewhere(firm: UUID, addresses: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What the other rooms keep, by room."""
    return {room: list(data.kept(firm, addresses)) for room, data in sorted(_rooms.items())}


def appointments(firm: UUID, addresses: Sequence[str]) -> list[Appointment]:
    """What lies ahead in all rooms, the next first."""
    found = [one for data in _rooms.values() for one in data.ahead(firm, addresses)]
    return sorted(found, key=lambda one: one.at)


def erase_elsewhere(firm: UUID, addresses: Sequence[str]) -> int:
    """Let the other rooms forget the firm; returns how many things went."""
    return sum(data.erase(firm, addresses) for data in _rooms.values())


# --- for the rooms --------------------------------------------------------------------------------
def numbers_of(room: str, firm: UUID, prefix: str) -> set[str]:
    """What a room told the firm's cases: numbers behind ``prefix`` in its sources.

    Firms that were merged into this one count as this one.
    """
    found = CaseEntry.objects.filter(
        room=room, source__startswith=prefix, case__firm__in=family_of(firm)
    )
    return {source.removeprefix(prefix) for source in found.values_list("source", flat=True)}


def of_others(room: str, firm: UUID, prefix: str, numbers: Sequence[str]) -> set[str]:
    """Which of these numbers the room told the case of another firm.

    One person may speak for two firms; what she did for the other one is not this one's.
    """
    sources = [f"{prefix}{number}" for number in numbers]
    found = CaseEntry.objects.filter(room=room, source__in=sources)
    found = found.exclude(case__firm__in=family_of(firm))
    return {source.removeprefix(prefix) for source in found.values_list("source", flat=True)}


def family_of(firm: UUID) -> list[UUID]:
    """The firm and those that were merged into it."""
    merged = Firm.objects.filter(merged_into=firm).values_list("pk", flat=True)
    return [firm, *merged]
