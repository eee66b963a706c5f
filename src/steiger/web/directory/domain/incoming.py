"""From what a source says (a record, a seed) to the values that are stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from steiger.engines.directory.records import IncomingPlace, IncomingRecord, digest
from steiger.lib.text import tokens
from steiger.regions import Region, SeedActor, SeedPlace
from steiger.web.directory.domain.export_fields import entry_named
from steiger.web.directory.domain.vocabulary_cache import Vocabulary
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Role,
    Source,
    Sourced,
    Term,
)

#: Registers whose ids tell that two sources speak of the same actor.
RECOGNISED_BY = ("ror", "wikidata", "pic")
#: Kinds of organisation in ROR -> sub-category of the map. Others get no role: being a company or
#: an authority says nothing about AI.
TYPE_ROLES = {"education": "research_institution", "facility": "research_institution"}


@dataclass(frozen=True, slots=True)
class Item:
    """One actor as a source states it, ready to be compared and written.

    Attributes:
        row: where it stands in the file, from 1.
        build: makes the (unsaved) values for a source.
        identifiers: (scheme, value) by which an actor of another source is recognised.
        relations: (kind, record id of the other, note, its own page at the source or nothing).
        entry, entry_at: slug of the entry that the row names by the address of its page, and the
            address of that map, see ``recognising``.
        stated_in, stated_on: where in the source, and when, it says so.
    """

    row: int
    record_id: str
    digest: str
    name: str
    website: str
    identifiers: tuple[tuple[str, str], ...]
    relations: tuple[tuple[str, str, str, str], ...]
    stated_in: str
    stated_on: date
    build: Callable[[Source], Sequence[Sourced]]
    active: bool = True
    slug: str = ""
    kind: str = Actor.Kind.ORGANISATION
    is_example: bool = False
    entry: str = ""
    entry_at: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to turn statements into values."""

    region: Region
    words: Vocabulary
    today: date
    # Thousands of rows name the same towns, and each search looks at all names.
    _named: dict[tuple[str, str], str] = field(default_factory=dict)

    def municipality_of(self, place: IncomingPlace) -> str:
        """Key of the municipality of a place in this region, or "".

        The key that the list names counts first, then the point; without these the postcode and
        the town, unless the list says that they lie in another country or state, also by a key.
        """
        if place.municipality in self.region.municipalities:
            return place.municipality
        if place.lat is not None and place.lon is not None:
            west, south, east, north = self.region.bounds
            if not (south <= place.lat <= north and west <= place.lon <= east):
                return ""
            return self.region.locate(place.lon, place.lat) or ""
        if self._lies_elsewhere(place):
            return ""
        asked = (place.postcode, place.town)
        if asked not in self._named:
            self._named[asked] = self._by_name(*asked)
        return self._named[asked]

    def _by_name(self, postcode: str, town: str) -> str:
        """The one municipality of a postcode, of a town's name, or of both."""
        named = [p.ags for p in self.region.find_place(town) if p.exact and len(p.ags) == 8]
        coded = self.region.postcodes.get(postcode, ())
        found = [ags for ags in coded if ags in named] or coded
        if not found and not self._foreign(postcode):
            found = named
        return found[0] if len(found) == 1 else ""

    def _foreign(self, postcode: str) -> bool:
        """Whether a postcode is far from all of this region's; towns have namesakes elsewhere."""
        return bool(postcode) and not self.region.find_place(postcode, limit=1)

    def _lies_elsewhere(self, place: IncomingPlace) -> bool:
        """Whether the named municipality, country or state is another one."""
        if place.country and place.country != self.region.country:
            return True
        if self.region.is_elsewhere(place.municipality):
            return True
        return bool(place.region) and not self._is_state(place.region)

    def _is_state(self, said: str) -> bool:
        """Whether this names the region: in words, shortly, by ISO 3166-2, or by a NUTS code."""
        region = self.region
        code = region.register_subdivision
        names = (
            *region.register_state_names,
            *(region.name_de, region.name_en, region.short_name, code),
            *(f"{region.country}-{code}", f"{region.country} {code}"),
        )
        nuts = region.register_nuts
        is_nuts = bool(nuts) and said.startswith(nuts) and said.isalnum()
        return is_nuts or tokens(said) in [tokens(name) for name in names if name]

    def is_inside(self, record: IncomingRecord) -> bool:
        """Whether the seat lies in the region."""
        return record.place is not None and self.holds(record.place)

    def holds(self, place: IncomingPlace) -> bool:
        """Whether a place lies in the region: the named state decides, else what else is known."""
        if place.country and place.country != self.region.country:
            return False
        if place.municipality in self.region.municipalities:
            return True
        if place.region:
            return self._is_state(place.region)
        return bool(self.municipality_of(place))

    def term(self, key: str, *vocabularies: str) -> int | None:
        """Number of a term in one of the vocabularies."""
        for vocabulary in vocabularies:
            word = self.words.word(vocabulary, key)
            if word is not None:
                return word.id
        return None


