"""How long a region keeps cases, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from steiger.regions import CaseRules, RegionError, known_regions, load_case_rules


def load(folder: Path, text: str) -> CaseRules:
    (folder / "test").mkdir()
    (folder / "test/cases.toml").write_text(text, encoding="utf-8")
    load_case_rules.cache_clear()
    return load_case_rules("test", folder)


@pytest.mark.parametrize("key", known_regions())
def test_every_region_can_be_read(key: str) -> None:
    assert 1 <= load_case_rules(key).keep_months <= 120


def test_region_without_a_file_has_plain_rules(tmp_path: Path) -> None:
    assert load_case_rules("nowhere", tmp_path) == CaseRules()


def test_what_is_not_said_is_plain(tmp_path: Path) -> None:
    assert load(tmp_path, "keep_months = 6") == CaseRules(keep_months=6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("keep_months = 0", "between 1 and 120"),
        ("keep_months = 121", "between 1 and 120"),
        ('keep_months = "2"', "Expected int"),
        ("link_hours = 169", "between 1 and 168"),
        ("unconfirmed_days = 31", "between 1 and 30"),
        ("keep_month = 2", "no such field"),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RegionError, match=message):
        load(tmp_path, text)
