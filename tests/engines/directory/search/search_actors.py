"""Actors that the tests of the search share."""

from __future__ import annotations

from steiger.engines.directory.search import ActorDocument, IndexedName, Query, SearchIndex

SYNONYMS = [
    ("KI", "Künstliche Intelligenz", "AI"),
    ("Uni", "Universität", "University"),
    ("Klinik", "Klinikum", "Hospital"),
    ("Köln", "Cologne"),
    ("MPI", "Max-Planck-Institut", "Max Planck Institute"),
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
    actor(
        7,
        "Universitätsklinikum Köln",
        "Köln",
        others=[("University Hospital Cologne", "translation")],
        facets={"category": ("research",), "district": ("05315",)},
    ),
    actor(8, "Institut für Polar- und Meeresforschung", "Bremerhaven"),
    actor(9, "Beispielverband für Forschung", "Essen"),
]


def found(index: SearchIndex, text: str = "", **more: object) -> list[int]:
    """Numbers of the hits."""
    return [hit.id for hit in index.search(Query(text, **more)).hits]  # type: ignore[arg-type]
