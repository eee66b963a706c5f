"""Words: compounds, abridged compounds, neighbours, synonyms, mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from steiger.engines.directory.search.analysis import Analyzer, Decompounder
from steiger.engines.directory.search.answering import word_similarity
from steiger.engines.directory.search.vocabulary import NEAREST, Vocabulary, edits_allowed
from steiger.lib.text import tokens

CORPUS = frozenset(
    tokens(
        "Hochwasser Wasser Schutz Meer Meeres Forschung Arbeit Arbeits Markt Beruf Polar Klinik "
        "Universität Kranken Haus Versicherung"
    )
)


def never(word: str) -> bool:
    return False


def analyzer(*synonyms: tuple[str, ...]) -> Analyzer:
    return Analyzer(synonyms, CORPUS)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("hochwasserschutz", ("hochwasser", "schutz")),
        ("meeresforschung", ("meeres", "forschung")),
        ("krankenhausversicherung", ("kranken", "haus", "versicherung")),
        ("wasser", ()),
        ("wasserxyz", ()),
        ("xyzwasser", ()),
        ("schutz4wasser", ()),
    ],
)
def test_compound_is_split_into_known_words(word: str, parts: tuple[str, ...]) -> None:
    assert Decompounder(CORPUS).parts(word) == parts


def test_short_synonym_may_begin_a_compound() -> None:
    assert Decompounder(CORPUS).parts("uniklinik") == ()
    assert analyzer(("Uni", "Universität")).decompounder.parts("uniklinik") == ("uni", "klinik")


@pytest.mark.parametrize(
    ("text", "abridged"),
    [
        ("Institut für Polar- und Meeresforschung", ["polarforschung"]),
        ("Institut für Arbeitsmarkt- und Wasserforschung", ["arbeitsmarktforschung"]),
        ("Wasser- & Hochwasserschutz", ["wasserschutz"]),
        ("Max-Planck-Institut", []),
        ("Polar- und Xylophone", []),
    ],
)
def test_abridged_compound_is_written_out(text: str, abridged: list[str]) -> None:
    assert analyzer().ellipses(text) == abridged


def test_phrase_with_synonyms_counts_as_one_word() -> None:
    words = analyzer(("KI", "Künstliche Intelligenz")).words("Künstliche Intelligenz Köln", never)
    assert [(word.text, word.alternatives) for word in words] == [
        ("kunstliche intelligenz", (("kunstliche", "intelligenz"), ("ki",))),
        ("koln", (("koln",),)),
    ]


def test_neighbours_may_be_one_word() -> None:
    words = analyzer().words("Radio Astronomie Bonn", lambda word: word == "radioastronomie")
    assert [word.alternatives for word in words] == [
        (("radio", "astronomie"), ("radioastronomie",)),
        (("bonn",),),
    ]


def test_only_the_last_word_may_be_unfinished() -> None:
    def typing(text: str) -> list[bool]:
        return [word.typing for word in analyzer().words(text, never)]

    assert typing("wasser schu") == [False, True]
    assert typing("wasser schu ") == [False, False]


def test_words_like_und_are_left_out_unless_they_are_all() -> None:
    def texts(text: str) -> list[str]:
        return [word.text for word in analyzer().words(text, never)]

    assert texts("Institut für Wasser") == ["institut", "wasser"]
    assert texts("und der") == ["und", "der"]


@pytest.mark.parametrize(
    ("word", "edits"),
    [("abc", 0), ("abcd", 1), ("abcdef", 1), ("abcdefg", 2), ("a" * 14, 3), ("2024", 0)],
)
def test_longer_words_may_hold_more_mistakes(word: str, edits: int) -> None:
    assert edits_allowed(word) == edits


SPELLED = st.text("abcdeäß1", min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(SPELLED, max_size=40), SPELLED, st.integers(1, 3))
def test_near_words_are_those_of_a_full_comparison(
    words: list[str], asked: str, edits: int
) -> None:
    distances = {word: OSA.distance(asked, word) for word in words}
    expected = sorted((d, word) for word, d in distances.items() if 0 < d <= edits)[:NEAREST]
    assert [(d, word) for word, d in Vocabulary(words).near(asked, edits)] == expected


def test_a_word_that_sounds_the_same_may_be_one_letter_further_away() -> None:
    words = Vocabulary(["lamarr", "labor", "hammer"])
    assert words.near("lammar") == (("lamarr", 1),)
    assert word_similarity("lammar", "lamarr") > 0.5
    assert words.near("lammax") == ()


def test_the_s_between_the_parts_of_a_compound_is_no_part() -> None:
    split = Decompounder(["wirtschaft", "wirtschafts", "ministerium"])
    assert split.parts("wirtschaftsministerium") == ("wirtschaft", "ministerium")


def test_a_phrase_may_be_one_word_or_said_otherwise() -> None:
    groups = (("Digital Hub", "DIH"), ("digital", "digitaler"))
    (word,) = Analyzer(groups).words("digital hub ", lambda text: text == "digitalhub")
    assert {("dih",), ("digitalhub",), ("digitaler", "hub")} <= set(word.alternatives)


def test_similarity_falls_from_equal_to_beginning_to_mistake_to_nothing() -> None:
    values = [
        word_similarity("hochwasser", said)
        for said in ("hochwasser", "hochwasserschutz", "hochwaser", "wasserwerk")
    ]
    assert values[0] == 1.0
    assert values[3] == 0.0
    assert 0.7 < min(values[1:3]) < 1.0


@given(st.text(max_size=12), st.text(max_size=12))
def test_similarity_is_a_share_and_one_only_for_equals(asked: str, said: str) -> None:
    value = word_similarity(asked, said)
    assert 0.0 <= value <= 1.0
    assert (value == 1.0) == (asked == said)


def test_synonyms_find_the_same_whichever_of_them_a_topic_names() -> None:
    same = (("Wartung", "Instandhaltung", "Predictive Maintenance"), ("Fertigung", "Produktion"))
    topics = (("Industrie", "Produktion", "Instandhaltung"),)
    found = Analyzer(same, CORPUS, topics)
    meanings = [
        set(found.meanings(phrase))
        for phrase in (("wartung",), ("instandhaltung",), ("predictive", "maintenance"))
    ]
    assert meanings[0] == meanings[1] == meanings[2]
    assert ("industrie",) in meanings[0]
    assert ("fertigung",) not in meanings[0], "a topic leads no further"
    assert set(found.meanings(("fertigung",))) == set(found.meanings(("produktion",)))
    assert found.meanings(("wartung",))[0] == ("wartung",)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("prufen", [("pruft",), ("prufet",)]),
        ("hafen", []),
        ("pruft", []),
    ],
)
def test_a_verb_means_its_forms(word: str, forms: list[tuple[str, ...]]) -> None:
    asked = analyzer().words(f"{word} ", never)
    assert [form for form in asked[0].alternatives if form != (word,)] == forms
