"""Organisations and labelled affiliations that the benchmarks of matching run on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

from steiger.adapters.organisations import read_organisations
from steiger.engines.directory.matching import Organisation

DATA = Path(__file__).resolve().parents[3] / "shared/data/directory"
POOL = DATA / "organisations_world.csv.gz"


def world() -> list[Organisation]:
    """51,370 organisations."""
    return list(read_organisations(POOL))


def names_only(organisations: Iterable[Organisation]) -> list[Organisation]:
    """The same organisations as a list tells them that knows nothing but names."""
    return [
        Organisation(one.id, one.name, one.other_names, active=one.active) for one in organisations
    ]


def affiliations(half: str) -> list[tuple[str, frozenset[str]]]:
    """(text, ids); the half "development" may be tuned on, "held_out" may not.

    The halves are the even and the odd places of the list.
    """
    with gzip.open(DATA / "affiliations_a.json.gz") as file:
        rows = json.load(file)[0 if half == "development" else 1 :: 2]
    return [(row["affiliation"], frozenset(row["ror_ids"])) for row in rows]
