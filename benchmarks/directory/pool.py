"""The real organisations that the directory's benchmarks run on, as documents for the index."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from steiger.engines.directory.search import ActorDocument, IndexedName

DATA = Path(__file__).resolve().parents[3] / "shared/data/directory"


def german() -> Iterator[tuple[str, ActorDocument]]:
    """(ROR id, document) of the German organisations, schema v1 and v2."""
    with gzip.open(DATA / "ror_germany_earlier.json.gz") as file:
        for number, record in enumerate(json.load(file), start=1):
            yield record["id"], _document(number, record)


def world() -> Iterator[tuple[str, ActorDocument]]:
    """(ROR id, document) of 51,370 organisations."""
    with gzip.open(DATA / "organisations_world.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=100_001):
            others = [name for name in row["other_names"].split("|") if name]
            place = row["lat"] and row["lng"]
            yield (
                row["ror_id"],
                ActorDocument(
                    number,
                    row["name"],
                    (IndexedName(row["name"]), *(IndexedName(name, "alias") for name in others)),
                    row["city"],
                    facets={"category": ("research",), "district": (row["country_code"],)},
                    lat=float(row["lat"]) if place else None,
                    lon=float(row["lng"]) if place else None,
                    sort_name=row["name"],
                ),
            )


def everything() -> list[tuple[str, ActorDocument]]:
    """German organisations and the world's others, each once."""
    first = list(german())
    known = {ror for ror, _ in first}
    return first + [(ror, document) for ror, document in world() if ror not in known]


def _document(number: int, record: dict[str, Any]) -> ActorDocument:
    if "locations" in record:
        names = [
            IndexedName(n["value"], _kind(n["types"]))
            for n in sorted(record["names"], key=lambda n: "ror_display" not in n["types"])
        ]
        town = record["locations"][0]["geonames_details"]["name"] if record["locations"] else ""
        return ActorDocument(number, names[0].text, tuple(names), town)
    names = [
        IndexedName(record["name"]),
        *(IndexedName(label["label"], "translation") for label in record["labels"]),
        *(IndexedName(alias, "alias") for alias in record["aliases"]),
        *(IndexedName(acronym, "acronym") for acronym in record["acronyms"]),
    ]
    return ActorDocument(number, record["name"], tuple(names), record["addresses"][0]["city"] or "")


def _kind(types: list[str]) -> str:
    if "ror_display" in types:
        return "official"
    return "acronym" if "acronym" in types else "translation" if "label" in types else "alias"
