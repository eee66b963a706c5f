"""What is found, why, and what is offered when nothing is."""

from __future__ import annotations

import pytest
from search_actors import ACTORS, actor, found

from steiger.engines.directory.search import (
    ActorDocument,
    IndexedName,
    Query,
    SearchIndex,
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Universität zu Köln", 1),
        ("uni koeln", 1),
        ("University of Cologne", 1),
        ("Universitat Koln", 1),
        ("Univesität Köln", 1),
        ("köln universität", 1),
        ("cologne university", 1),
        ("Uniklinik Köln", 7),
        ("Universitätsklinik Köln", 7),
        ("Klinikum Uni Köln", 7),
        ("Fachhochschule Köln", 3),
        ("th köln", 3),
        ("Hochwaserschutz", 2),
        ("Hochwassersch", 2),
        ("Hochwasser Schutz", 2),
        ("Bäkerei", 4),
        ("baeckerei hagen", 4),
        ("rwth", 6),
        ("rwth köln aachen", 6),
        ("Polarforschung", 8),
        ("Meeresforschung", 8),
    ],
)
def test_right_actor_comes_first(index: SearchIndex, text: str, first: int) -> None:
    assert found(index, text)[0] == first


@pytest.mark.parametrize("text", ["KI", "AI", "künstliche Intelligenz", "kuenstliche intelligenz"])
def test_synonyms_find_texts(index: SearchIndex, text: str) -> None:
    assert found(index, text) == [4]


def test_former_name_is_told(index: SearchIndex) -> None:
    hit = index.search(Query("Fachhochschule Köln")).hits[0]
    assert (hit.matched_name, hit.why) == ("Fachhochschule Köln", "former")


def test_name_shown_is_not_told_again(index: SearchIndex) -> None:
    hit = index.search(Query("Universität zu Köln")).hits[0]
    assert (hit.matched_name, hit.why) == (None, "official")


def test_match_in_a_text_says_so(index: SearchIndex) -> None:
    assert index.search(Query("Brote")).hits[0].why == "text"


def test_all_words_are_asked_for_before_some(index: SearchIndex) -> None:
    exact, some = index.search(Query("Schutz Wasser")), index.search(Query("Schutz Wasser Aurich"))
    assert (exact.approximate, exact.hits[0].id) == (False, 5)
    assert (some.approximate, some.hits[0].id) == (True, 5)


def test_facet_is_counted_without_its_own_filter(index: SearchIndex) -> None:
    result = index.search(Query(facets={"category": frozenset({"economy"})}))
    assert result.total == 2
    assert result.facet_counts["category"] == {"economy": 2, "research": 3, "qualification": 1}
    assert result.facet_counts["district"] == {"05124": 1, "05914": 1}


def test_radius_filters_by_true_distance(index: SearchIndex) -> None:
    hagen = (51.36, 7.47)
    assert found(index, near=hagen, radius_km=30.0, sort="distance") == [4, 2]
    assert found(index, near=hagen, radius_km=10.0) == [4]


def test_sorting_by_distance_puts_actors_without_a_place_last(index: SearchIndex) -> None:
    hits = index.search(Query(near=(51.36, 7.47), sort="distance", limit=50)).hits
    assert [hit.id for hit in hits[:4]] == [4, 2, 3, 1]
    assert [hit.distance_km for hit in hits[4:]] == [None] * 5


def test_bounds_filter(index: SearchIndex) -> None:
    assert sorted(found(index, bounds=(6.9, 50.9, 7.0, 51.0))) == [1, 3]


def test_points_carry_place_and_category(index: SearchIndex) -> None:
    points = index.points(Query())
    assert points.ids.tolist() == [1, 2, 3, 4]
    names = [points.categories[i] for i in points.category]
    assert names == ["research", "economy", "research", "economy"]


def test_ids_are_those_of_all_pages(index: SearchIndex) -> None:
    query = Query("köln", limit=1)
    assert index.ids(query).tolist() == sorted(found(index, "köln", limit=50))
    assert index.count(query) == index.search(query).total == 3


def test_suggestions_complete_while_typing(index: SearchIndex) -> None:
    assert [s.id for s in index.suggest("univ")] == [1, 7]
    assert index.suggest("   ") == ()
    assert [(s.text, s.matched, s.why) for s in index.suggest("fachhoch")] == [
        ("Technische Hochschule Köln", "Fachhochschule Köln", "former")
    ]


def test_short_words_are_not_corrected(index: SearchIndex) -> None:
    assert index.search(Query("xy")).total == 0


def test_name_counts_more_than_text(index: SearchIndex) -> None:
    assert found(index, "Beispiel")[0] in {2, 4, 9}
    assert found(index, "Beispielverband")[0] == 9


# --- nothing found -------------------------------------------------------------------------------
def test_filter_that_stands_in_the_way_is_named(index: SearchIndex) -> None:
    result = index.search(Query("bäckerei", facets={"category": frozenset({"research"})}))
    assert result.total == 0
    assert [(r.kind, r.facet, r.total) for r in result.relaxations] == [
        ("facet", "category", 1),
        ("text", "", 3),
    ]


def test_wider_radius_is_offered_with_its_count(index: SearchIndex) -> None:
    query = Query(near=(51.36, 7.60), radius_km=1.0)
    offers = {r.kind: r for r in index.search(query).relaxations}
    assert (offers["radius"].radius_km, offers["radius"].total) == (10.0, 1)
    assert offers["area"].total == len(ACTORS)


def test_better_spelling_is_offered(index: SearchIndex) -> None:
    query = Query("Hochwaserschutz", facets={"district": frozenset({"05914"})})
    offer = next(r for r in index.search(query).relaxations if r.kind == "facet")
    assert offer.total == 1
    assert index.spelling(query) == "hochwasserschutz"
    assert index.spelling(Query("Universität Köln")) == ""


def test_nothing_is_offered_for_what_has_answers(index: SearchIndex) -> None:
    assert index.search(Query("köln")).relaxations == ()
    assert index.search(Query("xy"), relax=False).relaxations == ()


# --- documents -----------------------------------------------------------------------------------
def test_document_rejects_nonsense() -> None:
    with pytest.raises(ValueError, match="positive"):
        ActorDocument(0, "x", ())
    with pytest.raises(ValueError, match="facets"):
        ActorDocument(1, "x", (), facets={"colour": ("red",)})
    with pytest.raises(ValueError, match="both"):
        ActorDocument(1, "x", (), lat=1.0)
    with pytest.raises(ValueError, match="kind"):
        IndexedName("x", "nickname")


def test_actor_without_names_is_found_by_what_is_shown(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    index = SearchIndex(tmp_path_factory.mktemp("bare") / "i")
    index.rebuild(lambda: [ActorDocument(1, "Namenlos", ()), actor(2, "Anders")])
    assert found(index, "namenlos") == [1]


def test_words_of_one_topic_find_each_other_behind_what_was_asked(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    index = SearchIndex(
        tmp_path_factory.mktemp("topics") / "i",
        [("EDIH", "European Digital Innovation Hub")],
        topics=[("Transferzentrum", "EDIH", "Digital Hub")],
    )
    names = ("Digital Hub", "EDIH Rheinland", "European Digital Innovation Hub Siegen")
    index.rebuild(lambda: [actor(place, name) for place, name in enumerate(names, start=1)])
    hits = {
        text: [hit.id for hit in index.search(Query(text)).hits] for text in ("EDIH", "Digital Hub")
    }
    assert hits["EDIH"] == [2, 3, 1]
    assert hits["Digital Hub"][0] == 1
