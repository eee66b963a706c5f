"""Folding, splitting, initials, grams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.lib.text import fold, grams, initials, percent, sound, tokens


@pytest.mark.parametrize(
    "spelling", ["Köln", "Koeln", "KOLN", "Ko\u0308ln", "köln", "KÖLN", "ＫÖＬＮ"]
)
def test_spellings_of_a_word_fold_alike(spelling: str) -> None:
    assert fold(spelling) == "koln"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aro"),
        ("naïve Café", "naive cafe"),
        ("", ""),
    ],
)
def test_accents_and_ligatures_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Verein e.V.", ["verein", "ev"]),
        ("R.W.T.H. Aachen", ["rwth", "aachen"]),
        ("E.ON SE", ["eon", "se"]),
        ("St.Augustin", ["st", "augustin"]),
        ("Forschung & Lehre", ["forschung", "und", "lehre"]),
        ("C++ AG", ["c", "plus", "plus", "ag"]),
        ("Max-Planck-Institut", ["max", "planck", "institut"]),
        ("D'Artagnan’s", ["dartagnans"]),
        (" _-_ ", []),
    ],
)
def test_text_is_split_into_folded_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_initials_leave_out_small_words() -> None:
    assert initials(["institut", "fur", "neue", "technik"], frozenset({"fur"})) == "int"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lammar", "lamarr"),
        ("fysik", "physik"),
        ("karakter", "charakter"),
        ("stadt", "statt"),
        ("schmitt", "schmidt"),
        ("folkswagen", "volkswagen"),
        ("fahrad", "fahrrad"),
    ],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("aachen", "aalen"), ("essen", "hessen")])
def test_words_that_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_grams_mark_both_ends() -> None:
    assert grams("KI Haus") == ["^ki$", "^hau", "haus", "aus$"]


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_composition_do_not_matter(text: str) -> None:
    assert tokens(text) == tokens(" " + text + " ")


@given(st.text())
def test_tokens_are_folded_and_hold_no_gaps(text: str) -> None:
    for word in tokens(text):
        assert word
        assert not any(c.isspace() for c in word)
        assert tokens(word) == [word]


@pytest.mark.parametrize(
    ("share", "decimals", "german", "english"),
    [
        (0.05, 0, "5\u00a0%", "5%"),
        (0.125, 1, "12,5\u00a0%", "12.5%"),
        (-0.25, 1, "−25,0\u00a0%", "−25.0%"),
        (-0.0001, 1, "0,0\u00a0%", "0.0%"),
        (12.345, 1, "1.234,5\u00a0%", "1,234.5%"),
    ],
)
def test_a_share_is_written_as_in_its_language(
    share: float, decimals: int, german: str, english: str
) -> None:
    assert percent(share, "de", decimals) == german
    assert percent(share, "en", decimals) == english
