"""What other rooms have of an actor: shown on its page.

Those rooms stand above this one, so they register when they are ready::

    register(Shelf(key="publications", title=_("Publications"), lines=lines_of))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """One thing: its title, its page, and what sort of thing it is."""

    title: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one room has of an actor.

    Attributes:
        key: name of the room; also the place on the page.
        title: heading.
        lines: from the actor's number to its things, the newest first.
    """

    key: str
    title: str | Promise
    lines: Callable[[int], Sequence[ShelfLine]]


@dataclass(frozen=True, slots=True)
class FullShelf:
    """A shelf with something on it."""

    key: str
    title: str | Promise
    lines: tuple[ShelfLine, ...]


_shelves: dict[str, Shelf] = {}


def register(shelf: Shelf) -> None:
    """Make a shelf known; the same key again replaces it."""
    _shelves[shelf.key] = shelf


def shelves_of(actor_id: int) -> tuple[FullShelf, ...]:
    """The shelves on which there is something, by key."""
    filled = (
        FullShelf(key, shelf.title, tuple(shelf.lines(actor_id)))
        for key, shelf in sorted(_shelves.items())
    )
    return tuple(shelf for shelf in filled if shelf.lines)
