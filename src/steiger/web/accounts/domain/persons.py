"""What other rooms keep about a person: they say how it is forgotten when she asks.

Rooms stand above this one, so they register when they are ready::

    register("events", erase_person)
"""

from __future__ import annotations

from collections.abc import Callable

#: From an address (in lower case) to the number of things that were forgotten. Figures stay.
Forget = Callable[[str], int]

_rooms: dict[str, Forget] = {}


def register(room: str, forget: Forget) -> None:
    """Make known how a room forgets a person; the same room again replaces it."""
    _rooms[room] = forget


def known() -> list[str]:
    """Names of the rooms that have registered."""
    return sorted(_rooms)


def forget_person(address: str) -> dict[str, int]:
    """Let every room forget a person, within the caller's transaction; room → number of things."""
    return {room: forget(address.lower()) for room, forget in sorted(_rooms.items())}
