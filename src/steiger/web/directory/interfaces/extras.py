"""What other rooms add to the page of an actor: parts of their own at named places.

Those rooms stand above this one, so they register when they are ready::

    register(Extra(key="freshness", place="proof", template="room/part.html", given=given_of))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from steiger.web.directory.models import Actor

#: ``contact`` and ``proof`` are sections of the page; ``withdrawn`` is the page that says so.
Place = Literal["contact", "proof", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One part.

    Attributes:
        key: its name; the same key again replaces it.
        template: shown with ``extra`` as its content.
        given: from the actor to the content; None for no part.
    """

    key: str
    place: Place
    template: str
    given: Callable[[Actor], Any | None]


@dataclass(frozen=True, slots=True)
class FullExtra:
    """A part with content."""

    place: Place
    template: str
    given: Any


_extras: dict[str, Extra] = {}


def register(extra: Extra) -> None:
    """Make a part known."""
    _extras[extra.key] = extra


def extras_of(actor: Actor, *places: Place) -> tuple[FullExtra, ...]:
    """The parts with content for these places, by key."""
    found = (
        FullExtra(extra.place, extra.template, extra.given(actor))
        for _key, extra in sorted(_extras.items())
        if extra.place in places
    )
    return tuple(extra for extra in found if extra.given is not None)
