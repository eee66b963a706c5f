"""Invented actors, so that a map can be seen at its real size. Each says "example" in its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from steiger.lib.text import fold
from steiger.regions.region import Region
from steiger.regions.rows import Row, read_toml
from steiger.regions.types import (
    Municipality,
    SeedActor,
    SeedLink,
    SeedName,
    SeedPlace,
    SeedRole,
)

if TYPE_CHECKING:
    from numpy.random import Generator

PATTERNS = "examples.toml"
STATED_ON = date(2025, 11, 24)
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one sort of invented actor looks like; ``weight`` compares it with the others."""

    noun_de: str
    noun_en: str
    weight: int
    role: str
    offer_de: str
    offer_en: str
    methods: tuple[str, ...]
    technologies: tuple[str, ...]
    sectors: tuple[str, ...]
    sizes: tuple[str, ...]
    initiative: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """All patterns of a region, the words of its invented names, and the note that they are."""

    prefix_de: str
    prefix_en: str
    note_de: str
    note_en: str
    words: tuple[str, ...]
    patterns: tuple[Pattern, ...]


def example_actors(region: Region, n: int, seed: int = 1) -> Iterator[SeedActor]:
    """Invented actors, spread over the municipalities like the population.

    The first actors do not depend on how many follow: more examples only add some at the end.

    Args:
        region: whose municipalities, vocabularies and patterns are used.
        n: how many; exactly so many are made.
        seed: the same seed gives the same actors.

    Raises:
        ValueError: n is negative.
        RegionError: the region's patterns name a term that does not exist.
    """
    if n < 0:
        raise ValueError("The number of examples cannot be negative.")
    patterns = _patterns(region)
    weights = np.array([pattern.weight for pattern in patterns.patterns], dtype=float)
    weights /= weights.sum()
    for number, ags in enumerate(_towns(region, n), start=1):
        town = region.municipalities[ags]
        random = np.random.default_rng([seed, number])
        pattern = patterns.patterns[int(random.choice(len(weights), p=weights))]
        point = _point(region, town, random)
        yield _actor(patterns, pattern, town, point=point, number=number, random=random)


def spread(region: Region, n: int) -> dict[str, int]:
    """How many of ``n`` fall to each municipality: in proportion to population.

    Every number differs from the exact proportion by less than one, and no number falls when
    ``n`` grows: the quota method (Balinski and Young, Amer. Math. Monthly 82, 1975, 701–730; see
    also doi:10.1287/moor.4.1.31).
    Municipalities without a known population count as 100 inhabitants per km².
    """
    return dict(Counter(_towns(region, n)))


def _towns(region: Region, n: int) -> Iterator[str]:
    """Keys of the municipalities of the first n examples, in order."""
    towns = list(region.municipalities.values())
    people = np.array([town.population or town.area_km2 * 100 for town in towns], dtype=float)
    share = people / people.sum()
    counts = np.zeros(len(towns))
    for number in range(1, n + 1):
        # Whoever would exceed its exact share rounded up has to wait.
        priority = np.where(counts < number * share, share / (counts + 1), 0.0)
        chosen = int(priority.argmax())
        counts[chosen] += 1
        yield towns[chosen].ags


def _point(region: Region, town: Municipality, random: Generator) -> tuple[float, float]:
    """A point inside the municipality, likelier near its centre; (longitude, latitude)."""
    from shapely import contains_xy, prepare

    border = region.shape(town.ags)
    prepare(border)
    west, south, east, north = border.bounds
    sigma_lat = np.sqrt(town.area_km2) / 5 / KM_PER_DEGREE
    sigma_lon = sigma_lat / np.cos(np.radians(town.lat))
    for attempt in range(50):
        if attempt % 2:
            lon, lat = random.uniform(west, east, 8), random.uniform(south, north, 8)
        else:
            lon = random.normal(town.lon, sigma_lon, 8)
            lat = random.normal(town.lat, sigma_lat, 8)
        lon, lat = np.round(lon, 5), np.round(lat, 5)
        inside = np.flatnonzero(contains_xy(border, lon, lat))
        if inside.size:
            return float(lon[inside[0]]), float(lat[inside[0]])
    middle = border.representative_point()
    return middle.x, middle.y


def _actor(
    patterns: Patterns,
    pattern: Pattern,
    town: Municipality,
    *,
    point: tuple[float, float],
    number: int,
    random: Generator,
) -> SeedActor:
    word = str(random.choice(patterns.words))
    name = f"{patterns.prefix_de} {pattern.noun_de} {word} {town.name} {number}"
    english = f"{patterns.prefix_en} {pattern.noun_en} {word} {town.name} {number}"
    slug = f"{_slug(patterns.prefix_de)}-{number}-{_slug(pattern.noun_de)}-{_slug(town.name)}"
    kind: Literal["organisation", "initiative"] = (
        "initiative" if pattern.initiative else "organisation"
    )
    return SeedActor(
        slug=slug,
        kind=kind,
        names=(SeedName("official", name, "de"), SeedName("translation", english, "en")),
        places=(SeedPlace(town.name, town.ags, point[1], point[0], precision="address"),),
        links=(SeedLink("website", f"https://nr{number}.example.org/"),),
        description_de=f"{patterns.note_de} {pattern.offer_de}",
        description_en=f"{patterns.note_en} {pattern.offer_en}",
        roles=(SeedRole(pattern.role, pattern.offer_de, pattern.offer_en),),
        source=patterns.note_de,
        stated_on=STATED_ON,
        initiative_kind=pattern.initiative,
        methods=pattern.methods,
        technologies=pattern.technologies,
        sectors=pattern.sectors,
        size=_one(pattern.sizes, random),
        is_example=True,
    )


def _one(keys: Sequence[str], random: Generator) -> str:
    return str(random.choice(np.array(keys))) if keys else ""


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in fold(text)).split())[:40]


@lru_cache(maxsize=8)
def _read(path: str) -> Patterns:
    from pathlib import Path

    row = Row(read_toml(Path(path)), file=PATTERNS)
    prefix, note = row.bilingual("prefix"), row.bilingual("note")
    words = row.texts("words")
    patterns = tuple(_pattern(entry) for entry in row.rows("pattern"))
    row.finish()
    if not words or not patterns:
        raise row.error("There must be words and patterns.")
    return Patterns(*prefix, *note, words, patterns)


def _pattern(row: Row) -> Pattern:
    noun, offer = row.bilingual("noun"), row.bilingual("offer")
    weight = row.get("weight", int)
    if weight < 1:
        raise row.error("The weight is at least 1.", "weight")
    pattern = Pattern(
        *noun,
        weight,
        row.key("role"),
        *offer,
        row.texts("methods"),
        row.texts("technologies"),
        row.texts("sectors"),
        row.texts("sizes"),
        row.text("initiative", ""),
    )
    row.finish()
    return pattern


def _patterns(region: Region) -> Patterns:
    """The region's patterns, checked against its vocabularies."""
    patterns = _read(str(region.folder / PATTERNS))
    for number, pattern in enumerate(patterns.patterns, start=1):
        row = Row({}, file=PATTERNS, row=f"pattern {number}")
        wanted = {
            "role": (pattern.role,),
            "method": pattern.methods,
            "technology": pattern.technologies,
            "sector": pattern.sectors,
            "size": pattern.sizes,
            "initiative": (pattern.initiative,) if pattern.initiative else (),
        }
        for vocabulary, keys in wanted.items():
            for key in keys:
                if key not in region.vocabularies[vocabulary]:
                    raise row.error(f"There is no {key!r} in the vocabulary {vocabulary!r}.")
    return patterns
