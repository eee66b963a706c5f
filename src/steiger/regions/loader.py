"""Reads a region's folder and rejects what makes no sense, naming file, row and field."""

from __future__ import annotations

import csv
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from steiger.regions.region import Region
from steiger.regions.rows import Row, read_toml
from steiger.regions.seeds import read_actors
from steiger.regions.types import (
    AdmissionRule,
    District,
    GovernmentRegion,
    MapSource,
    Municipality,
    Office,
    Programme,
    RegionError,
)
from steiger.regions.vocabularies import read_synonyms, read_vocabularies

ROOT = Path(__file__).resolve().parent
SETTINGS = "region.toml"


def known_regions(root: Path = ROOT) -> list[str]:
    """Keys of all regions that come with the product."""
    return sorted(path.parent.name for path in root.glob(f"*/{SETTINGS}"))


@lru_cache(maxsize=8)
def load_region(key: str, root: Path = ROOT) -> Region:
    """Read one region.

    Args:
        key: name of the folder.
        root: where the folders of the regions lie.

    Raises:
        RegionError: there is no such folder, or something in it is wrong.
    """
    if key not in known_regions(root):
        known = ", ".join(known_regions(root))
        raise RegionError(f"There is no region {key!r}. Known: {known}.", file=SETTINGS)
    row = Row(read_toml(root / key / SETTINGS), file=SETTINGS)
    if row.key() != key:
        raise row.error(f"The folder is called {key!r}.", "key")
    region = _region(key, root / key, row)
    row.finish()
    return region


def _region(key: str, folder: Path, row: Row) -> Region:
    government_regions = tuple(_government_region(entry) for entry in row.rows("government_region"))
    municipalities = _municipalities(folder / "geo/municipalities.geojson")
    districts = _districts(folder / "geo/districts.geojson", municipalities, government_regions)
    vocabularies = read_vocabularies(folder / "vocabularies")
    actors = read_actors(folder / "actors", vocabularies, municipalities)
    name, map_name = row.bilingual("name"), row.bilingual("map_name")
    register = Row(row.get("register", dict, {}), file=SETTINGS, row="register")
    subdivision, state_names = register.text("subdivision", ""), register.texts("state_names")
    nuts = register.text("nuts", "")
    register.finish()
    return Region(
        key=key,
        folder=folder,
        name_de=name[0],
        name_en=name[1],
        short_name=row.text("short_name"),
        country=row.text("country"),
        ags=row.text("ags"),
        bounds=_numbers(row, "bounds", 4),  # type: ignore[arg-type]
        centre=_numbers(row, "centre", 2),  # type: ignore[arg-type]
        languages=row.texts("languages"),
        map_name_de=map_name[0],
        map_name_en=map_name[1],
        imprint=_strings(row, "imprint"),
        open_data=_strings(row, "open_data"),
        register_subdivision=subdivision,
        register_state_names=state_names,
        register_nuts=nuts,
        offices=tuple(_office(entry) for entry in row.rows("office")),
        programmes=_programmes(row, {actor.slug for actor in actors}),
        admission=tuple(_rule(entry) for entry in row.rows("admission")),
        map_sources=tuple(_map_source(entry) for entry in row.rows("map_source")),
        government_regions={item.ags: item for item in government_regions},
        districts=districts,
        municipalities=municipalities,
        vocabularies=vocabularies,
        synonyms=read_synonyms(folder / "vocabularies"),
        postcodes=_postcodes(folder / "geo/postcodes.csv", municipalities),
        place_aliases=_aliases(row, districts, municipalities),
        adjacency=_adjacency(folder / "geo/neighbours.json", {*districts, *municipalities}),
        seed=actors,
    )


def _numbers(row: Row, field: str, count: int) -> tuple[float, ...]:
    values = row.get(field, list)
    if len(values) != count or not all(isinstance(value, int | float) for value in values):
        raise row.error(f"Expected {count} numbers.", field)
    return tuple(float(value) for value in values)


def _strings(row: Row, field: str) -> dict[str, str]:
    table = row.get(field, dict)
    inner = Row(table, file=row.file, row=field)
    return {key: inner.text(key) for key in table}


def _aliases(row: Row, *areas: dict[str, Any]) -> dict[str, str]:
    aliases = _strings(row, "place_aliases")
    for alias, ags in aliases.items():
        if not any(ags in known for known in areas):
            raise RegionError(
                f"There is no area {ags!r}.", file=row.file, row="place_aliases", field=alias
            )
    return aliases


def _features(path: Path) -> list[Row]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        rows = [Row(feature["properties"], file=path.name) for feature in features]
    except FileNotFoundError:
        raise RegionError("The file is missing.", file=path.name) from None
    except (KeyError, TypeError, ValueError) as error:
        raise RegionError(f"This is not a GeoJSON collection: {error}.", file=path.name) from None
    for number, row in enumerate(rows, start=1):
        row.row = f"feature {number}"
    return rows


