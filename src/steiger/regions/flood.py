"""What a region says about floods: words for its warning levels, and a valley to show.

Read from ``<region>/flood.toml``. A region without this file has plain words and no valley.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from steiger.regions.loader import ROOT
from steiger.regions.rows import Row, read_toml

FILE = "flood.toml"


@dataclass(frozen=True, slots=True)
class FloodLevel:
    """One level of warning in words; number 0 is no flood."""

    number: int
    name_de: str
    name_en: str
    meaning_de: str = ""
    meaning_en: str = ""


@dataclass(frozen=True, slots=True)
class ValleySensor:
    """Where a sensor of the valley is shown, and what it is called."""

    id: str
    name_de: str
    name_en: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Valley:
    """A simulated valley, placed on the region's map.

    Attributes:
        key: name of the network in addresses.
        seed: of the simulator's weather; another one makes another history.
        course: lines of the water as (longitude, latitude) in degrees.
    """

    key: str
    name_de: str
    name_en: str
    river_de: str
    river_en: str
    note_de: str
    note_en: str
    attribution_de: str
    attribution_en: str
    licence: str
    licence_url: str
    seed: int
    sensors: tuple[ValleySensor, ...]
    course: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class FloodWords:
    """Everything a region says about floods. ``valley`` is None where there is none to show."""

    level_word_de: str
    level_word_en: str
    levels: tuple[FloodLevel, ...]
    valley: Valley | None = None


PLAIN = FloodWords(
    "Stufe",
    "level",
    (
        FloodLevel(0, "kein Hochwasser", "no flood"),
        FloodLevel(1, "kleines Hochwasser", "small flood"),
        FloodLevel(2, "mittleres Hochwasser", "medium flood"),
        FloodLevel(3, "großes Hochwasser", "large flood"),
    ),
)


@lru_cache(maxsize=8)
def load_flood_words(key: str, root: Path = ROOT) -> FloodWords:
    """Read what a region says about floods.

    Raises:
        RegionError: something in the file is wrong; the message names entry and field.
    """
    path = root / key / FILE
    if not path.exists():
        return PLAIN
    row = Row(read_toml(path), file=FILE)
    word = row.bilingual("level_word")
    levels = tuple(_level(entry, number) for number, entry in enumerate(row.rows("level")))
    if len(levels) < 2:
        raise row.error("At least the levels 0 and 1 are needed.", "level")
    valleys = [_valley(entry) for entry in row.rows("valley")]
    if len(valleys) > 1:
        raise row.error("At most one valley can be shown.", "valley")
    row.finish()
    return FloodWords(word[0], word[1], levels, valleys[0] if valleys else None)


def _level(row: Row, number: int) -> FloodLevel:
    name, meaning = row.bilingual("name"), row.bilingual("meaning")
    row.finish()
    return FloodLevel(number, name[0], name[1], meaning[0], meaning[1])


def _valley(row: Row) -> Valley:
    name, river, note = row.bilingual("name"), row.bilingual("river"), row.bilingual("note")
    attribution = row.bilingual("attribution")
    valley = Valley(
        key=row.key(),
        name_de=name[0],
        name_en=name[1],
        river_de=river[0],
        river_en=river[1],
        note_de=note[0],
        note_en=note[1],
        attribution_de=attribution[0],
        attribution_en=attribution[1],
        licence=row.text("licence"),
        licence_url=row.address("licence_url", ""),
        seed=row.get("seed", int),
        sensors=tuple(_sensor(entry) for entry in row.rows("sensor")),
        course=_course(row),
    )
    if not valley.sensors:
        raise row.error("A valley needs sensors.", "sensor")
    if len({sensor.id for sensor in valley.sensors}) != len(valley.sensors):
        raise row.error("A sensor appears twice.", "sensor")
    row.finish()
    return valley


def _sensor(row: Row) -> ValleySensor:
    name = row.bilingual("name")
    place = _point(row, row.get("at", list), "at")
    sensor = ValleySensor(row.key("id"), name[0], name[1], lat=place[1], lon=place[0])
    row.finish()
    return sensor


def _course(row: Row) -> tuple[tuple[tuple[float, float], ...], ...]:
    lines = row.get("course", list, [])
    if any(not isinstance(line, list) or len(line) < 2 for line in lines):
        raise row.error("Each line needs two points or more.", "course")
    return tuple(tuple(_point(row, point, "course") for point in line) for line in lines)


def _point(row: Row, value: object, field: str) -> tuple[float, float]:
    """Longitude and latitude in degrees."""
    if not isinstance(value, list) or len(value) != 2:
        raise row.error("A point is a pair of longitude and latitude.", field)
    lon, lat = value
    if not all(isinstance(part, int | float) for part in value) or abs(lon) > 180 or abs(lat) > 90:
        raise row.error(f"{value!r} is no longitude and latitude in degrees.", field)
    return float(lon), float(lat)
