"""A mistake in a region's folder is named with file, row and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from steiger.regions import RegionError, load_region
from steiger.regions.loader import ROOT

ACTOR = """
stated_on = 2025-11-24
[[actor]]
slug = "beispiel"
name = "Beispiel GmbH"
ags = "05914000"
website = "https://www.example.org/"
source = "Beispiel"
[[actor.role]]
role = "provider"
offer = { de = "Ein Beispiel.", en = "An example." }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the region with one actor, to be broken."""
    shutil.copytree(ROOT / "nrw", tmp_path / "nrw")
    for path in (tmp_path / "nrw/actors").glob("*.toml"):
        path.unlink()
    (tmp_path / "nrw/actors/beispiel.toml").write_text(ACTOR, encoding="utf-8")
    # Programmes name actors that the copy no longer has; they stand at the end of the file.
    settings = tmp_path / "nrw/region.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text[: text.index("[[programme]]")], encoding="utf-8")
    return tmp_path / "nrw"


def load_error(folder: Path) -> RegionError:
    load_region.cache_clear()
    with pytest.raises(RegionError) as caught:
        load_region("nrw", folder.parent)
    return caught.value


def test_copy_loads(folder: Path) -> None:
    load_region.cache_clear()
    assert [actor.slug for actor in load_region("nrw", folder.parent).actors()] == ["beispiel"]


def test_unknown_region_names_the_known_ones() -> None:
    with pytest.raises(RegionError, match="nrw"):
        load_region("atlantis")


@pytest.mark.parametrize(
    ("old", "new", "field", "part"),
    [
        ('slug = "beispiel"', 'slug = "Bei spiel"', "slug", "a-z"),
        ('name = "Beispiel GmbH"', "", "name", "missing"),
        ('name = "Beispiel GmbH"', 'name = " Beispiel"', "name", "space"),
        ('name = "Beispiel GmbH"', "name = 7", "name", "str"),
        ('ags = "05914000"', 'ags = "09162000"', "ags", "09162000"),
        ('ags = "05914000"', 'ags = "05914000"\ntown = "Unna"', "town", "Hagen"),
        ("https://www.example.org/", "http://www.example.org/", "website", "https"),
        ("https://www.example.org/", "https://a b.de/", "website", "https"),
        ('role = "provider"', 'role = "wizard"', "role", "wizard"),
        ('en = "An example."', 'fr = "Un exemple."', "en", "missing"),
        ('source = "Beispiel"', "", "source", "missing"),
        ('source = "Beispiel"', 'source = "B"\ntypo = 1', "typo", "no such field"),
        ('source = "Beispiel"', 'source = "B"\nsectors = ["wz999"]', "sectors", "wz999"),
        ('source = "Beispiel"', 'source = "B"\nsize = "giant"', "size", "giant"),
        ('source = "Beispiel"', 'source = "B"\nids = { ror = "x" }', "ids_source", "from"),
        ('An example." }', 'An example." }\nvalues = { nonsense = 1 }', "values", "nonsense"),
        ('An example." }', 'An example." }\nvalues = { trial = "ja" }', "values.trial", "boolean"),
        (
            "[[actor.role]]",
            '[[actor.relation]]\nkind = "part_of"\nother = "niemand"\n[[actor.role]]',
            "relation",
            "niemand",
        ),
    ],
)
def test_broken_actor(folder: Path, old: str, new: str, field: str, part: str) -> None:
    assert old in ACTOR
    path = folder / "actors/beispiel.toml"
    path.write_text(ACTOR.replace(old, new), encoding="utf-8")
    error = load_error(folder)
    assert (error.file, error.field) == ("beispiel.toml", field)
    assert part in str(error)


def test_slug_twice(folder: Path) -> None:
    text = ACTOR + ACTOR.replace("stated_on = 2025-11-24", "")
    (folder / "actors/beispiel.toml").write_text(text, encoding="utf-8")
    assert "twice" in str(load_error(folder))


def test_broken_toml(folder: Path) -> None:
    (folder / "actors/beispiel.toml").write_text("[[actor", encoding="utf-8")
    assert load_error(folder).file == "beispiel.toml"


def test_wrong_encoding(folder: Path) -> None:
    (folder / "actors/beispiel.toml").write_bytes("name = 'Köln'".encode("latin-1"))
    assert "UTF-8" in str(load_error(folder))


def test_vocabulary_missing(folder: Path) -> None:
    (folder / "vocabularies/roles.toml").unlink()
    assert "'role'" in str(load_error(folder))


def test_sub_category_without_category(folder: Path) -> None:
    path = folder / "vocabularies/roles.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('parent = "economy"', 'parent = "nowhere"', 1), encoding="utf-8")
    assert load_error(folder).field == "parent"


def test_postcode_of_an_unknown_town(folder: Path) -> None:
    path = folder / "geo/postcodes.csv"
    path.write_text("postcode,ags\n58095,05914000\n10115,11000000\n", encoding="utf-8")
    error = load_error(folder)
    assert (error.file, error.row, error.field) == ("postcodes.csv", "row 3", "ags")


def test_settings_with_unknown_field(folder: Path) -> None:
    path = folder / "region.toml"
    path.write_text("typo = 1\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert (load_error(folder).file, load_error(folder).field) == ("region.toml", "typo")


def test_pattern_with_unknown_term(folder: Path) -> None:
    from steiger.regions import example_actors

    path = folder / "examples.toml"
    text = path.read_text(encoding="utf-8").replace('role = "user"', 'role = "wizard"', 1)
    path.write_text(text, encoding="utf-8")
    load_region.cache_clear()
    with pytest.raises(RegionError, match="wizard"):
        next(example_actors(load_region("nrw", folder.parent), 1))


def test_programme_of_an_unknown_actor(folder: Path) -> None:
    path = folder / "region.toml"
    entry = """
[[programme]]
key = "beispiel"
kind = "project"
actor = "niemand"
name = { de = "Beispiel", en = "Example" }
description = { de = "Ein Beispiel.", en = "An example." }
source = "Beispiel"
"""
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    error = load_error(folder)
    assert (error.row, error.field) == ("programme beispiel", "actor")
