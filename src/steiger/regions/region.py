"""One region with its places, vocabularies and actors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steiger.lib.text import fold
from steiger.regions.types import (
    AdmissionRule,
    District,
    GeoFiles,
    GovernmentRegion,
    MapSource,
    Municipality,
    Office,
    Place,
    Programme,
    SeedActor,
    Term,
    Vocabulary,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_POSTCODE = re.compile(r"^(?:D[-\s]?)?(\d{5})\b")
#: What people write before a place's name without meaning it.
_PREFIXES = re.compile(
    r"^(?:in|bei|um|near|around|stadt|city of|gemeinde|landkreis|kreis|district of)\s+",
    re.IGNORECASE,
)
_ADDITION = re.compile(r"\s*\([^)]*\)|\s*/.*$")
_SEPARATORS = re.compile(r"[^\w]+")
#: Keys of municipalities begin with the number of a state.
_MUNICIPALITY = re.compile(r"(?:0[1-9]|1[0-6])\d{6}")
_ENDINGS = re.compile(r"\s(?:an der|am|im|in|a d|a|i)\s.*$")


def place_key(name: str) -> str:
    """One form for all spellings of a place's name: "St. Augustin" and "Sankt-Augustin" agree."""
    words = _SEPARATORS.sub(" ", fold(name)).strip()
    return re.sub(r"\bst\b", "sankt", words)


