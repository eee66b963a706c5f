"""What the API answers. Texts exist in both languages, so that no answer depends on the reader."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import Field

SLUG = r"^[-a-zA-Z0-9_]+$"


class Problem(Schema):
    """Whatever goes wrong (RFC 9457)."""

    type: str = Field(description=_("Address that explains this kind of problem."))
    title: str = Field(description=_("What kind of problem it is."))
    status: int = Field(description=_("The status of the answer."), examples=[422])
    detail: str = Field(description=_("What happened, and what to do."))
    errors: list[ProblemPart] = Field([], description=_("Each part of the request that is wrong."))
    request_id: str = Field("", description=_("Number under which our log tells more."))


class ProblemPart(Schema):
    """One part of a request that is wrong."""

    part: Literal["query", "path", "header", "form", "body"] = Field(
        description=_("In which part of the request.")
    )
    name: str = Field(description=_("The parameter, or a JSON pointer into the body."))
    detail: str = Field(description=_("What is wrong with it."))
    choices: list[str] = Field([], description=_("What may have been meant."))


class Both(Schema):
    """A text in German and English; empty in the language in which it was not given."""

    de: str = Field(examples=["Anbieter"])
    en: str = Field(examples=["Provider"])


class Point(Schema):
    """A place on earth (WGS 84)."""

    latitude: float = Field(description=_("Degrees north."), examples=[51.2562])
    longitude: float = Field(description=_("Degrees east."), examples=[7.1508])


class Area(Schema):
    """A district or municipality by its official key."""

    key: str = Field(examples=["05124"])
    name: str = Field(examples=["Wuppertal"])


class ActorSummary(Schema):
    """One entry of the map as lists show it."""

    id: str = Field(description=_("Stays the same; old ones lead on."), examples=["beispiel-ag"])
    name: str = Field(examples=["Beispiel AG"])
    short_name: str = Field(examples=[""])
    kind: Literal["organisation", "initiative"]
    town: str = Field(examples=["Wuppertal"])
    district: Area | None = Field(description=_("Empty outside the region."))
    municipality: Area | None = Field(description=_("Empty outside the region."))
    location: Point | None = None
    website: str = Field(examples=["https://example.org/"])
    categories: list[str] = Field(description=_("Keys of categories."), examples=[["business"]])
    roles: list[str] = Field(description=_("Keys of sub-categories."), examples=[["provider"]])
    offer: Both = Field(description=_("What it offers, in one line."))
    is_example: bool = Field(description=_("Invented for a demonstration."), examples=[False])
    verified_on: date | None = Field(description=_("Last confirmed to be true."))
    changed_at: datetime
    page: str = Field(
        description=_("Page for people."), examples=["https://example.org/landkarte/eintrag/x/"]
    )
    url: str = Field(
        description=_("The same in full."), examples=["https://example.org/api/v1/actors/x"]
    )


class Found(ActorSummary):
    """One entry of an answer, with how it was found."""

    distance_km: float | None = Field(None, description=_("Kilometres from the place asked for."))
    matched: str = Field("", description=_("The other or former name that matched."))


class ActorPage(Schema):
    """A page of entries."""

    total: int = Field(description=_("How many entries fit in all."), examples=[1])
    items: list[Found]
    next_cursor: str = Field(description=_("For the next page; empty on the last one."))
    next: str = Field(description=_("Address of the next page; empty on the last one."))
    approximate: bool = Field(
        description=_("Nobody fits all words; these fit most of them."), examples=[False]
    )
    place: str = Field(description=_("The place as it was understood."), examples=[""])


# --- one actor in full ----------------------------------------------------------------------------
class Sourced(Schema):
    """A value that says where it comes from."""

    source: str = Field(description=_("Key of its source."), examples=["ror"])
    source_record: str = Field(description=_("Where in the source it stands."), examples=[""])
    stated_on: date = Field(description=_("When the source said so."))
    shown: bool = Field(
        description=_("Of several values for the same thing, this one is shown."), examples=[True]
    )


class NamePart(Schema):
    """A name, whoever states it."""

    kind: str = Field(examples=["official"])
    text: str = Field(examples=["Beispiel AG"])
    language: str = Field(examples=["de"])


class NameValue(Sourced, NamePart):
    """A name."""


class PlacePart(Schema):
    """A seat or another site, whoever states it."""

    kind: str = Field(examples=["seat"])
    street: str = Field(examples=["Beispielweg 1"])
    postcode: str = Field(examples=["42103"])
    town: str = Field(examples=["Wuppertal"])
    municipality: str = Field(examples=["05124000"])
    country: str = Field(examples=["DE"])
    location: Point | None = None


class PlaceValue(Sourced, PlacePart):
    """A seat or another site."""

    label: str = Field(examples=[""])
    precision: str = Field(examples=["address"])


class LinkPart(Schema):
    """An address on the web, whoever states it."""

    kind: str = Field(examples=["website"])
    url: str = Field(examples=["https://example.org/"])


class LinkValue(Sourced, LinkPart):
    """An address on the web."""

    label: str = Field(examples=[""])


class IdentifierPart(Schema):
    """An id in a register, whoever states it."""

    scheme: str = Field(examples=["ror"])
    value: str = Field(examples=["00613ak93"])


class IdentifierValue(Sourced, IdentifierPart):
    """The entry's id in a register."""

    url: str = Field(examples=["https://ror.org/00613ak93"])


