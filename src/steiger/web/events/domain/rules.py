"""Rules of quota and waiting list, without a database: numbers in, decisions out.

- Seats held, offered and confirmed together never exceed the quota.
- The list is served strictly in its order. Its head is offered as many seats as it wants, all at
  once; while too few are free, nobody behind is served and nobody new may take what is free.
- A group larger than the whole quota can never be served as it is. It is passed over until it
  shrinks or the quota grows, and keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """One registration on the list. ``seats``: how many people, at least one."""

    key: UUID | int
    seats: int

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise ValueError("A registration has at least one seat.")


class QuotaError(ValueError):
    """A quota below what is given away already. ``taken``: how many seats that is."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} seats are given already.")
        self.taken = taken


def servable(quota: int, queue: Iterable[Waiting]) -> list[Waiting]:
    """Those on the list whom this quota could ever serve, in order."""
    return [one for one in queue if one.seats <= quota]


def next_offers(*, quota: int, taken: int, queue: Iterable[Waiting]) -> list[Waiting]:
    """Who is offered seats now, in order."""
    free, offered = quota - taken, []
    for one in servable(quota, queue):
        if one.seats > free:
            break
        offered.append(one)
        free -= one.seats
    return offered


def may_take(*, quota: int, taken: int, queue: Sequence[Waiting], seats: int) -> bool:
    """Whether somebody new, or a group that grows, may take seats past the list."""
    return not servable(quota, queue) and taken + seats <= quota


def checked_quota(*, quota: int, taken: int) -> int:
    """The new quota.

    Raises:
        QuotaError: it is lower than what is given away.
    """
    if quota < taken:
        raise QuotaError(taken)
    return quota
