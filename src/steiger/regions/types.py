"""What a region is made of. All types are frozen; a region is read once and shared.

Angles are degrees (WGS84), areas km². Keys of areas are official municipality keys (AGS): 3 digits
for a government region, 5 for a district, 8 for a municipality.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

FieldType = Literal["text", "url", "number", "choice", "boolean", "date", "year"]
Precision = Literal["address", "town"]


class RegionError(Exception):
    """Something in a region's folder is wrong. The message names file, row and field."""

    def __init__(self, message: str, *, file: str, row: str = "", field: str = "") -> None:
        self.file, self.row, self.field = file, row, field
        place = ", ".join(part for part in (file, row, field) if part)
        super().__init__(f"{place}: {message}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a field of the type "choice" allows."""

    key: str
    label_de: str
    label_en: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that an entry in a sub-category has."""

    key: str
    label_de: str
    label_en: str
    type: FieldType
    required: bool = False
    choices: tuple[Choice, ...] = ()
    help_de: str = ""
    help_en: str = ""

    def as_json(self) -> dict[str, Any]:
        """The field as plain JSON, as vocabularies store it."""
        return {
            "key": self.key,
            "label_de": self.label_de,
            "label_en": self.label_en,
            "type": self.type,
            "required": self.required,
            "choices": [
                {"key": c.key, "label_de": c.label_de, "label_en": c.label_en} for c in self.choices
            ],
            "help_de": self.help_de,
            "help_en": self.help_en,
        }


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary.

    Attributes:
        parent: key of the broader term in the same vocabulary; for roles the key of the category.
        same_as: address of the same notion in a public vocabulary, or empty.
        details: codes of other classifications and so on.
    """

    vocabulary: str
    key: str
    label_de: str
    label_en: str
    description_de: str = ""
    description_en: str = ""
    order: int = 0
    parent: str = ""
    synonyms: tuple[str, ...] = ()
    same_as: str = ""
    fields: tuple[FieldSpec, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list of terms in their order.

    ``key`` is one of: category, role, method, technology, sector, size, relation, identifier,
    name, link, initiative.
    """

    key: str
    name_de: str
    name_en: str
    terms: tuple[Term, ...]

    def __contains__(self, key: object) -> bool:
        return any(term.key == key for term in self.terms)

    def __getitem__(self, key: str) -> Term:
        for term in self.terms:
            if term.key == key:
                return term
        raise KeyError(key)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)


@dataclass(frozen=True, slots=True)
class GovernmentRegion:
    """A part of the state with several districts (Regierungsbezirk)."""

    ags: str
    name: str


@dataclass(frozen=True, slots=True)
class District:
    """A district or a town that is its own district.

    Attributes:
        kind: official kind ("Kreis", "Kreisfreie Stadt" ...).
        population: None where the source has no figure.
        municipalities: keys of its municipalities.
    """

    ags: str
    name: str
    kind: str
    government_region: str
    lon: float
    lat: float
    area_km2: float
    population: int | None
    municipalities: tuple[str, ...]
    largest: str

    @property
    def display_name(self) -> str:
        """The name as it is spoken: "Kreis Unna", "Märkischer Kreis", "Bochum"."""
        if self.kind == "Kreis" and "kreis" not in self.name.lower():
            return f"Kreis {self.name}"
        return self.name


@dataclass(frozen=True, slots=True)
class Municipality:
    """A town or municipality. ``lon`` and ``lat`` lie inside it."""

    ags: str
    name: str
    kind: str
    district: str
    lon: float
    lat: float
    area_km2: float
    population: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """An answer to "where is …?".

    Attributes:
        kind: what was meant by the text.
        ags: key of the municipality (8 digits) or district (5 digits).
        label: how to name the place to the reader ("42103 Wuppertal").
        postcode: set if the text was a postcode.
        exact: the text is the name or postcode itself, not only its beginning.
    """

    kind: Literal["municipality", "district", "postcode"]
    ags: str
    label: str
    lon: float
    lat: float
    postcode: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class MapSource:
    """Whose data the map shows, and the words that its licence asks for."""

    key: str
    attribution_de: str
    attribution_en: str
    licence: str
    licence_url: str
    url: str


@dataclass(frozen=True, slots=True)
class Office:
    """Who runs the hub or carries a part of it; ``source`` says where this is written."""

    key: str
    name: str
    role_de: str
    role_en: str
    website: str
    source: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme or project of the region, as its source describes it."""

    key: str
    kind: str
    name_de: str
    name_en: str
    description_de: str
    description_en: str
    source: str
    actor: str = ""


@dataclass(frozen=True, slots=True)
class AdmissionRule:
    """A condition for an entry on the map."""

    key: str
    text_de: str
    text_en: str


@dataclass(frozen=True, slots=True)
class SeedName:
    """One name. ``kind`` is a key of the vocabulary "name"."""

    kind: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class SeedPlace:
    """Where an actor is.

    Attributes:
        kind: "seat" (one per actor) or "site".
        municipality: key (8 digits).
        precision: "town" if the point is the town's centre.
        source: who says so, where it is not the actor's own source (licence beside it).
    """

    town: str
    municipality: str
    lat: float
    lon: float
    kind: Literal["seat", "site"] = "seat"
    precision: Precision = "town"
    street: str = ""
    postcode: str = ""
    label: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SeedLink:
    """An address on the web. ``kind`` is a key of the vocabulary "link"."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class SeedIdentifier:
    """An id in a register. ``scheme`` is a key of the vocabulary "identifier"."""

    scheme: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SeedRole:
    """What an actor offers in one sub-category. ``role`` is a key of the vocabulary "role"."""

    role: str
    offer_de: str
    offer_en: str
    url: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeedRelation:
    """How an actor relates to another. ``kind`` is a key of "relation", ``other`` a slug."""

    kind: str
    other: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeedActor:
    """An actor as a region's folder (or the generator of examples) states it.

    Attributes:
        kind: organisation or initiative (projects, programmes, places of exchange).
        initiative_kind: key of the vocabulary "initiative"; empty for organisations.
        methods, technologies, sectors: keys of these vocabularies.
        size: key of the vocabulary "size", or empty if unknown.
        source: where this is written, in words; ``source_url`` its address or empty.
        is_example: invented for demonstration.
    """

    slug: str
    kind: Literal["organisation", "initiative"]
    names: tuple[SeedName, ...]
    places: tuple[SeedPlace, ...]
    links: tuple[SeedLink, ...]
    description_de: str
    description_en: str
    roles: tuple[SeedRole, ...]
    source: str
    stated_on: date
    source_url: str = ""
    initiative_kind: str = ""
    identifiers: tuple[SeedIdentifier, ...] = ()
    methods: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    size: str = ""
    founded: int | None = None
    relations: tuple[SeedRelation, ...] = ()
    is_example: bool = False

    @property
    def name(self) -> str:
        """The official name."""
        return next(name.text for name in self.names if name.kind == "official")

    @property
    def website(self) -> str:
        """The homepage, or empty."""
        return next((link.url for link in self.links if link.kind == "website"), "")

    @property
    def seat(self) -> SeedPlace:
        """The seat; every actor has exactly one."""
        return next(place for place in self.places if place.kind == "seat")


@dataclass(frozen=True, slots=True)
class GeoFiles:
    """Files that the map draws, beside each other in one folder."""

    folder: Path

    @property
    def state(self) -> Path:
        """Outline of the region."""
        return self.folder / "state.geojson"

    @property
    def districts(self) -> Path:
        """Borders of the districts."""
        return self.folder / "districts.geojson"

    @property
    def municipalities(self) -> Path:
        """Borders of the municipalities."""
        return self.folder / "municipalities.geojson"

    @property
    def rivers(self) -> Path:
        """Main rivers as schematic lines."""
        return self.folder / "rivers.geojson"

    @property
    def neighbours(self) -> Path:
        """Which areas share a border."""
        return self.folder / "neighbours.json"

    @property
    def postcodes(self) -> Path:
        """Known postcodes."""
        return self.folder / "postcodes.csv"