def item_of_record(record: IncomingRecord, reader: Reader) -> Item:
    """A record of a foreign list."""

    def build(source: Source) -> Sequence[Sourced]:
        return list(_values_of_record(record, source, reader))

    entry_at, entry = entry_named(record.record_id)
    return Item(
        row=record.row,
        record_id=record.record_id,
        digest=digest(record),
        name=record.names[0].text,
        website=record.website,
        identifiers=tuple(i for i in record.identifiers if i[0] in RECOGNISED_BY),
        relations=tuple((r.kind, r.record_id, r.note, r.evidence) for r in record.relations),
        stated_in=record.record_id,
        stated_on=record.stated_on or reader.today,
        build=build,
        active=record.active,
        kind=record.kind or Actor.Kind.ORGANISATION,
        is_example=record.example,
        entry=entry,
        entry_at=entry_at,
    )


def _values_of_record(record: IncomingRecord, source: Source, reader: Reader) -> list[Sourced]:
    base: dict[str, Any] = {
        "source": source,
        "source_record": record.record_id,
        "stated_on": record.stated_on or reader.today,
    }
    values: list[Sourced] = [
        Name(kind=n.kind, text=n.text, language=n.language[:8], **base) for n in record.names
    ]
    if record.place is not None:
        values.append(_place_of_record(record.place, reader, base))
    if record.website:
        values.append(Link(kind="website", url=record.website, **base))
    if record.wikipedia:
        values.append(Link(kind="wikipedia", url=record.wikipedia, **base))
    values += [Identifier(scheme=s, value=v, **base) for s, v in record.identifiers]
    if record.initiative and reader.term(record.initiative, "initiative"):
        values.append(Fact(key="initiative", value=record.initiative, **base))
    if record.founded:
        values.append(Fact(key="founded", value=record.founded, **base))
    if "sme" in record.types:
        values.append(Fact(key="sme", value=True, **base))
    if record.size and reader.term(record.size, "size"):
        values.append(Fact(key="size", value=record.size, **base))
    for language, text in (("de", record.description_de), ("en", record.description_en)):
        if text:
            values.append(Description(language=language, text=text, **base))
    values += _terms(record.topics, record.sectors, reader, base)
    roles = dict.fromkeys([*record.roles, *(TYPE_ROLES.get(t, "") for t in record.types)])
    german = dict(zip(record.roles, record.offers_de, strict=False))
    english = dict(zip(record.roles, record.offers_en, strict=False))
    for role in roles:
        number = reader.term(role, "role")
        if number is not None:
            values.append(
                Role(
                    term=_term(number, role, reader),
                    offer_de=german.get(role, ""),
                    offer_en=english.get(role, ""),
                    reviewed_on=reader.today,
                    **base,
                )
            )
    return values


