"""Laws of the search that hold for any actors and any question."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_actors import ACTORS, SYNONYMS, actor, found

from steiger.engines.directory.search import FACETS, ActorDocument, Query, SearchIndex
from steiger.engines.directory.search.analysis import Analyzer
from steiger.engines.directory.search.columns import build

WORDS = st.sampled_from(
    ["wasser", "schutz", "bäcker", "köln", "forschung", "labor", "zentrum", "daten", "netz"]
)
KEYS = st.sampled_from(["a", "b", "c"])
ROWS = st.lists(
    st.tuples(st.lists(WORDS, min_size=1, max_size=3), st.sets(KEYS, max_size=2), KEYS),
    min_size=1,
    max_size=12,
)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SAME_INDEX = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Rows = list[tuple[list[str], set[str], str]]


def documents(rows: Rows, first: int = 1) -> list[ActorDocument]:
    return [
        actor(n, " ".join(words), facets={"topic": tuple(sorted(t)), "size": (s,)}, changed=n % 5)
        for n, (words, t, s) in enumerate(rows, start=first)
    ]


@FEW
@given(ROWS, st.sets(KEYS), st.sets(KEYS), st.one_of(st.just(""), WORDS))
def test_counts_equal_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    rows: Rows,
    topics: set[str],
    sizes: set[str],
    text: str,
) -> None:
    index = SearchIndex(tmp_path_factory.mktemp("law") / "i")
    index.rebuild(lambda: documents(rows))
    chosen = {"topic": frozenset(topics), "size": frozenset(sizes)}
    result = index.search(Query(text, facets=chosen, limit=50), relax=False)
    matching = set(index.ids(Query(text)).tolist())

    def fits(n: int, *facets: str) -> bool:
        _, t, s = rows[n]
        return (
            n + 1 in matching
            and ("topic" not in facets or not topics or bool(t & topics))
            and ("size" not in facets or not sizes or s in sizes)
        )

    expected = [n + 1 for n in range(len(rows)) if fits(n, "topic", "size")]
    assert sorted(h.id for h in result.hits) == expected
    assert result.total == len(expected)
    by_topic = Counter(k for n in range(len(rows)) if fits(n, "size") for k in rows[n][1])
    by_size = Counter(rows[n][2] for n in range(len(rows)) if fits(n, "topic"))
    assert dict(result.facet_counts["topic"]) == dict(by_topic)
    assert dict(result.facet_counts["size"]) == dict(by_size)
    assert set(result.facet_counts) == set(FACETS)


@FEW
@given(ROWS, st.integers(1, 5), st.sampled_from(["relevance", "name", "changed"]))
def test_pages_cover_everything_once(
    tmp_path_factory: pytest.TempPathFactory, rows: Rows, size: int, sort: str
) -> None:
    index = SearchIndex(tmp_path_factory.mktemp("law") / "i")
    index.rebuild(lambda: documents(rows))
    for text in ("", "wasser"):
        total = index.count(Query(text))
        seen = [
            number
            for offset in range(0, total, size)
            for number in found(index, text, offset=offset, limit=size, sort=sort)
        ]
        assert len(seen) == len(set(seen)) == total
        if sort == "name":
            names = {d.id: d.display_name for d in documents(rows)}
            folded = [names[number].replace("ä", "a").replace("ö", "o") for number in seen]
            assert folded == sorted(folded)


def test_pages_beyond_the_ranked_ones_cover_everything_once(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: [actor(n, f"Wasser Verein {n}") for n in range(1, 301)])
    seen = [
        n for offset in range(0, 300, 45) for n in found(index, "wasser", offset=offset, limit=45)
    ]
    assert sorted(seen) == list(range(1, 301))


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS, st.sets(st.integers(1, 12)))
def test_changed_columns_equal_new_ones(old: Rows, new: Rows, gone: set[int]) -> None:
    analyzer = Analyzer()
    first, fresh = documents(old), documents(new, first=6)
    changed = build(first, analyzer).changed_by(fresh, gone - {d.id for d in fresh}, analyzer)
    kept = {d.id: d for d in first if d.id not in gone} | {d.id: d for d in fresh}
    anew = build(kept.values(), analyzer)
    assert changed.ids.tolist() == anew.ids.tolist()
    assert changed.by_name.tolist() == anew.by_name.tolist()
    assert changed.changed.tolist() == anew.changed.tolist()
    for row in range(len(anew)):
        assert changed.record(row) == anew.record(row)
    for facet in FACETS:
        assert changed.counts(facet, None) == anew.counts(facet, None)
        for key in "abc":
            assert (
                changed.facets[facet].mask([key]).tolist()
                == anew.facets[facet].mask([key]).tolist()
            )


@SAME_INDEX
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_search(index: SearchIndex, text: str) -> None:
    result = index.search(Query(text))
    assert len(result.hits) <= max(result.total, 0)
    index.suggest(text)
    index.spelling(Query(text))


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\x00",
        "a" * 5000,
        "ä" * 300,
        '+-&|!(){}[]^"~*?:\\/',
        "AND OR NOT",
        "名前",
        "-- -",
        "x " * 500,
    ],
)
def test_odd_text_breaks_nothing(index: SearchIndex, text: str) -> None:
    index.search(Query(text, facets={"topic": frozenset({text})}))
    index.suggest(text)


@pytest.mark.parametrize(
    "text", ["Universität Köln", "Schutz Wasser Verein", "Beispiel Bäckerei Hagen"]
)
def test_order_of_words_does_not_matter(index: SearchIndex, text: str) -> None:
    answers = [
        set(index.ids(Query(" ".join(words) + " ")).tolist())
        for words in permutations(text.split())
    ]
    assert all(answer == answers[0] for answer in answers)
    firsts = {found(index, " ".join(words) + " ")[0] for words in permutations(text.split())}
    assert len(firsts) == 1


@SAME_INDEX
@given(
    st.sampled_from(["", "köln", "bäckerei", "Hochwaserschutz", "xyz", "Unversität Kln"]),
    st.sampled_from(["economy", "research", "none"]),
    st.sampled_from(["05315", "05914", "none"]),
    st.sampled_from([None, 1.0, 20.0]),
)
def test_offers_keep_what_they_promise(
    index: SearchIndex, text: str, category: str, district: str, radius: float | None
) -> None:
    facets = {"category": frozenset({category}), "district": frozenset({district})}
    near = (51.36, 7.60) if radius else None
    query = Query(text, facets=facets, near=near, radius_km=radius)
    result = index.search(query)
    assert result.relaxations == () or result.total == 0
    for offer in result.relaxations:
        other = {
            "facet": query.without(offer.facet),
            "spelling": Query(offer.text, facets, near, radius),
            "radius": Query(text, facets, near, offer.radius_km),
            "area": Query(text, facets),
            "text": Query("", facets, near, radius),
        }[offer.kind]
        assert index.search(other).total == offer.total > 0


def test_adding_and_deleting_leaves_answers_as_before(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i", SYNONYMS)
    index.rebuild(lambda: ACTORS)
    questions = ["köln", "wasser", "ki", "", "Hochwaserschutz", "bäkerei hgen"]
    before = [found(index, q) for q in questions]
    index.replace([actor(50, "Kölner Wasser KI")])
    index.replace([], deleted=[50])
    assert [found(index, q) for q in questions] == before
