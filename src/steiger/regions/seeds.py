"""Reads the actors that a region's editors state: TOML files with one table [[actor]] each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from steiger.regions.rows import Row, read_toml
from steiger.regions.types import (
    FieldSpec,
    Municipality,
    RegionError,
    SeedActor,
    SeedIdentifier,
    SeedLink,
    SeedName,
    SeedPlace,
    SeedRelation,
    SeedRole,
    Vocabulary,
)

#: Field of the file → kind of name. A list, because an actor may have several.
NAME_FIELDS = {"short": "short", "acronym": "acronym", "former": "former", "alias": "alias"}

Vocabularies = Mapping[str, Vocabulary]
Municipalities = Mapping[str, Municipality]


def read_actors(
    folder: Path, vocabularies: Vocabularies, municipalities: Municipalities
) -> tuple[SeedActor, ...]:
    """All actors of a region, checked against its vocabularies, places and each other."""
    actors: dict[str, SeedActor] = {}
    rows: dict[str, Row] = {}
    for path in sorted(folder.glob("*.toml")):
        table = Row(read_toml(path), file=path.name)
        stated_on = table.day("stated_on")
        for row in table.rows("actor"):
            actor = _actor(row, stated_on, vocabularies, municipalities)
            if actor.slug in actors:
                raise row.error("The slug appears twice.", "slug")
            actors[actor.slug], rows[actor.slug] = actor, row
        table.finish()
    for slug, actor in actors.items():
        for relation in actor.relations:
            if relation.other not in actors or relation.other == slug:
                raise rows[slug].error(f"There is no actor {relation.other!r}.", "relation")
    return tuple(actors.values())


def _actor(
    row: Row, stated_on: date, vocabularies: Vocabularies, municipalities: Municipalities
) -> SeedActor:
    slug = row.key("slug")
    roles = tuple(_role(entry, vocabularies) for entry in row.rows("role"))
    if not roles:
        raise row.error("An actor has at least one role.", "role")
    if len({role.role for role in roles}) != len(roles):
        raise row.error("A role appears twice.", "role")
    description = row.bilingual("description", required=False)
    initiative_kind = row.text("initiative", "")
    if initiative_kind:
        _check(row, "initiative", (initiative_kind,), vocabularies["initiative"])
    size = row.text("size", "")
    _check(row, "size", (size,) if size else (), vocabularies["size"])
    founded = row.get("founded", int, 0)
    actor = SeedActor(
        slug=slug,
        kind="initiative" if initiative_kind else "organisation",
        names=_names(row),
        places=_places(row, municipalities),
        links=_links(row, vocabularies["link"]),
        description_de=description[0] or roles[0].offer_de,
        description_en=description[1] or roles[0].offer_en,
        roles=roles,
        source=row.text("source"),
        source_url=row.address("source_url", ""),
        stated_on=stated_on,
        initiative_kind=initiative_kind,
        identifiers=_identifiers(row, vocabularies["identifier"]),
        methods=_keys(row, "methods", vocabularies["method"]),
        technologies=_keys(row, "technologies", vocabularies["technology"]),
        sectors=_keys(row, "sectors", vocabularies["sector"]),
        size=size,
        founded=founded or None,
        relations=_relations(row, vocabularies["relation"]),
    )
    row.finish()
    return actor


def _check(row: Row, field: str, keys: tuple[str, ...], vocabulary: Vocabulary) -> None:
    for key in keys:
        if key not in vocabulary:
            raise row.error(f"There is no {key!r} in the vocabulary {vocabulary.key!r}.", field)


def _keys(row: Row, field: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    keys = row.texts(field)
    _check(row, field, keys, vocabulary)
    return keys


def _names(row: Row) -> tuple[SeedName, ...]:
    names = [SeedName("official", row.text("name"), row.text("language", "de"))]
    if english := row.text("english", ""):
        names.append(SeedName("translation", english, "en"))
    for field, kind in NAME_FIELDS.items():
        names += [SeedName(kind, text) for text in row.texts(field)]
    return tuple(names)


def _places(row: Row, municipalities: Municipalities) -> tuple[SeedPlace, ...]:
    seat = _place(row, "seat", municipalities)
    sites = []
    for entry in row.rows("site"):
        sites.append(_place(entry, "site", municipalities))
        entry.finish()
    return (seat, *sites)


def _place(row: Row, kind: Any, municipalities: Municipalities) -> SeedPlace:
    ags = row.text("ags")
    if ags not in municipalities:
        raise row.error(f"There is no municipality {ags!r}.", "ags")
    town = municipalities[ags]
    if row.text("town", town.name) != town.name:
        raise row.error(f"{ags} is {town.name}, not {row.data['town']}.", "town")
    exact = "lat" in row.data or "lon" in row.data
    return SeedPlace(
        kind=kind,
        town=town.name,
        municipality=ags,
        lat=row.get("lat", float) if exact else town.lat,
        lon=row.get("lon", float) if exact else town.lon,
        precision="address" if exact else "town",
        street=row.text("street", ""),
        postcode=row.text("postcode", ""),
        label=row.text("label", ""),
        source=row.text("place_source", ""),
    )


def _links(row: Row, vocabulary: Vocabulary) -> tuple[SeedLink, ...]:
    links = []
    if website := row.address("website", ""):
        links.append(SeedLink("website", website))
    for entry in row.rows("link"):
        kind = entry.text("kind")
        _check(entry, "kind", (kind,), vocabulary)
        links.append(SeedLink(kind, entry.address("url")))
        entry.finish()
    return tuple(links)


def _identifiers(row: Row, vocabulary: Vocabulary) -> tuple[SeedIdentifier, ...]:
    table = row.get("ids", dict, {})
    source = row.text("ids_source", "")
    if table and not source:
        raise row.error("Say where the identifiers are from.", "ids_source")
    _check(row, "ids", tuple(table), vocabulary)
    inner = Row(table, file=row.file, row=f"{row.row}, ids")
    return tuple(SeedIdentifier(scheme, inner.text(scheme), source) for scheme in table)


def _relations(row: Row, vocabulary: Vocabulary) -> tuple[SeedRelation, ...]:
    relations = []
    for entry in row.rows("relation"):
        kind = entry.text("kind")
        _check(entry, "kind", (kind,), vocabulary)
        relations.append(SeedRelation(kind, entry.text("other"), entry.text("note", "")))
        entry.finish()
    return tuple(relations)


def _role(row: Row, vocabularies: Vocabularies) -> SeedRole:
    key = row.text("role")
    _check(row, "role", (key,), vocabularies["role"])
    offer_de, offer_en = row.bilingual("offer")
    role = SeedRole(
        role=key,
        offer_de=offer_de,
        offer_en=offer_en,
        url=row.address("url", ""),
        values=row.get("values", dict, {}),
    )
    row.finish()
    _check_values(row, role, vocabularies["role"][key].fields)
    return role


def _check_values(row: Row, role: SeedRole, specs: tuple[FieldSpec, ...]) -> None:
    """Values of a role fit its fields; required fields may be unknown in a region's folder."""
    fields = {spec.key: spec for spec in specs}
    for key, value in role.values.items():
        if key not in fields:
            raise row.error(f"The role has no field {key!r}.", "values")
        if not fits(fields[key], value):
            raise row.error(f"{value!r} is no {fields[key].type}.", f"values.{key}")


def fits(spec: FieldSpec, value: Any) -> bool:
    """Whether a value is one that the field can hold."""
    if spec.type == "choice":
        return value in {choice.key for choice in spec.choices}
    if spec.type == "boolean":
        return isinstance(value, bool)
    if spec.type == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if spec.type == "year":
        return isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999
    if spec.type == "date":
        return isinstance(value, date)
    return isinstance(value, str) and bool(value.strip())


__all__ = ["RegionError", "fits", "read_actors"]