def _place_of_record(place: IncomingPlace, reader: Reader, base: dict[str, Any]) -> Place:
    """A seat; without coordinates at the centre of its municipality, so that it is found nearby."""
    ags = reader.municipality_of(place)
    lat, lon, precision = place.lat, place.lon, place.precision
    if lat is None and ags:
        town = reader.region.municipalities[ags]
        lat, lon, precision = town.lat, town.lon, Place.Precision.TOWN.value
    return Place(
        town=place.town[:120],
        street=place.street,
        postcode=place.postcode,
        country=place.country[:2] or reader.region.country,
        latitude=lat,
        longitude=lon,
        precision=precision,
        municipality=ags,
        **base,
    )


def _terms(
    topics: Sequence[str], sectors: Sequence[str], reader: Reader, base: dict[str, Any]
) -> list[Sourced]:
    numbers = [reader.term(key, "method", "technology") for key in topics]
    numbers += [reader.term(key, "sector") for key in sectors]
    return [Classification(term_id=n, **base) for n in dict.fromkeys(numbers) if n is not None]


def _term(number: int, key: str, reader: Reader) -> Term:
    # Known already, so it is not read again for each of thousands of rows.
    word = reader.words.word("role", key)
    return Term(pk=number, key=key, vocabulary="role", position=word.position if word else 0)


def item_of_seed(seed: SeedActor, row: int, reader: Reader) -> Item:
    """An actor of the region's folder, or an invented example."""

    def build(source: Source) -> Sequence[Sourced]:
        return _values_of_seed(seed, source, reader)

    content = json.dumps(asdict(seed), sort_keys=True, ensure_ascii=False, default=str)
    return Item(
        row=row,
        record_id=seed.slug,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        name=seed.name,
        website=seed.website,
        identifiers=tuple(
            (i.scheme, i.value) for i in seed.identifiers if i.scheme in {"ror", "wikidata"}
        ),
        relations=tuple((r.kind, r.other, r.note, "") for r in seed.relations),
        stated_in=seed.source_url or seed.source,
        stated_on=seed.stated_on,
        build=build,
        slug=seed.slug,
        kind=seed.kind,
        is_example=seed.is_example,
    )


def _values_of_seed(seed: SeedActor, source: Source, reader: Reader) -> list[Sourced]:
    base: dict[str, Any] = {
        "source": source,
        "source_record": seed.source_url or seed.source,
        "stated_on": seed.stated_on,
    }
    values: list[Sourced] = [
        Name(kind=n.kind, text=n.text, language=n.language, **base) for n in seed.names
    ]
    values += [_place_of_seed(place, reader, base) for place in seed.places]
    values += [Link(kind=link.kind, url=link.url, **base) for link in seed.links]
    for identifier in seed.identifiers:
        note = {"source_record": identifier.source} if identifier.source else {}
        values.append(
            Identifier(scheme=identifier.scheme, value=identifier.value, **{**base, **note})
        )
    if seed.size:
        values.append(Fact(key="size", value=seed.size, **base))
    if seed.initiative_kind:
        values.append(Fact(key="initiative", value=seed.initiative_kind, **base))
    if seed.founded:
        values.append(Fact(key="founded", value=seed.founded, **base))
    for language, text in (("de", seed.description_de), ("en", seed.description_en)):
        if text:
            values.append(Description(language=language, text=text, **base))
    values += _terms((*seed.methods, *seed.technologies), seed.sectors, reader, base)
    for role in seed.roles:
        number = reader.term(role.role, "role")
        if number is not None:
            values.append(
                Role(
                    term=_term(number, role.role, reader),
                    offer_de=role.offer_de,
                    offer_en=role.offer_en,
                    url=role.url,
                    values=dict(role.values),
                    reviewed_on=seed.stated_on,
                    **base,
                )
            )
    return values


def _place_of_seed(place: SeedPlace, reader: Reader, base: dict[str, Any]) -> Place:
    note = {"source_record": place.source} if place.source else {}
    return Place(
        kind=place.kind,
        label=place.label,
        street=place.street,
        postcode=place.postcode,
        town=place.town,
        municipality=place.municipality,
        country=reader.region.country,
        latitude=place.lat,
        longitude=place.lon,
        precision=place.precision,
        **{**base, **note},
    )
