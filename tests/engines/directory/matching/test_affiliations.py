"""What the matching of affiliations sees in a text, and where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.directory.matching import Matcher, Organisation
from steiger.engines.directory.matching.affiliations import candidates
from steiger.engines.directory.matching.candidates import Candidate, Numbered
from steiger.engines.directory.matching.context import context_of
from steiger.engines.directory.matching.features import NAMES, Scene, features
from steiger.engines.directory.matching.host import domain
from steiger.engines.directory.matching.model import trees
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.surroundings import distances_km
from steiger.engines.directory.matching.words import read, without_addresses

POOL = Matcher.build(
    [
        Organisation("bonn", "University of Bonn", ("Universität Bonn",), "Bonn", "", "DE",
                     website="https://www.uni-bonn.de", types=("education",),
                     latitude=50.734, longitude=7.1),
        Organisation("medicine", "Bonn Medical School", (), "Bonn", "", "DE",
                     website="https://medizin.uni-bonn.de", active=False),
        Organisation("science", "Tokyo University of Science", (), "Tokyo", "", "JP",
                     website="https://www.tus.ac.jp"),
        Organisation("physics", "Institute of Physics, Academy of Sciences", (), "Tokyo", "", "JP"),
        Organisation("putra", "Universiti Putra Malaysia", (), "Serdang", "", "MY"),
        Organisation("yildiz", "Yıldız Teknik Üniversitesi", (), "Istanbul", "", "TR"),
    ]
).pool  # fmt: skip
SPELLER = Speller(POOL)


def found_in(text: str) -> dict[str, Candidate]:
    numbered = Numbered(read(text), POOL, SPELLER)
    return {POOL.ids[one.organisation]: one for one in candidates(numbered, POOL)}


@pytest.mark.parametrize(
    ("text", "expected", "parts"),
    [
        ("Univ. of Bonn, Germany", ["university", "bonn", "germany"], [0, 0, 1]),
        ("Institute of Art. Bonn", ["institute", "art", "bonn"], [0, 0, 1]),
        ("c Desert Hall , Reno , NV", ["desert", "hall", "reno"], [0, 0, 1]),
        ("Desert Hall NV", ["desert", "hall"], [0, 0]),
        ("Marshall UniversityHuntingtonWV", ["marshall", "university", "huntington"], [0, 0, 0]),
        ("YILDIZ ÜNİVERSİTESİ", ["yildiz", "university"], [0, 0]),
    ],
)
def test_a_text_becomes_words_in_parts(text: str, expected: list[str], parts: list[int]) -> None:
    words = read(text)
    assert list(words.words) == expected
    assert list(words.segments) == parts


def test_what_joins_and_what_ends_a_name_is_remembered() -> None:
    assert read("Grubenlicht and Wetterfunk").joined == (False, True)
    assert read("Grubenlicht GmbH, Bonn").form == (True, False)


def test_a_state_stands_behind_the_word_it_follows_even_after_words_became_one() -> None:
    words = read("Hochschule Hamm University of Applied Sciences, Reno, NV")
    assert words.words == ("hochschule", "hamm", "hochschule", "reno")
    assert words.hints == (("US", 4),)


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Grubenwerk, Bonn, DE", {"US", "DE"}),
        ("Grubenwerk, Vienna, AT", {"AT"}),
        ("AT, Grubenwerk, Vienna", set()),
        ("Grubenwerk AT", set()),
    ],
)
def test_a_code_at_the_end_is_a_country_or_a_state(text: str, countries: set[str]) -> None:
    assert {code for code, _ in read(text).hints} == countries


@pytest.mark.parametrize("country", ["", ", DE"])
def test_a_university_of_applied_sciences_with_a_code_behind_it_is_found(country: str) -> None:
    name = "Hochschule Hamm-Lippstadt University of Applied Sciences"
    matcher = Matcher.build([Organisation("hshl", name, town="Hamm", country="DE")])
    text = f"Department of Physics, {name}, Hamm{country or ', Germany'}"
    assert [one.id for one in matcher.match(text)] == ["hshl"]


def test_addresses_are_evidence_and_no_words() -> None:
    text, domains = without_addresses("Bonn, e-mail: a.b@cs.uni-bonn.de, https://www.tus.ac.jp/x")
    assert read(text).words == ("bonn",)
    assert domains == ("uni-bonn.de", "tus.ac.jp")
    assert without_addresses("a@b.de")[1] == ()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("dpri.kyoto-u.ac.jp", "kyoto-u.ac.jp"),
        ("hms.harvard.edu", "harvard.edu"),
        ("uni-bonn.de", "uni-bonn.de"),
        ("", ""),
    ],
)
def test_institutes_share_the_domain_of_their_university(host: str, expected: str) -> None:
    assert domain(host) == expected


def test_an_ended_organisation_leads_to_the_one_that_has_its_domain() -> None:
    found = found_in("Bonn Medical School, Germany")
    assert found["bonn"].heir
    assert not found["medicine"].heir


def test_a_name_is_not_put_together_of_two_parts_in_another_order() -> None:
    assert "science" not in found_in("School of Science, The University of Tokyo")
    assert "science" in found_in("Department of Art, Tokyo University of Science")
    assert "physics" in found_in("Academy of Sciences, Institute of Physics")


def test_the_end_of_a_name_may_stand_elsewhere() -> None:
    assert found_in("Universiti Putra, 43400 Serdang, Malaysia")["putra"].elsewhere > 0


def test_distances_are_those_on_the_globe() -> None:
    bonn, cologne = np.array([50.734, 7.1], np.float32), np.array([50.938, 6.957], np.float32)
    there = distances_km(bonn, np.stack([cologne, bonn]))
    assert there == pytest.approx([24.8, 0.0], abs=0.2)
    assert distances_km(cologne, bonn[None]) == pytest.approx(there[:1])


@given(st.lists(st.sampled_from(
    ["University", "of", "Bonn", "Tokyo", "Science", "Hospital", ",", ";", "and", "Germany", "12"]
), max_size=14).map(" ".join))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_every_candidate_has_a_number_for_each_feature(text: str) -> None:
    words = read(text)
    numbered = Numbered(words, POOL, SPELLER)
    rows = features(Scene(candidates(numbered, POOL), numbered, context_of(words, POOL), POOL))
    assert all(len(row) == len(NAMES) and np.isfinite(row).all() for row in rows)
    assert ((trees().probability(rows) >= 0) & (trees().probability(rows) <= 1)).all()


def test_the_seat_must_be_on_the_globe() -> None:
    with pytest.raises(ValueError, match="degrees"):
        Organisation("1", "Nowhere", latitude=91.0, longitude=0.0)
    with pytest.raises(ValueError, match="or neither"):
        Organisation("1", "Nowhere", latitude=1.0)


NAMED = Matcher.build(
    [
        Organisation("de", "Grubenlicht (Germany)", ("GLW",), "Bonn", "", "DE"),
        Organisation("us", "Grubenlicht (United States)", (), "Boston", "", "US"),
        Organisation("iwf", "Zeche Institute for Weather Radio", ("IWF",), "Bonn", "", "DE"),
        Organisation("iwf2", "Institut Wolfach", ("IWF",), "Wien", "", "AT"),
        Organisation("state", "Kohle State University", ("State University",), "Reno", "", "US"),
        Organisation("center", "Centre for Coal", (), "Bonn", "", "DE"),
        Organisation("roches", "Les Kohles", ("Kohles Switzerland",), "Bern", "", "CH"),
        Organisation("roche", "Kohles (Switzerland)", (), "Basel", "", "CH"),
        Organisation("bonn", "Bonn", (), "Reno", "", "US"),
        Organisation("reno", "Reno Works", (), "Reno", "", "US"),
        Organisation("utah", "Utah Works", (), "Utah", "", "US"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grubenlicht AG, Bonn, Germany", ["de"]),
        ("Grubenlicht GmbH & Co. KG, Bonn", ["de"]),
        ("Grubenlicht, Wanne-Eickel, Germany", ["de"]),
        ("Grubenlicht, USA", ["us"]),
        ("Grubenlicht AG", []),
        ("Grubenlicht, France", []),
        ("GLW, Bonn", ["de"]),
        ("GLW", []),
        ("IWF, Wien", ["iwf2"]),
        ("Zeche IWF", ["iwf"]),
        ("Centre for Coal", ["center"]),
        ("Centre for Coal, Reno, USA", []),
        ("Utah State University, USA", []),
        ("Kohles (Switzerland), Basel, Switzerland", ["roche"]),
        ("Bonn, Germany", []),
    ],
)
def test_a_name_and_its_address_mean_the_one_organisation_that_has_it(
    text: str, expected: list[str]
) -> None:
    assert [one.id for one in NAMED.match(text)] == expected


def test_a_list_of_names_alone_is_matched() -> None:
    names = Matcher.build(
        [Organisation("b", "University of Bonn"), Organisation("k", "Grubenlicht AG")]
    )
    text = "Department of Physics, University of Bonn, Nussallee 12, 53115 Bonn, Germany"
    assert [one.id for one in names.match(text)] == ["b"]
    assert [one.id for one in names.match("Grubenlicht")] == ["k"]
