"""Laws and rules of matching names."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.directory.matching import (
    Matcher,
    MatchingError,
    Organisation,
    clusters,
    find_duplicates,
)
from steiger.engines.directory.matching.comparing import Comparer
from steiger.engines.directory.matching.words import read

POOL = [
    Organisation("1", "University of Bonn", ("Universität Bonn",), "Bonn", "", "DE",
                 website="https://www.uni-bonn.de", types=("education",)),
    Organisation("2", "Technische Universität Dortmund", ("TU Dortmund",), "Dortmund", "", "DE",
                 types=("education",)),
    Organisation("3", "Beispielwerk Künstliche Sicht GmbH", (), "Köln", "", "DE",
                 website="beispielwerk.example"),
    Organisation("4", "Institut für Grubenlicht", ("IFGL",), "Essen", "", "DE"),
    Organisation("5", "Wetterfunk Beispiel (Germany)", (), "Hagen", "", "DE"),
    Organisation("6", "Wetterfunk Beispiel (Japan)", (), "Tokyo", "", "JP"),
]  # fmt: skip
MATCHER = Matcher.build(POOL)
words = st.sampled_from(
    ["university", "bonn", "dortmund", "grubenlicht", "institute", "wetterfunk", "sicht"]
)
names = st.lists(words, min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Department of Physics, Univ. of Bonn, Bonn, Germany", ["1"]),
        ("", []),
        ("; , ( )", []),
        ("Department of Physics", []),
        ("University of Bonn Hospital, Bonn, Germany", []),
    ],
)
def test_affiliations_name_what_stands_in_them(text: str, expected: list[str]) -> None:
    assert [one.id for one in MATCHER.match(text)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Beispielwerk Kuenstliche Sicht", "3"),
        ("Künstliche Sicht, Beispielwerk AG", "3"),
        ("Uni Bonn", "1"),
        ("TU Dortmund", "2"),
        ("IFGL", "4"),
        ("IFGL - Institut für Grubenlicht e.V.", "4"),
        ("Institut für Grubenlciht", "4"),
    ],
)
def test_typical_typing_finds_the_entry(name: str, expected: str) -> None:
    assert [one.id for one in MATCHER.suggest(name)][:1] == [expected]


@pytest.mark.parametrize(
    "name", ["Institut für Wetterfunk", "Universität", "Neuer Verein Xyz", " "]
)
def test_new_names_raise_no_alarm(name: str) -> None:
    assert MATCHER.suggest(name) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Lampen-Institut", ["7"]),
        ("Lampen", ["7"]),
        ("Stollen Rat", ["8"]),
        ("Lampen Universität", []),  # another kind
        ("Lampen-Institut für Grubenlicht", []),  # for something else
        ("Institut", []),
    ],
)
def test_short_forms_mean_what_stands_before_the_purpose(typed: str, expected: list[str]) -> None:
    matcher = Matcher.build(
        [
            *POOL,
            Organisation("7", "Lampen-Institut für Maschinelles Lernen und Schätzen"),
            Organisation("8", "Stollen Rat – Verein der Beispielstädte"),
        ]
    )
    assert [one.id for one in matcher.suggest(typed)] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Stollen IGL", ["7"]),  # whose it is, and its acronym
        ("Bochum IGL", ["7"]),
        ("IGL Hagen", []),  # another town
        ("Stollen igl", []),  # no acronym
        ("Institut IGL", []),  # says no more than the acronym
        ("SLI für Nachtlicht", ["8"]),
        ("SLI Nachtlicht", ["8"]),
        ("SLI für Taglicht", []),
        ("SLX Nachtlicht", []),
        ("SLI", []),
        ("FZ Neustadt", ["9"]),
        ("HS Altstadt", ["10"]),
        ("FH Altstadt", ["10"]),
        ("HZ Altstadt", []),
        ("LM Oberdorf", []),  # "Lampenmuseum" says more than what kind it is
    ],
)
def test_acronyms_with_more_and_initials_mean_an_entry(typed: str, expected: list[str]) -> None:
    matcher = Matcher.build(
        [
            *POOL,
            Organisation("7", "Stollen-Institut für Geleucht", ("IGL",), "Bochum", "", "DE"),
            Organisation("8", "Stollen-Lampen-Institut für Nachtlicht"),
            Organisation("9", "Forschungszentrum Neustadt"),
            Organisation("10", "Hochschule Altstadt"),
            Organisation("11", "Lampenmuseum Oberdorf"),
        ]
    )
    assert [one.id for one in matcher.suggest(typed)] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Grbuenlicht", ["7"]),  # swapped
        ("Grbuennlicht AG", []),  # two mistakes
        ("rubenlicht AG", ["7"]),  # the first letter dropped
        ("Grubenlicht AGG", ["7"]),  # in the legal form
        ("Universitt Bonn", ["1"]),  # in a word of one kind
        ("Universjtät Bonn", ["1"]),
        ("Universität onn", ["1"]),
        ("TU Dortmunnd", ["2"]),  # in another name of several words
        ("IFGLL", []),  # acronyms are too much alike
        ("Kohlle", ["8"]),
        ("Kohlen", ["9"]),  # typed as somebody is called
        ("Kola", []),  # too short
        ("Stollen 3", []),  # another number
    ],
)
def test_one_typing_mistake_means_the_entry(typed: str, expected: list[str]) -> None:
    matcher = Matcher.build(
        [
            *POOL,
            Organisation("7", "Grubenlicht AG"),
            Organisation("8", "Kohle"),
            Organisation("9", "Kohlen e.V."),
            Organisation("10", "Kolk"),
            Organisation("11", "Stollen 2"),
        ]
    )
    assert [one.id for one in matcher.suggest(typed)] == expected


def test_a_typing_mistake_in_another_country_s_name_raises_no_alarm() -> None:
    assert [one.id for one in MATCHER.suggest("Wetterfnuk Beispiel (Japan)")] == ["6"]


@pytest.mark.parametrize(
    ("name", "website", "expected"),
    [
        ("Ganz andere Leute", "https://beispielwerk.example/wir", [("3", ("same_domain",))]),
        ("", "www.beispielwerk.example", [("3", ("same_domain",))]),
        ("Ganz andere Leute", "https://sub.beispielwerk.example", []),
        ("Ganz andere Leute", "https://sites.google.com/wir", []),  # a page of everybody's
        ("Ganz andere Leute", "https://viele.example", []),  # more than three entries
        ("Stollen 23", "https://viele.example", [("23", ("same_domain", "same_name"))]),
    ],
)
def test_a_website_means_who_has_it(
    name: str, website: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    shared = [
        Organisation(f"2{n}", f"Stollen 2{n}", website="https://viele.example") for n in range(4)
    ]
    page = Organisation("30", "Zechenbahn", website="https://sites.google.com/zechenbahn")
    matcher = Matcher.build([*POOL, *shared, page])
    assert [(one.id, one.reasons) for one in matcher.suggest(name, website=website)] == expected


def test_a_country_in_brackets_tells_namesakes_apart() -> None:
    assert [one.id for one in MATCHER.suggest("Wetterfunk Beispiel (Japan)")] == ["6"]


@pytest.mark.parametrize("one", POOL[:4], ids=lambda one: one.id)
def test_the_exact_name_of_a_unique_organisation_comes_first(one: Organisation) -> None:
    found = MATCHER.suggest(one.name)[0]
    assert (found.id, found.score, found.reasons) == (one.id, 1.0, ("same_name",))


@given(st.permutations(POOL))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_pool_does_not_matter(pool: list[Organisation]) -> None:
    other = Matcher.build(pool)
    assert other.pool.to_bytes() == MATCHER.pool.to_bytes()


@given(names, names)
@settings(max_examples=150, deadline=None)
def test_likeness_is_symmetric_and_one_for_itself(one: list[str], other: list[str]) -> None:
    comparer = Comparer(MATCHER.pool)
    there = comparer.likeness(one, other)
    assert there == pytest.approx(comparer.likeness(other, one))
    assert 0 <= there <= 1
    assert comparer.likeness(one, list(reversed(one))) == 1


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_can_be_read_and_matched(text: str) -> None:
    read(text)
    MATCHER.match(text)
    MATCHER.suggest(text, town=text, website=text)


def test_what_is_saved_answers_the_same(tmp_path: Path) -> None:
    MATCHER.save(tmp_path / "pool.npz")
    loaded = Matcher.load(tmp_path / "pool.npz")
    text = "Universität Bonn, 53113 Bonn; TU Dortmund"
    assert loaded.match(text) == MATCHER.match(text)
    assert loaded.suggest("Uni Bonn") == MATCHER.suggest("Uni Bonn")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"text"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pool.npz"
    path.write_bytes(content)
    with pytest.raises(MatchingError, match=r"pool\.npz"):
        Matcher.load(path)


def test_two_entries_with_one_id_are_refused() -> None:
    with pytest.raises(MatchingError, match="'1'"):
        Matcher.build([POOL[0], POOL[0]])


@pytest.mark.parametrize("field", [{"id": ""}, {"name": " "}, {"country": "DEU"}])
def test_nonsense_is_refused_at_the_door(field: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"organisation|country"):
        replace(POOL[0], **field)  # type: ignore[arg-type]


def _with_duplicates() -> list[Organisation]:
    return [
        *POOL,
        replace(POOL[2], id="7", name="Beispielwerk Kuenstliche Sicht AG"),
        Organisation("8", "Grubenlicht-Institut e.V.", (), "Essen", "", "DE"),
    ]


def test_duplicates_say_why_and_do_not_depend_on_workers_or_order() -> None:
    entries = _with_duplicates()
    alone = find_duplicates(entries)
    assert {(p.first, p.second) for p in alone} == {("3", "7"), ("4", "8")}
    assert {"same_name", "same_domain", "same_town"} == set(alone[0].reasons)
    random.Random(1).shuffle(entries)
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as executor:
            assert find_duplicates(entries, executor) == alone


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("University of Grubenau", "Grubenau"), ("University of Grubenau Library", "Grubenau"), 0),
        (
            ("Kohlenstaub Wetterfunk Grubenlicht Zechenbahn Turmuhr Bergbau Center", "Bonn"),
            ("Kohlenstaub Wetterfunk Grubenlicht Zechenbahn Turmuhr Bergbau Center Essen", "Essen"),
            0,
        ),
        (
            ("Kohlenstaub Wetterfunk Grubenlicht Zechenbahn Turmuhr Bergbau Center", "Bonn"),
            ("Kohlenstaub Wetterfunk Grubenlicht Zechenbahn Turmuhr Bergbau Center Bonn", "Bonn"),
            1,
        ),
        (("University of Grubenau", "Grubenau"), ("Universität Grubenau", "Grubenau"), 1),
    ],
)
def test_a_part_or_a_site_is_not_its_whole(
    one: tuple[str, str], other: tuple[str, str], same: int
) -> None:
    entries = [
        Organisation(str(number), name, (), town, "", "DE", website="https://www.grubenau.example")
        for number, (name, town) in enumerate((one, other))
    ]
    assert len(find_duplicates(entries)) == same


def test_schools_of_one_kind_in_a_town_are_not_one() -> None:
    entries = [
        Organisation("1", "Fachhochschule Essen", (), "Essen", "", "DE", website="https://fh.example"),
        Organisation("2", "Hochschule für Technik Essen", ("Hochschule Essen",), "Essen", "", "DE",
                     website="https://ht.example"),
    ]  # fmt: skip
    assert find_duplicates(entries) == []


def test_clusters_join_what_pairs_connect() -> None:
    pairs = find_duplicates([*_with_duplicates(), replace(POOL[2], id="9")])
    assert clusters(pairs) == [("3", "7", "9"), ("4", "8")]
    assert clusters([]) == []
