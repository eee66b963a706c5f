"""What advice needs to know of a region."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from steiger.regions import RegionError, known_regions, load_region
from steiger.regions.advice import load_advice


@pytest.mark.parametrize("key", known_regions())
def test_everyday_words_speak_of_known_topics(key: str) -> None:
    region = load_region(key)
    known = {t.key for name in ("method", "technology") for t in region.vocabularies[name]}
    assert set(load_advice(key).everyday) - known == set()


def test_public_holidays_of_two_years() -> None:
    days = load_advice("nrw").days_off(date(2026, 1, 1), date(2027, 1, 1))
    assert len(days) == 22
    # Good Friday, Corpus Christi, Ascension Day: tables of the state's government.
    assert {date(2026, 4, 3), date(2026, 6, 4), date(2027, 5, 6), date(2026, 11, 1)} <= days


def test_a_region_without_a_file_has_neither(tmp_path: Path) -> None:
    facts = load_advice("leer", tmp_path)
    assert (dict(facts.everyday), facts.holidays) == ({}, ())


@pytest.mark.parametrize(
    "text",
    [
        '[everyday]\nlaw = "DSGVO"',
        '[[holiday]]\nname = { de = "a", en = "b" }\nday = "13-40"',
        '[[holiday]]\nname = { de = "a", en = "b" }\nday = "morgen"',
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/advice.toml").write_text(text)
    with pytest.raises(RegionError, match=r"advice\.toml"):
        load_advice("x", tmp_path)
