"""Search: forgiving, ranked, counted, and the same for every process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steiger.engines.directory.search import (
    FACETS,
    ActorDocument,
    IndexedName,
    Query,
    SearchIndex,
    SearchIndexError,
)
from steiger.engines.directory.search.index import distance_km
from steiger.lib.text import fold, grams, initials, tokens

SYNONYMS = [
    ("KI", "Künstliche Intelligenz", "AI"),
    ("Uni", "Universität", "University"),
    ("Köln", "Cologne"),
]


def actor(number: int, name: str, town: str = "Hagen", **values: object) -> ActorDocument:
    """A document with one official name and whatever else is given."""
    others = values.pop("others", ())
    names = (IndexedName(name), *(IndexedName(text, kind) for text, kind in others))  # type: ignore[attr-defined]
    return ActorDocument(number, name, names, town, sort_name=name, **values)  # type: ignore[arg-type]


ACTORS = [
    actor(
        1,
        "Universität zu Köln",
        "Köln",
        others=[("University of Cologne", "translation")],
        facets={"category": ("research",), "district": ("05315",)},
        lat=50.93,
        lon=6.93,
    ),
    actor(
        2,
        "Hochwasserschutz Beispiel GmbH",
        "Wuppertal",
        facets={"category": ("economy",), "district": ("05124",)},
        lat=51.26,
        lon=7.15,
    ),
    actor(
        3,
        "Technische Hochschule Köln",
        "Köln",
        others=[("Fachhochschule Köln", "former"), ("TH Köln", "short")],
        facets={"category": ("research", "qualification"), "district": ("05315",)},
        lat=50.92,
        lon=6.97,
    ),
    actor(
        4,
        "Beispiel Bäckerei",
        "Hagen",
        texts=("Prüft Brote mit Künstlicher Intelligenz",),
        facets={"category": ("economy",), "district": ("05914",)},
        lat=51.36,
        lon=7.47,
    ),
    actor(5, "Schutz und Wasser Verein", "Hagen", facets={"district": ("05914",)}),
    actor(
        6,
        "RWTH Aachen",
        "Aachen",
        others=[("Rheinisch-Westfälische Technische Hochschule", "official")],
    ),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("search") / "index", SYNONYMS)
    made.rebuild(lambda: ACTORS)
    return made


def ids(index: SearchIndex, text: str = "", **more: object) -> list[int]:
    return [hit.id for hit in index.search(Query(text, **more)).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Universität zu Köln", 1),
        ("uni koeln", 1),
        ("University of Cologne", 1),
        ("Universitat Koln", 1),
        ("Univesität Köln", 1),
        ("köln universität", 1),
        ("Fachhochschule Köln", 3),
        ("th köln", 3),
        ("Hochwaserschutz", 2),
        ("Hochwassersch", 2),
        ("Bäkerei", 4),
        ("baeckerei hagen", 4),
        ("rwth", 6),
    ],
)
def test_right_actor_comes_first(index: SearchIndex, text: str, first: int) -> None:
    assert ids(index, text)[0] == first


@pytest.mark.parametrize("text", ["KI", "AI", "künstliche Intelligenz", "kuenstliche intelligenz"])
def test_synonyms_find_texts(index: SearchIndex, text: str) -> None:
    assert ids(index, text) == [4]


def test_former_name_is_told(index: SearchIndex) -> None:
    hit = index.search(Query("Fachhochschule Köln")).hits[0]
    assert (hit.matched_name, hit.why) == ("Fachhochschule Köln", "former")


def test_facet_is_counted_without_its_own_filter(index: SearchIndex) -> None:
    result = index.search(Query(facets={"category": frozenset({"economy"})}))
    assert result.total == 2
    assert result.facet_counts["category"] == {"economy": 2, "research": 2, "qualification": 1}
    assert result.facet_counts["district"] == {"05124": 1, "05914": 1}


def test_empty_result_names_what_stands_in_the_way(index: SearchIndex) -> None:
    result = index.search(Query("bäckerei", facets={"category": frozenset({"research"})}))
    assert (result.total, next((r.kind, r.facet, r.total) for r in result.relaxations)) == (
        0,
        ("facet", "category", 1),
    )


def test_radius_filters_by_true_distance(index: SearchIndex) -> None:
    hagen = (51.36, 7.47)
    assert ids(index, near=hagen, radius_km=30.0, sort="distance") == [4, 2]
    assert ids(index, near=hagen, radius_km=10.0) == [4]


def test_bounds_filter(index: SearchIndex) -> None:
    assert sorted(ids(index, bounds=(6.9, 50.9, 7.0, 51.0))) == [1, 3]


def test_points_carry_place_and_category(index: SearchIndex) -> None:
    points = index.points(Query())
    assert points.ids.tolist() == [1, 2, 3, 4]
    names = [points.categories[i] for i in points.category]
    assert names[0] == "research"
    assert names[3] == "economy"


def test_suggestions_complete_while_typing(index: SearchIndex) -> None:
    assert [s.id for s in index.suggest("univ")] == [1]
    assert index.suggest("   ") == ()


def test_change_is_seen_by_another_reader_within_two_seconds(tmp_path: Path) -> None:
    writer = SearchIndex(tmp_path / "index")
    writer.rebuild(lambda: ACTORS)
    reader = SearchIndex(tmp_path / "index")
    assert reader.count(Query("Neuling")) == 0
    before = reader.generation
    writer.replace([actor(77, "Neuling Beispiel")], deleted=[1])
    deadline = time.monotonic() + 2
    while not reader.count(Query("Neuling")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (reader.count(Query("Neuling")), len(reader)) == (1, len(ACTORS))
    assert reader.generation != before


def test_rebuild_is_seen_by_another_reader(tmp_path: Path) -> None:
    writer, reader = SearchIndex(tmp_path / "i"), SearchIndex(tmp_path / "i")
    writer.rebuild(lambda: ACTORS)
    assert len(reader) == len(ACTORS)
    writer.rebuild(lambda: ACTORS[:2])
    time.sleep(0.4)
    assert len(reader) == 2


def test_failed_rebuild_leaves_the_old_index(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: ACTORS)

    def broken() -> Iterator[ActorDocument]:
        yield ACTORS[0]
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError):
        index.rebuild(broken)
    assert len(index) == len(ACTORS)
    assert len(list((tmp_path / "i").glob("g*"))) == 1


def test_missing_or_foreign_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="steiger index rebuild"):
        SearchIndex(tmp_path / "none").search(Query())
    index = SearchIndex(tmp_path / "old")
    index.rebuild(lambda: ACTORS)
    for file in (tmp_path / "old").glob("g*/format.json"):
        file.write_text('{"format": 0}')
    with pytest.raises(SearchIndexError, match="format"):
        SearchIndex(tmp_path / "old").search(Query())


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: ACTORS)

    def add(number: int) -> None:
        SearchIndex(tmp_path / "i").replace([actor(number, f"Beispiel {number}")])

    threads = [threading.Thread(target=add, args=(100 + n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.4)
    assert len(index) == len(ACTORS) + 6


def test_document_rejects_nonsense() -> None:
    with pytest.raises(ValueError, match="positive"):
        ActorDocument(0, "x", ())
    with pytest.raises(ValueError, match="facets"):
        ActorDocument(1, "x", (), facets={"colour": ("red",)})
    with pytest.raises(ValueError, match="both"):
        ActorDocument(1, "x", (), lat=1.0)
    with pytest.raises(ValueError, match="kind"):
        IndexedName("x", "nickname")


# --- laws ----------------------------------------------------------------------------------------
WORDS = st.sampled_from(
    ["wasser", "schutz", "bäcker", "köln", "forschung", "labor", "zentrum", "daten", "netz"]
)
KEYS = st.sampled_from(["a", "b", "c"])
DOCUMENTS = st.lists(
    st.tuples(st.lists(WORDS, min_size=1, max_size=3), st.sets(KEYS, max_size=2), KEYS),
    min_size=1,
    max_size=12,
)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(DOCUMENTS, st.sets(KEYS), st.sets(KEYS))
def test_counts_equal_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[list[str], set[str], str]],
    topics: set[str],
    sizes: set[str],
) -> None:
    documents = [
        actor(n, " ".join(words), facets={"topic": tuple(sorted(t)), "size": (s,)})
        for n, (words, t, s) in enumerate(rows, start=1)
    ]
    index = SearchIndex(tmp_path_factory.mktemp("law") / "i")
    index.rebuild(lambda: documents)
    chosen = {"topic": frozenset(topics), "size": frozenset(sizes)}
    result = index.search(Query(facets=chosen, limit=50), relax=False)

    def fits(n: int, *facets: str) -> bool:
        _, t, s = rows[n]
        return ("topic" not in facets or not topics or bool(t & topics)) and (
            "size" not in facets or not sizes or s in sizes
        )

    expected = [n + 1 for n in range(len(rows)) if fits(n, "topic", "size")]
    assert sorted(h.id for h in result.hits) == expected
    assert result.total == len(expected)
    by_topic = Counter(k for n in range(len(rows)) if fits(n, "size") for k in rows[n][1])
    by_size = Counter(rows[n][2] for n in range(len(rows)) if fits(n, "topic"))
    assert dict(result.facet_counts["topic"]) == dict(by_topic)
    assert dict(result.facet_counts["size"]) == dict(by_size)
    assert set(result.facet_counts) == set(FACETS)


@SLOW
@given(DOCUMENTS, st.integers(1, 5))
def test_pages_cover_everything_once(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[list[str], set[str], str]],
    size: int,
) -> None:
    index = SearchIndex(tmp_path_factory.mktemp("law") / "i")
    index.rebuild(lambda: [actor(n, " ".join(w)) for n, (w, _, _) in enumerate(rows, start=1)])
    for text in ("", "wasser"):
        total = index.count(Query(text))
        seen = [
            hit.id
            for offset in range(0, total, size)
            for hit in index.search(Query(text, offset=offset, limit=size)).hits
        ]
        assert len(seen) == len(set(seen)) == total


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_search(index: SearchIndex, text: str) -> None:
    result = index.search(Query(text))
    assert len(result.hits) <= max(result.total, 0)
    index.suggest(text)


def test_adding_and_deleting_leaves_answers_as_before(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i", SYNONYMS)
    index.rebuild(lambda: ACTORS)
    questions = ["köln", "wasser", "ki", ""]
    before = [ids(index, q) for q in questions]
    index.replace([actor(50, "Kölner Wasser KI")])
    index.replace([], deleted=[50])
    assert [ids(index, q) for q in questions] == before


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Köln", "Koeln"), ("KÖLN", "koln"), ("Straße", "STRASSE"), ("Müller", "Mu\u0308ller")],
)
def test_spellings_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_tokens_grams_initials() -> None:
    assert tokens("Müller & Söhne e.V.") == ["muller", "und", "sohne", "ev"]
    assert grams("KI Haus") == ["^ki$", "^hau", "haus", "aus$"]
    assert initials(["haus", "und", "hof"], frozenset({"und"})) == "hh"


def test_distance_of_known_towns() -> None:
    # Köln Dom to Aachen Dom: about 64 km as the crow flies.
    away = distance_km((50.9413, 6.9583), np.array([50.7747]), np.array([6.0839]))
    assert away[0] == pytest.approx(64.1, abs=0.5)
