"""Why an entry stands on the map: told by the room that decides, which stands above this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence; ``url`` may be empty."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule of admission, in words, with what shows that the entry fulfils it."""

    rule: str
    proofs: tuple[Proof, ...]
    decided_on: date


#: From the actor's number to the rules that it was shown to fulfil.
Grounds = Callable[[int], Sequence[Ground]]
_grounds: list[Grounds] = []


def register(grounds: Grounds) -> None:
    """Make it known; called when the room is ready."""
    _grounds[:] = [grounds]


def grounds_of(actor_id: int) -> tuple[Ground, ...]:
    """Why an actor was admitted; empty where nobody has written it down."""
    return tuple(_grounds[0](actor_id)) if _grounds else ()