@dataclass(frozen=True)
class Region:
    """One region, read from its folder and checked.

    Attributes:
        key: name of the folder.
        ags: first digits of the official keys of all its areas.
        bounds: (west, south, east, north) in degrees.
        centre: (longitude, latitude) in degrees.
        map_name_de, map_name_en: what the map of actors is called here.
        imprint: operator, street, town, email ...; visibly "Beispiel" until somebody runs a hub.
        open_data: licence and keys of the catalogue of open data, see ``[open_data]``.
        register_subdivision: ISO 3166-2 code without the country, as registers use it.
        register_state_names: names of the state in registers.
        register_nuts: beginning of the NUTS codes of all its areas, or empty.
        government_regions, districts, municipalities: by key, in the order of the keys.
        vocabularies: by key (see ``Vocabulary``).
        synonyms: groups of words that mean the same in a search.
        postcodes: postcode → keys of municipalities; see ``knows_postcode``.
        place_aliases: other names of places → key of the municipality or district.
    """

    key: str
    folder: Path
    name_de: str
    name_en: str
    short_name: str
    country: str
    ags: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    languages: tuple[str, ...]
    map_name_de: str
    map_name_en: str
    imprint: Mapping[str, str]
    open_data: Mapping[str, str]
    register_subdivision: str
    register_state_names: tuple[str, ...]
    register_nuts: str
    offices: tuple[Office, ...]
    programmes: tuple[Programme, ...]
    admission: tuple[AdmissionRule, ...]
    map_sources: tuple[MapSource, ...]
    government_regions: Mapping[str, GovernmentRegion]
    districts: Mapping[str, District]
    municipalities: Mapping[str, Municipality]
    vocabularies: Mapping[str, Vocabulary]
    synonyms: tuple[tuple[str, ...], ...]
    postcodes: Mapping[str, tuple[str, ...]]
    place_aliases: Mapping[str, str]
    adjacency: Mapping[str, tuple[str, ...]]
    seed: tuple[SeedActor, ...]

    @property
    def geo(self) -> GeoFiles:
        """Files for the map."""
        return GeoFiles(self.folder / "geo")

    @property
    def population(self) -> int:
        """Inhabitants of the whole region, as far as known."""
        return sum(district.population or 0 for district in self.districts.values())

    @property
    def area_km2(self) -> float:
        """Area of the whole region."""
        return sum(district.area_km2 for district in self.districts.values())

    def actors(self) -> Iterator[SeedActor]:
        """What the region's editors state about actors, in the order of the files."""
        return iter(self.seed)

    def term(self, vocabulary: str, key: str) -> Term:
        """One term of a vocabulary; KeyError if there is none."""
        return self.vocabularies[vocabulary][key]

    def neighbours(self, ags: str) -> tuple[str, ...]:
        """Keys of the areas of the same kind that share a border with this one."""
        return self.adjacency.get(ags, ())

    def area(self, ags: str) -> District | Municipality | None:
        """The district (5 digits) or municipality (8 digits) with this key."""
        return self.districts.get(ags) or self.municipalities.get(ags)

    def is_elsewhere(self, ags: str) -> bool:
        """Whether this is the key of a municipality in another state."""
        return bool(_MUNICIPALITY.fullmatch(ags)) and not ags.startswith(self.ags)

    def knows_postcode(self, postcode: str) -> bool:
        """Whether this very postcode is in the region's table."""
        return postcode in self.postcodes

    def find_place(self, text: str, limit: int = 10) -> list[Place]:
        """Places that a text may mean, best first; empty if there is none.

        Understands town names with or without umlauts, hyphens, additions ("Hennef" is "Hennef
        (Sieg)") and prefixes ("Stadt Hagen"), beginnings of names ("Dortm"), districts ("Kreis
        Unna", "Unna") and postcodes, alone or before a town. For a postcode that is not in the
        table the middle of the area of its first three digits is given, with ``exact`` False.
        """
        wanted = " ".join(text.split())[:100]
        if match := _POSTCODE.match(wanted):
            found = self._places_of_postcode(match.group(1))
            if found:
                return found[:limit]
            wanted = wanted[match.end() :]
        return self._places_of_name(wanted)[:limit]

    def locate(self, lon: float, lat: float) -> str | None:
        """Key of the municipality at a point, or None outside the region.

        Borders are simplified (some hundred metres), so close to a border the neighbour may win.
        """
        from shapely.geometry import Point

        keys, tree = self._tree
        hits = tree.query(Point(lon, lat), predicate="intersects")
        return min((keys[int(i)] for i in hits), default=None)

    def shape(self, ags: str) -> BaseGeometry:
        """Simplified border of a district (5 digits) or municipality (8 digits), in degrees."""
        return self._shapes[ags]

    # -- inner --------------------------------------------------------------------------------

    @cached_property
    def _shapes(self) -> dict[str, BaseGeometry]:
        from shapely.geometry import shape

        shapes = {}
        for path in (self.geo.districts, self.geo.municipalities):
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
                shapes[feature["properties"]["ags"]] = shape(feature["geometry"])
        return shapes

    @cached_property
    def _tree(self) -> tuple[list[str], Any]:
        from shapely import STRtree

        keys = list(self.municipalities)
        return keys, STRtree([self._shapes[key] for key in keys])

    @cached_property
    def _names(self) -> list[tuple[str, Place]]:
        """All names under which a place can be found, towns before districts, large ones first."""
        names: list[tuple[str, Place]] = []
        towns = sorted(self.municipalities.values(), key=lambda m: -(m.population or 0))
        for town in towns:
            place = Place("municipality", town.ags, town.name, town.lon, town.lat)
            bare = _ADDITION.sub("", town.name)
            short = _ENDINGS.sub("", place_key(bare))
            keys = dict.fromkeys((place_key(town.name), place_key(bare), short))
            names.extend((key, place) for key in keys)
        for district in self.districts.values():
            if len(district.municipalities) > 1:
                place = Place(
                    "district", district.ags, district.display_name, district.lon, district.lat
                )
                keys = dict.fromkeys(map(place_key, (district.name, district.display_name)))
                names.extend((key, place) for key in keys)
        for alias, ags in self.place_aliases.items():
            area = self.area(ags)
            if area is not None:
                if isinstance(area, District):
                    place = Place("district", ags, area.display_name, area.lon, area.lat)
                else:
                    place = Place("municipality", ags, area.name, area.lon, area.lat)
                names.append((place_key(alias), place))
        return names

    def _places_of_name(self, text: str) -> list[Place]:
        key = place_key(text)
        bare = place_key(_PREFIXES.sub("", text))
        if not bare:
            return []
        ranked: dict[str, tuple[int, Place]] = {}
        district_first = bare != key and "kreis" in key
        for name, place in self._names:
            if name in (key, bare):
                rank = 0 if (place.kind == "district") == district_first else 1
            elif name.startswith(bare) and len(bare) >= 2:
                rank = 2
            elif f" {bare}" in name and len(bare) >= 3:
                rank = 3
            else:
                continue
            exact = rank < 2
            known = ranked.get(place.ags)
            if known is None or rank < known[0]:
                ranked[place.ags] = (
                    rank,
                    Place(place.kind, place.ags, place.label, place.lon, place.lat, exact=exact),
                )
        return [place for _, place in sorted(ranked.values(), key=lambda pair: pair[0])]

    def _places_of_postcode(self, code: str) -> list[Place]:
        towns = [self.municipalities[ags] for ags in self.postcodes.get(code, ())]
        if towns:
            return [
                Place("postcode", t.ags, f"{code} {t.name}", t.lon, t.lat, postcode=code)
                for t in towns
            ]
        near = {
            ags for known, keys in self.postcodes.items() if known[:3] == code[:3] for ags in keys
        }
        if not near:
            return []
        lon = sum(self.municipalities[ags].lon for ags in near) / len(near)
        lat = sum(self.municipalities[ags].lat for ags in near) / len(near)
        ags = self.locate(lon, lat) or min(near)
        label = f"{code} ({self.municipalities[ags].name})"
        return [Place("postcode", ags, label, lon, lat, postcode=code, exact=False)]
