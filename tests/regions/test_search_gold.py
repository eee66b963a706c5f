"""The region's own actors are found as people type: mistakes, short forms, former names, English.

The queries were written from knowledge of the region and of German typing habits.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from steiger.engines.directory.search import ActorDocument, IndexedName, Query, SearchIndex
from steiger.regions import load_region

GOLD = Path(__file__).parent / "gold/nrw_queries.csv"
REGION = load_region("nrw")


def documents() -> list[ActorDocument]:
    """The actors of the region's folder, as the index reads them."""
    return [
        ActorDocument(
            number,
            actor.name,
            tuple(IndexedName(name.text, name.kind) for name in actor.names),
            actor.places[0].town,
            texts=tuple(
                text for role in actor.roles for text in (role.offer_de, role.offer_en) if text
            ),
        )
        for number, actor in enumerate(REGION.actors(), start=1)
    ]


def gold() -> list[tuple[str, str]]:
    """(query, slug of the actor that is meant)."""
    with GOLD.open(encoding="utf-8", newline="") as file:
        return [(row["query"], row["slug"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, list[str]]]:
    """Each query with the slug that is meant and the first five that are found."""
    index = SearchIndex(tmp_path_factory.mktemp("gold") / "index", REGION.synonyms)
    index.rebuild(documents)
    slugs = [actor.slug for actor in REGION.actors()]
    return [
        (query, slug, [slugs[hit.id - 1] for hit in index.search(Query(query, limit=5)).hits])
        for query, slug in gold()
    ]


def test_queries_mean_actors_of_the_region() -> None:
    assert len(gold()) >= 300
    assert {slug for _query, slug in gold()} <= {actor.slug for actor in REGION.actors()}


def test_nearly_all_are_found_first(found: list[tuple[str, str, list[str]]]) -> None:
    missed = [(query, hits) for query, slug, hits in found if hits[:1] != [slug]]
    assert len(missed) <= 0.03 * len(found), missed


def test_and_among_the_first_five(found: list[tuple[str, str, list[str]]]) -> None:
    missed = [(query, hits) for query, slug, hits in found if slug not in hits]
    assert len(missed) <= 0.01 * len(found), missed
