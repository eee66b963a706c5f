"""Whose turn it is among advisers who fit a wish equally well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An adviser whose turn it may be.

    Attributes:
        key: number of the adviser.
        load: bookings that came to the adviser lately and still stand.
        latest: when the last of them came, or None.
    """

    key: int
    load: int
    latest: datetime | None = None

    def __post_init__(self) -> None:
        """Reject a load that cannot be.

        Raises:
            ValueError: it is negative.
        """
        if self.load < 0:
            raise ValueError("load is negative")


def in_turn(candidates: Iterable[Candidate]) -> list[Candidate]:
    """All candidates, the one whose turn it is first.

    The rule: fewest bookings first; among equals who has waited longest since the last one; among
    those the lower number. Whoever is always free and fits equally is therefore never more than
    one booking ahead of another.
    """
    return sorted(candidates, key=lambda one: (one.load, one.latest or _NEVER, one.key))