class DescriptionPart(Schema):
    """One to three sentences, whoever states them."""

    language: str = Field(examples=["de"])
    text: str = Field(examples=["Baut Prüfstände, die Fehler hören."])


class DescriptionValue(Sourced, DescriptionPart):
    """What it is, in one to three sentences."""


class FactPart(Schema):
    """A plain value, whoever states it."""

    key: str = Field(examples=["founded"])
    value: Any = Field(examples=[2004])


class FactValue(Sourced, FactPart):
    """A plain value such as the year of foundation."""


class RolePart(Schema):
    """What it does in one sub-category, whoever states it."""

    key: str = Field(examples=["provider"])
    offer: Both
    url: str = Field(examples=["https://example.org/angebot"])
    values: dict[str, Any] = Field(
        description=_("Values of the fields that the sub-category defines."), examples=[{}]
    )


class RoleValue(Sourced, RolePart):
    """What it does in one sub-category."""

    category: str = Field(examples=["business"])
    label: Both


class TermPart(Schema):
    """A topic or sector, whoever states it."""

    key: str = Field(examples=["machine-learning"])
    vocabulary: str = Field(examples=["method"])


class TermValue(Sourced, TermPart):
    """A topic or sector."""

    label: Both


class RelationValue(Sourced):
    """How it relates to another entry."""

    kind: str = Field(examples=["part_of"])
    incoming: bool = Field(
        description=_("The other entry says so about this one."), examples=[False]
    )
    other: str = Field(description=_("Id of the other entry."), examples=["beispiel-verbund"])
    other_name: str = Field(examples=["Beispielverbund"])
    note: str = Field(examples=[""])


class SourceInfo(Schema):
    """Where values come from, and under which licence."""

    key: str = Field(examples=["ror"])
    name: str = Field(examples=["Research Organization Registry"])
    kind: str = Field(examples=["register"])
    licence: str = Field(examples=["CC0 1.0"])
    licence_url: str = Field(examples=["https://creativecommons.org/publicdomain/zero/1.0/"])
    url: str = Field(examples=["https://ror.org/"])


class Actor(ActorSummary):
    """One entry with every published value and its source."""

    names: list[NameValue]
    descriptions: list[DescriptionValue]
    role_values: list[RoleValue] = Field(description=_("Sub-categories with offer and fields."))
    places: list[PlaceValue]
    links: list[LinkValue]
    identifiers: list[IdentifierValue]
    facts: list[FactValue]
    terms: list[TermValue] = Field(description=_("Topics and sectors."))
    relations: list[RelationValue]
    sources: list[SourceInfo]


# --- words, facets, regions -----------------------------------------------------------------------
class Term(Schema):
    """A word with a fixed meaning."""

    key: str = Field(examples=["provider"])
    vocabulary: str = Field(examples=["role"])
    parent: str = Field(
        description=_("Key of the category of a sub-category."), examples=["business"]
    )
    label: Both
    description: Both
    synonyms: list[str] = Field(examples=[[]])
    active: bool = Field(description=_("Whether new entries may choose it."), examples=[True])
    fields: list[dict[str, Any]] = Field(
        description=_("Fields that an entry of this sub-category has."), examples=[[]]
    )


class VocabularyInfo(Schema):
    """A vocabulary."""

    key: str = Field(examples=["role"])
    terms: int = Field(description=_("How many words it holds."), examples=[12])
    url: str = Field(examples=["https://example.org/api/v1/vocabularies/role"])


