"""The few values by which a proposed entry is recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steiger.web.directory.domain.vocabulary_cache import vocabulary


@dataclass(frozen=True, slots=True)
class MainValues:
    """Where an entry is, and what it is, in the reader's language; empty where nothing is said."""

    town: str
    postcode: str
    website: str
    roles: tuple[str, ...]

    @property
    def seat(self) -> str:
        """Postcode and town."""
        return " ".join(part for part in (self.postcode, self.town) if part)


def main_values(statements: Sequence[Mapping[str, Any]]) -> MainValues:
    """Pick them out of what was stated."""

    def first(kind: str, column: str) -> str:
        return next((str(one[column]) for one in statements if one["is"] == kind), "")

    words = vocabulary()
    return MainValues(
        town=first("place", "town"),
        postcode=first("place", "postcode"),
        website=first("link", "url"),
        roles=tuple(
            words.label(*str(one["term"]).split("/", 1))
            for one in statements
            if one["is"] == "role"
        ),
    )
