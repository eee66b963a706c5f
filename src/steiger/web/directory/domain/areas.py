"""Districts and municipalities: names, figures, neighbours, and what a typed place means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from steiger.engines.directory.search import Query
from steiger.regions import District, Municipality, Place, Region, load_region
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.queries import is_english

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
CHOICES = 6


def region() -> Region:
    """The region that this installation serves."""
    return load_region(settings.REGION)


def region_name() -> str:
    """Its name in the reader's language."""
    here = region()
    return here.name_en if is_english() else here.name_de


def map_name() -> str:
    """What the map of actors is called here, in the reader's language."""
    here = region()
    return here.map_name_en if is_english() else here.map_name_de


@lru_cache(maxsize=4)
def _names(key: str) -> tuple[dict[str, str], dict[str, str]]:
    here = load_region(key)
    districts = {ags: district.display_name for ags, district in here.districts.items()}
    return districts, districts | {ags: town.name for ags, town in here.municipalities.items()}


def district_names() -> Mapping[str, str]:
    """Key of each district → its name as it is spoken."""
    return _names(settings.REGION)[0]


def area_name(ags: str) -> str:
    """Name of a district or municipality; the key itself where it is unknown."""
    return _names(settings.REGION)[1].get(ags, ags)


def area_url(ags: str) -> str:
    """Address of the page of a district or municipality."""
    name = slugify(area_name(ags).translate(_UMLAUTS))
    return reverse("directory:region", kwargs={"ags": ags, "slug": name or "gebiet"})


# --- a typed place ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What a typed town or postcode means.

    Attributes:
        asked: the text.
        place: the place, if it is clear which one is meant.
        choices: places among which the visitor must choose.
    """

    asked: str = ""
    place: Place | None = None
    choices: tuple[Place, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether something was asked that nobody here knows."""
        return bool(self.asked) and self.place is None and not self.choices

    @property
    def is_broken_postcode(self) -> bool:
        """Whether the text is digits, but not five."""
        return self.is_unknown and self.asked.isdigit() and len(self.asked) != 5


@lru_cache(maxsize=4096)
def _resolve(key: str, text: str) -> PlaceAnswer:
    found = load_region(key).find_place(text, limit=20)
    if text.endswith(")"):
        named = [place for place in found if area_label(place) == text]
        named += [
            p for p in load_region(key).find_place(text.rsplit(" (", 1)[0]) if area_label(p) == text
        ]
        if named:
            return PlaceAnswer(text, named[0])
    exact = [place for place in found if place.exact]
    towns = [place for place in exact if place.kind == exact[0].kind] if exact else []
    # Spelling is forgiving ("Neunkirchen" also finds "Neuenkirchen"); the very name comes first.
    same = [place for place in towns if place.label.casefold() == text.casefold()]
    if len(same) == 1:
        return PlaceAnswer(text, same[0])
    if len(towns) == 1 or (towns and towns[0].kind == "postcode"):
        return PlaceAnswer(text, towns[0])
    if len(found) == 1:
        return PlaceAnswer(text, found[0])
    return PlaceAnswer(text, None, tuple((towns or found)[:CHOICES]))


def area_label(place: Place) -> str:
    """A label that says which of several places of one name is meant, and is understood again.

    A municipality that shares its name carries its district in brackets.
    """
    here = region()
    if place.kind != "municipality":
        return place.label
    twins = [town for town in here.municipalities.values() if town.name == place.label]
    if len(twins) < 2:
        return place.label
    return f"{place.label} ({area_name(place.ags[:5])})"


def resolve_place(text: str) -> PlaceAnswer:
    """Which place a town's name or a postcode means."""
    return _resolve(settings.REGION, text) if text else PlaceAnswer()


# --- figures ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AreaFigure:
    """One area with its number of actors.

    Attributes:
        per_100k: actors per 100,000 inhabitants; None where the population is unknown.
    """

    ags: str
    name: str
    population: int | None
    actors: int
    per_100k: float | None

    @property
    def url(self) -> str:
        """Address of its page."""
        return area_url(self.ags)


@dataclass(frozen=True, slots=True)
class AreaPage:
    """Figures of one district or municipality.

    Attributes:
        rank: place by actors per 100,000 inhabitants among the areas of its kind, from 1.
        categories: (key, number of actors), in the order of the vocabulary.
        parts: municipalities of a district, most actors first.
    """

    area: District | Municipality
    figure: AreaFigure
    rank: int | None
    ranked: int
    categories: tuple[tuple[str, int], ...]
    neighbours: tuple[AreaFigure, ...]
    parts: tuple[AreaFigure, ...]

    @property
    def is_district(self) -> bool:
        """Whether this is a district (or a town that is its own district)."""
        return isinstance(self.area, District)


def figures(kind: str) -> list[AreaFigure]:
    """Actors in every "district" or "municipality", in the order of their keys."""
    here = region()
    areas: Mapping[str, District | Municipality] = (
        here.districts if kind == "district" else here.municipalities
    )
    counts = search_index().search(Query(limit=1)).facet_counts.get(kind, {})
    return [_figure(area, counts.get(ags, 0)) for ags, area in areas.items()]


def _figure(area: District | Municipality, actors: int) -> AreaFigure:
    people = area.population
    per = actors * 100_000 / people if people else None
    return AreaFigure(area.ags, area_name(area.ags), people, actors, per)


def area_page(ags: str) -> AreaPage | None:
    """Everything about one area, or None if there is no such area."""
    here = region()
    area = here.area(ags)
    if area is None:
        return None
    kind = "district" if isinstance(area, District) else "municipality"
    everything = {figure.ags: figure for figure in figures(kind)}
    own = everything[ags]
    rates = [f.per_100k for f in everything.values() if f.per_100k is not None]
    rank = 1 + sum(rate > own.per_100k for rate in rates) if own.per_100k is not None else None
    narrow = search_index().search(Query(facets={kind: frozenset({ags})}, limit=1))
    parts: list[AreaFigure] = []
    if isinstance(area, District) and len(area.municipalities) > 1:
        inside = set(area.municipalities)
        parts = [figure for figure in figures("municipality") if figure.ags in inside]
        parts.sort(key=lambda figure: (-figure.actors, figure.name))
    return AreaPage(
        area=area,
        figure=own,
        rank=rank,
        ranked=len(rates),
        categories=tuple(narrow.facet_counts.get("category", {}).items()),
        neighbours=tuple(everything[key] for key in here.neighbours(ags) if key in everything),
        parts=tuple(parts),
    )
