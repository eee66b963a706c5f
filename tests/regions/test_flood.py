"""What a region says about floods, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from steiger.regions import FloodWords, RegionError, known_regions, load_flood_words

HEAD = """
level_word = { de = "Stufe", en = "level" }
[[level]]
name = { de = "ruhig", en = "calm" }
meaning = { de = "Nichts.", en = "Nothing." }
[[level]]
name = { de = "Hochwasser", en = "flood" }
meaning = { de = "Nass.", en = "Wet." }
"""
VALLEY = """
[[valley]]
key = "tal"
name = { de = "Tal", en = "Valley" }
river = { de = "Bach", en = "Brook" }
note = { de = "Erfunden.", en = "Invented." }
attribution = { de = "Wir", en = "We" }
licence = "CC0 1.0"
seed = 1
course = [[[7.0, 51.0], [7.1, 51.1]]]
[[valley.sensor]]
id = "a"
name = { de = "A", en = "A" }
at = [7.0, 51.0]
"""


def load(folder: Path, text: str) -> FloodWords:
    place = folder / "test"
    place.mkdir(exist_ok=True)
    (place / "flood.toml").write_text(text, encoding="utf-8")
    load_flood_words.cache_clear()
    return load_flood_words("test", folder)


@pytest.mark.parametrize("key", known_regions())
def test_every_region_has_words_for_its_levels(key: str) -> None:
    words = load_flood_words(key)
    assert [level.number for level in words.levels] == list(range(len(words.levels)))
    assert all(level.name_de and level.name_en for level in words.levels)


def test_valley_of_the_region_says_that_it_is_invented() -> None:
    valley = load_flood_words("nrw").valley
    assert valley is not None
    assert "gibt es nicht" in valley.note_de
    assert "does not exist" in valley.note_en
    assert len(valley.course) == 4
    ids = [sensor.id for sensor in valley.sensors]
    assert len(ids) == len(set(ids)) == 19


def test_region_without_the_file_has_plain_words_and_no_valley(tmp_path: Path) -> None:
    words = load_flood_words("nowhere", tmp_path)
    assert (len(words.levels), words.valley) == (4, None)


def test_file_without_valley(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD).valley is None


def test_whole_file(tmp_path: Path) -> None:
    valley = load(tmp_path, HEAD + VALLEY).valley
    assert valley is not None
    assert (valley.sensors[0].lon, valley.sensors[0].lat) == (7.0, 51.0)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("at = [7.0, 51.0]", "at = [51.0]", "pair of longitude and latitude"),
        ("at = [7.0, 51.0]", "at = [7.0, 151.0]", "no longitude and latitude"),
        ("course = [[[7.0, 51.0], [7.1, 51.1]]]", "course = [[[7.0, 51.0]]]", "two points"),
        ("seed = 1", 'seed = "eins"', "Expected int"),
        ("seed = 1", "seed = 1\ncolour = 3", "no such field"),
        ('key = "tal"', 'key = "Tal"', "no key"),
        ('en = "Valley"', 'en = ""', "empty"),
        ('[[level]]\nname = { de = "Hochwasser"', '[[other]]\nname = { de = "H"', "0 and 1"),
        ('id = "a"', 'id = "a"\n[[valley.sensor]]\nid = "a"', "missing"),
    ],
)
def test_mistake_is_named(tmp_path: Path, before: str, after: str, message: str) -> None:
    text = HEAD + VALLEY
    assert before in text
    with pytest.raises(RegionError, match=message):
        load(tmp_path, text.replace(before, after, 1))