def _key(row: Row, field: str, digits: int) -> str:
    value = row.text(field)
    if not re.fullmatch(rf"\d{{{digits}}}", value):
        raise row.error(f"{value!r} has not {digits} digits.", field)
    return value


def _population(row: Row) -> int | None:
    if row.data.get("population") is None:
        return None
    return int(row.get("population", int))


def _municipalities(path: Path) -> dict[str, Municipality]:
    found = {}
    for row in _features(path):
        ags = _key(row, "ags", 8)
        if ags in found:
            raise row.error(f"{ags!r} appears twice.", "ags")
        found[ags] = Municipality(
            ags=ags,
            name=row.text("name"),
            kind=row.text("kind"),
            district=_key(row, "district", 5),
            lon=row.get("lon", float),
            lat=row.get("lat", float),
            area_km2=row.get("area_km2", float),
            population=_population(row),
        )
    return dict(sorted(found.items()))


def _districts(
    path: Path,
    municipalities: dict[str, Municipality],
    government_regions: tuple[GovernmentRegion, ...],
) -> dict[str, District]:
    members: dict[str, list[str]] = {}
    for municipality in municipalities.values():
        members.setdefault(municipality.district, []).append(municipality.ags)
    found = {}
    for row in _features(path):
        ags = _key(row, "ags", 5)
        if ags not in members:
            raise row.error(f"No municipality lies in {ags!r}.", "ags")
        above = [item.ags for item in government_regions if ags.startswith(item.ags)]
        found[ags] = District(
            ags=ags,
            name=row.text("name"),
            kind=row.text("kind"),
            government_region=above[0] if above else "",
            lon=row.get("lon", float),
            lat=row.get("lat", float),
            area_km2=row.get("area_km2", float),
            population=_population(row),
            municipalities=tuple(members[ags]),
            largest=_key(row, "largest", 8),
        )
    if missing := set(members) - set(found):
        raise RegionError(f"Without a district: {', '.join(sorted(missing))}.", file=path.name)
    return dict(sorted(found.items()))


def _adjacency(path: Path, keys: set[str]) -> dict[str, tuple[str, ...]]:
    near = json.loads(path.read_text(encoding="utf-8"))
    for ags, others in near.items():
        if unknown := {ags, *others} - keys:
            raise RegionError(f"Unknown areas: {sorted(unknown)}.", file=path.name, row=ags)
    return {ags: tuple(others) for ags, others in near.items()}


def _postcodes(path: Path, municipalities: dict[str, Municipality]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            code, ags = row.get("postcode") or "", row.get("ags") or ""
            if not re.fullmatch(r"\d{5}", code):
                raise RegionError(
                    f"{code!r} has not five digits.",
                    file=path.name,
                    row=f"row {number}",
                    field="postcode",
                )
            if ags not in municipalities:
                raise RegionError(
                    f"There is no municipality {ags!r}.",
                    file=path.name,
                    row=f"row {number}",
                    field="ags",
                )
            found.setdefault(code, []).append(ags)
    return {code: tuple(keys) for code, keys in sorted(found.items())}


def _government_region(row: Row) -> GovernmentRegion:
    item = GovernmentRegion(_key(row, "ags", 3), row.text("name"))
    row.finish()
    return item


def _office(row: Row) -> Office:
    role = row.bilingual("role")
    office = Office(
        row.key(), row.text("name"), role[0], role[1], row.address("website"), row.text("source")
    )
    row.finish()
    return office


def _programmes(row: Row, slugs: set[str]) -> tuple[Programme, ...]:
    found = []
    for entry in row.rows("programme"):
        name, description = entry.bilingual("name"), entry.bilingual("description")
        actor = entry.text("actor", "")
        if actor and actor not in slugs:
            raise entry.error(f"There is no actor {actor!r}.", "actor")
        found.append(
            Programme(
                key=entry.key(),
                kind=entry.text("kind"),
                name_de=name[0],
                name_en=name[1],
                description_de=description[0],
                description_en=description[1],
                source=entry.text("source"),
                actor=actor,
            )
        )
        entry.finish()
    return tuple(found)


def _rule(row: Row) -> AdmissionRule:
    text = row.bilingual("text")
    rule = AdmissionRule(row.key(), text[0], text[1])
    row.finish()
    return rule


def _map_source(row: Row) -> MapSource:
    attribution = row.bilingual("attribution")
    source = MapSource(
        key=row.key(),
        attribution_de=attribution[0],
        attribution_en=attribution[1],
        licence=row.text("licence"),
        licence_url=row.address("licence_url", ""),
        url=row.address("url", ""),
    )
    row.finish()
    return source
