"""What goes into the matching of names and what comes out."""

from __future__ import annotations

from dataclasses import dataclass


class MatchingError(Exception):
    """A pool, or a file of a built matcher, that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the pool.

    Attributes:
        id: stable and unique in the pool.
        name: the name to show; not empty.
        other_names: translations, former names, short names, acronyms.
        town, region: in any language.
        country: ISO 3166-1 code of two letters, or "".
        postcode, street: of the seat.
        website: address or host name.
        identifiers: (scheme, value), such as ("register", "HRB 1234 Köln").
        types: kinds of organisation in ROR's words (education, facility, company, ...), if known.
        active: False if it was withdrawn or ended; another one with the same name then wins.
        latitude, longitude: of the seat in degrees (WGS 84), or None; both or neither.
    """

    id: str
    name: str
    other_names: tuple[str, ...] = ()
    town: str = ""
    region: str = ""
    country: str = ""
    postcode: str = ""
    street: str = ""
    website: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()
    active: bool = True
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("An organisation needs an id.")
        if not self.name.strip():
            raise ValueError(f"The organisation {self.id!r} has no name.")
        if self.country and not (len(self.country) == 2 and self.country.isalpha()):
            raise ValueError(
                f"The country of {self.id!r} is {self.country!r}; ISO codes have two letters."
            )
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError(f"The seat of {self.id!r} needs latitude and longitude, or neither.")
        if not (-90 <= (self.latitude or 0) <= 90 and -180 <= (self.longitude or 0) <= 180):
            raise ValueError(
                f"The seat of {self.id!r} is {self.latitude}, {self.longitude}; degrees reach from "
                "-90 to 90 and from -180 to 180."
            )


@dataclass(frozen=True, slots=True)
class Match:
    """An organisation that a text names.

    Attributes:
        score: estimated probability that it is meant, 0 to 1.
        why: the name that was found, and what in the text speaks for it.
    """

    id: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An organisation that a new entry may be.

    Attributes:
        score: likeness, 0 to 1.
        reasons: stable keys: same_name, similar_name, acronym, short_form, same_domain, same_town.
    """

    id: str
    name: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that are probably one organisation; ``first`` comes before ``second`` by id.

    Attributes:
        score: likeness, 0 to 1.
        reasons: stable keys: same_name, similar_name, acronym, same_domain, same_register_number,
            same_identifier, same_address, same_town.
    """

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]
