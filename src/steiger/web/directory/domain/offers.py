"""Actors whose values an import may not change by itself: it offers the difference instead.

The room that knows who speaks for an actor stands above this one, so it registers when ready.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steiger.web.directory.models import Source


@dataclass(frozen=True, slots=True)
class Offer:
    """What a source says anew about an actor.

    Attributes:
        before, after: its statements, stored and new. Equal ones take an earlier offer back.
        withdraw: the source has closed the actor or no longer lists it.
        only_relations: nothing is new but relations; what else waits stays as it is.
        record_id: its record at the source.
    """

    actor_id: int
    record_id: str
    before: Sequence[Mapping[str, Any]]
    after: Sequence[Mapping[str, Any]]
    withdraw: bool = False
    only_relations: bool = False


@dataclass(frozen=True, slots=True)
class Keeper:
    """The room that keeps offers.

    Attributes:
        protected: which of these actors somebody speaks for.
        offer: keeps the offers within the import's transaction, one per actor and source.
    """

    protected: Callable[[Collection[int]], set[int]]
    offer: Callable[[Source, Sequence[Offer]], None]


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Make the keeper known; another one replaces it."""
    _keepers[:] = [keeper]


def protected(numbers: Collection[int]) -> set[int]:
    """Which of these actors are not changed by an import itself."""
    return _keepers[0].protected(numbers) if _keepers and numbers else set()


def offer(source: Source, offers: Sequence[Offer]) -> None:
    """Hand differences over."""
    if offers:
        _keepers[0].offer(source, offers)
