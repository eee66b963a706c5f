"""The catalogue says what it was told, the same in every form, and refuses nonsense."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from steiger.adapters.dcat import (
    FORMATS,
    Agent,
    Catalogue,
    Concept,
    Contact,
    Dataset,
    Distribution,
    as_rdf,
)

BASE = "https://hub.example"
WORD = Concept("https://words.example/a", "https://words.example", "A")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def catalogue() -> Catalogue:
    file = Distribution(
        f"{BASE}/k#csv", {"de": "Liste"}, f"{BASE}/l.csv", "text/csv", WORD, WORD, "Hub"
    )
    both = {"de": "Stellen", "en": "Places"}
    dataset = Dataset(f"{BASE}/k#a", "a", both, both, both, BASE, date(2026, 1, 2), NOW, (file,))
    return Catalogue(
        f"{BASE}/k", both, both, BASE, date(2026, 1, 2), NOW, Agent(f"{BASE}/#o", "Hub", BASE),
        Contact(f"{BASE}/#c", "Hub", "post@hub.example"), WORD, WORD, WORD,
        (5.8, 50.3, 9.5, 52.6), (WORD,), (WORD,), WORD, WORD, (dataset,),
    )  # fmt: skip


def test_every_form_says_the_same() -> None:
    from rdflib import Graph
    from rdflib.compare import isomorphic

    read = [
        Graph().parse(data=as_rdf(catalogue(), form), format=name)
        for form, (name, _) in zip(
            FORMATS, [("turtle", ""), ("xml", ""), ("json-ld", "")], strict=True
        )
    ]
    assert len(read[0]) > 40
    assert isomorphic(read[0], read[1])
    assert isomorphic(read[0], read[2])


def test_a_concept_is_named_by_a_web_address() -> None:
    with pytest.raises(ValueError, match="web address"):
        Concept("TECH", "https://words.example", "Technik")


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(KeyError):
        as_rdf(catalogue(), "n3")
