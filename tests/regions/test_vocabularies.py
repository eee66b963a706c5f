"""The words with a fixed meaning."""

from __future__ import annotations

import re

import pytest

from steiger.regions import load_region
from steiger.regions.types import Term
from steiger.regions.vocabularies import REQUIRED

REGION = load_region("nrw")
TERMS = [term for vocabulary in REGION.vocabularies.values() for term in vocabulary]


def test_all_vocabularies_are_there() -> None:
    assert set(REQUIRED) <= set(REGION.vocabularies)


def test_three_categories() -> None:
    labels = [(t.key, t.label_de) for t in REGION.vocabularies["category"]]
    assert labels == [
        ("economy", "Wirtschaft"),
        ("research", "Forschung"),
        ("qualification", "Qualifizierung"),
    ]


@pytest.mark.parametrize(
    "label", ["Forschungseinrichtung", "Forschungskooperation", "Studienangebot"]
)
def test_known_sub_categories_are_kept(label: str) -> None:
    assert label in [term.label_de for term in REGION.vocabularies["role"]]


def test_every_sub_category_has_a_category_and_fields() -> None:
    categories = REGION.vocabularies["category"]
    for role in REGION.vocabularies["role"]:
        assert role.parent in categories
        assert role.fields
        assert any(spec.required for spec in role.fields), role.key


def test_keys_are_unique_across_topics() -> None:
    methods = {t.key for t in REGION.vocabularies["method"]}
    assert not methods & {t.key for t in REGION.vocabularies["technology"]}


@pytest.mark.parametrize("term", TERMS, ids=lambda t: f"{t.vocabulary}-{t.key}")
def test_term_is_bilingual(term: Term) -> None:
    assert term.label_de
    assert term.label_en
    assert bool(term.description_de) == bool(term.description_en)
    assert len(term.label_de) <= 120
    assert len(term.label_en) <= 120
    for spec in term.fields:
        assert spec.label_de
        assert spec.label_en
        assert bool(spec.help_de) == bool(spec.help_en)
        assert spec.as_json()["type"] == spec.type


def test_sections_of_wz_2008_are_complete() -> None:
    sections = [t for t in REGION.vocabularies["sector"] if not t.parent]
    assert "".join(str(t.details["wz2008"]) for t in sections) == "ABCDEFGHIJKLMNOPQRSTU"
    letters = {letter for t in sections for letter in t.details["wz2025"]}
    assert "".join(sorted(letters)) == "ABCDEFGHIJKLMNOPQRSTUV"
    assert len([t for t in REGION.vocabularies["sector"] if t.parent]) == 88


def test_size_classes_leave_no_gap() -> None:
    limits = [
        (t.details["employees_min"], t.details.get("employees_max"))
        for t in REGION.vocabularies["size"]
    ]
    assert limits == [(0, 9), (10, 49), (50, 249), (250, None)]


def test_patterns_of_identifiers_are_valid() -> None:
    for term in REGION.vocabularies["identifier"]:
        re.compile(str(term.details.get("pattern", "")))
        assert "{value}" in str(term.details.get("url", "{value}"))


def test_synonyms_are_enough_and_each_word_stands_once() -> None:
    assert len(REGION.synonyms) >= 60
    words = [word.casefold() for group in REGION.synonyms for word in group]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert any({"KI", "Künstliche Intelligenz", "AI"} <= set(group) for group in REGION.synonyms)
