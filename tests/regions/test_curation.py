"""How a region tends its map, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from steiger.regions import RegionError, known_regions, load_curation_rules
from steiger.regions.curation import OUTCOMES, PLAIN

REASONS = "\n".join(
    f'[[reason]]\nkey = "{one}_it"\noutcome = "{one}"\ntext = {{ de = "a", en = "b" }}'
    for one in OUTCOMES
)


@pytest.mark.parametrize("key", known_regions())
def test_every_region_can_be_read(key: str) -> None:
    rules = load_curation_rules(key)
    assert {reason.outcome for reason in rules.reasons} == set(OUTCOMES)
    assert rules.fresh_months < rules.archive_months


def test_region_without_a_file_has_plain_rules(tmp_path: Path) -> None:
    assert load_curation_rules("nowhere", tmp_path) == PLAIN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fresh_months = 0\n" + REASONS, "between 1 and"),
        ('reminders = "2"\n' + REASONS, "Expected int"),
        ('four_eyes = ["all"]\n' + REASONS, "none of new"),
        ("fresh_month = 2\n" + REASONS, "no such field"),
        ("fresh_months = 2", "no reason with the outcome 'accept'"),
        (REASONS.replace('outcome = "ask"', 'outcome = "maybe"'), "none of accept"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test/curation.toml").write_text(text, encoding="utf-8")
    load_curation_rules.cache_clear()
    with pytest.raises(RegionError, match=message):
        load_curation_rules("test", tmp_path)
