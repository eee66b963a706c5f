"""One organisation as a foreign list describes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date


class UnusableFileError(Exception):
    """The file as a whole cannot be read; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was left out.

    Attributes:
        row: number of the line or record in the file, from 1.
        field: name of the field, or "" for the row as a whole.
        reason: what is wrong and what would be right.
        value: the beginning of what stood there.
        record_id: of the record, where the row names it all the same; else "".
    """

    row: int
    field: str
    reason: str
    value: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value, or a whole column, that is not taken over although its row is; fields as above."""

    row: int
    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class IncomingName:
    """A name; ``kind`` as in the search engine's ``NAME_KINDS``."""

    text: str
    kind: str = "official"
    language: str = ""


@dataclass(frozen=True, slots=True)
class IncomingPlace:
    """The seat. Coordinates in degrees (WGS84), both or neither.

    Attributes:
        municipality: official key, where the list itself names it.
    """

    town: str
    country: str = ""
    region: str = ""
    postcode: str = ""
    street: str = ""
    lat: float | None = None
    lon: float | None = None
    precision: str = "town"
    municipality: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class IncomingRelation:
    """How the organisation relates to another record of the same source.

    ``note`` and ``evidence`` (an address) stay out of the record's digest: relations are compared
    one by one.
    """

    kind: str
    record_id: str
    note: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """One organisation, cleaned and checked.

    Attributes:
        row: number of the line or record in the file, from 1.
        record_id: stable id at the source.
        names: at least one; the first is the one to show.
        identifiers: (scheme, value).
        types: kinds of organisation in the source's words.
        roles: keys of sub-categories, where the source says so.
        active: False if the source has withdrawn the organisation.
        kind: organisation or initiative; empty where the source does not say.
        initiative: key of the kind of initiative.
        offers_de, offers_en: what is offered in each role, in the order of ``roles``.
        example: invented for demonstration.
    """

    row: int
    record_id: str
    names: tuple[IncomingName, ...]
    place: IncomingPlace | None = None
    website: str = ""
    wikipedia: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()
    founded: int | None = None
    roles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    size: str = ""
    description_de: str = ""
    description_en: str = ""
    relations: tuple[IncomingRelation, ...] = ()
    active: bool = True
    stated_on: date | None = None
    kind: str = field(default="", repr=False)
    initiative: str = field(default="", repr=False)
    offers_de: tuple[str, ...] = field(default=(), repr=False)
    offers_en: tuple[str, ...] = field(default=(), repr=False)
    example: bool = field(default=False, repr=False)


def digest(record: IncomingRecord) -> str:
    """SHA-256 over everything the record says, except where in the file it stands."""
    # The repr of a frozen dataclass names every field in order; it is exact and quick.
    text = repr(replace(record, row=0))
    # Fields that came later count only where they say something, so that the digests of lists
    # that were taken over before stay what they are.
    place = record.place.municipality if record.place else ""
    later = (record.kind, record.initiative, record.offers_de, record.offers_en, place)
    if any(later) or record.example:
        text += repr((*later, record.example))
    return hashlib.sha256(text.encode()).hexdigest()
