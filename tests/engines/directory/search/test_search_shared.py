"""The search over 1,318 real organisations."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from search_actors import found

from steiger.engines.directory.search import ActorDocument, IndexedName, SearchIndex
from steiger.regions import load_region


@pytest.fixture(scope="module")
def documents(shared: Path) -> list[ActorDocument]:
    with gzip.open(shared / "data/directory/ror_germany_earlier.json.gz") as file:
        records = json.load(file)
    result = []
    for number, record in enumerate(records, start=1):
        if "locations" in record:
            names = [name["value"] for name in record["names"]]
            shown = next(n["value"] for n in record["names"] if "ror_display" in n["types"])
            town = record["locations"][0]["geonames_details"]["name"]
        else:
            labels = [label["label"] for label in record["labels"]]
            names = [*labels, *record["aliases"], *record["acronyms"]]
            shown, town = record["name"], record["addresses"][0]["city"] or ""
        known = (IndexedName(shown), *(IndexedName(name, "alias") for name in names))
        result.append(ActorDocument(number, shown, known, town))
    return result


@pytest.fixture(scope="module")
def real(documents: list[ActorDocument], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    index = SearchIndex(tmp_path_factory.mktemp("real") / "i", load_region("nrw").synonyms)
    index.rebuild(lambda: documents)
    return index


@pytest.mark.shared
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Uni Köln", "University of Cologne"),
        ("Fernuni Hagen", "University of Hagen"),
        ("RWTH", "RWTH Aachen University"),
        (
            "Frauenhofer IAIS",
            "Fraunhofer Institute for Intelligent Analysis and Information Systems",
        ),
        ("Universitaet Muenster", "University of Münster"),
        ("Klima Rechenzentrum", "German Climate Computing Centre"),
        ("bochum ruhr universität", "Ruhr University Bochum"),
    ],
)
def test_real_organisation_comes_first(real: SearchIndex, text: str, shown: str) -> None:
    first = real.suggest(text)[0]
    assert first.text == shown
    assert found(real, text)[0] == first.id


@pytest.mark.shared
def test_every_tenth_real_organisation_is_found_by_the_name_shown(
    real: SearchIndex, documents: list[ActorDocument]
) -> None:
    missed = [
        document.display_name
        for document in documents[::10]
        if document.id not in found(real, document.display_name, limit=3)
    ]
    assert missed == []