class Vocabularies(Schema):
    """All vocabularies."""

    items: list[VocabularyInfo]


class Terms(Schema):
    """The words of one vocabulary."""

    items: list[Term]


class FacetValue(Schema):
    """One value of a facet, and how many entries carry it."""

    key: str = Field(examples=["business"])
    label: Both
    count: int = Field(examples=[3])
    chosen: bool = Field(examples=[False])


class Facets(Schema):
    """How many entries there are for each value of each facet, each without its own filter."""

    total: int = Field(examples=[12])
    facets: dict[str, list[FacetValue]]


class RegionFigure(Schema):
    """A district or municipality with its figures."""

    key: str = Field(description=_("Official key (AGS)."), examples=["05124"])
    name: str = Field(examples=["Wuppertal"])
    level: Literal["district", "municipality"]
    population: int | None = Field(examples=[358876])
    actors: int = Field(description=_("Entries with their seat there."), examples=[42])
    per_100k: float | None = Field(
        description=_("Entries per 100,000 inhabitants."), examples=[11.7]
    )
    page: str = Field(examples=["https://example.org/landkarte/region/05124-wuppertal/"])


class Regions(Schema):
    """All areas of one level."""

    region: Both
    level: Literal["district", "municipality"]
    items: list[RegionFigure]


class CategoryCount(Schema):
    """Entries of one category."""

    key: str = Field(examples=["business"])
    label: Both
    count: int = Field(examples=[7])


class Region(RegionFigure):
    """One area in full."""

    location: Point
    rank: int | None = Field(
        description=_("Place by entries per 100,000 inhabitants, from 1."), examples=[3]
    )
    ranked: int = Field(description=_("How many areas are compared."), examples=[53])
    categories: list[CategoryCount]
    neighbours: list[RegionFigure]
    parts: list[RegionFigure] = Field(description=_("Municipalities of a district."))


class SuggestionItem(Schema):
    """One completion of a name."""

    id: str = Field(examples=["beispiel-ag"])
    text: str = Field(examples=["Beispiel AG"])
    matched: str = Field(description=_("The other name that matched."), examples=[""])
    why: str = Field(description=_("Kind of the name that matched."), examples=["official"])
    town: str = Field(examples=["Wuppertal"])
    url: str = Field(examples=["https://example.org/api/v1/actors/beispiel-ag"])


class Suggestions(Schema):
    """Completions while typing."""

    items: list[SuggestionItem]


class Match(Schema):
    """An entry that a name probably means."""

    id: str = Field(examples=["beispiel-ag"])
    name: str = Field(examples=["Beispiel AG"])
    town: str = Field(examples=["Wuppertal"])
    score: float = Field(description=_("From 0 to 1."), examples=[0.97])
    reasons: list[str] = Field(description=_("Why, as keys."), examples=[["similar_name"]])
    url: str = Field(examples=["https://example.org/api/v1/actors/beispiel-ag"])


class Matches(Schema):
    """Entries that a name probably means, likeliest first."""

    items: list[Match]


class Index(Schema):
    """Where everything is."""

    name: Both
    version: str = Field(examples=["1"])
    description: str = Field(
        description=_("The OpenAPI document."), examples=["https://example.org/api/v1/openapi.json"]
    )
    documentation: str = Field(examples=["https://example.org/schnittstelle/"])
    licence: Both = Field(description=_("Which licences apply."))
    links: dict[str, str] = Field(examples=[{"actors": "https://example.org/api/v1/actors"}])


# --- reconciliation -------------------------------------------------------------------------------
class ReconcileSuggestion(Schema):
    """An entry, a type or a property."""

    id: str = Field(examples=["beispiel-ag"])
    name: str = Field(examples=["Beispiel AG"])
    description: str | None = Field(None, examples=["Wuppertal"])
    notable: list[dict[str, str]] | None = Field(
        None, examples=[[{"id": "organisation", "name": "Organisation"}]]
    )


class ReconcileSuggestions(Schema):
    """What continues the text."""

    result: list[ReconcileSuggestion]


class ReconcileIdName(Schema):
    """An id and what it is called."""

    id: str = Field(examples=["town"])
    name: str = Field(examples=["Ort"])


class ReconcileProposal(Schema):
    """Properties for a type."""

    properties: list[ReconcileIdName]
    type: str = Field(examples=["actor"])
    limit: int = Field(examples=[50])


Problem.model_rebuild()
