"""What goes into the search and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: Facets by which actors can be filtered and counted.
FACETS = (
    "category",
    "role",
    "topic",
    "sector",
    "size",
    "district",
    "municipality",
    "verified",
    "example",
)
NAME_KINDS = ("official", "short", "acronym", "translation", "alias", "former")
Sort = Literal["relevance", "name", "changed", "distance"]


class SearchIndexError(Exception):
    """The index cannot be read; it has to be rebuilt from the database."""


@dataclass(frozen=True, slots=True)
class IndexedName:
    """One name of an actor; ``kind`` is one of ``NAME_KINDS``."""

    text: str
    kind: str = "official"

    def __post_init__(self) -> None:
        if self.kind not in NAME_KINDS:
            raise ValueError(f"Unknown kind of name: {self.kind!r}. Known: {NAME_KINDS}.")


@dataclass(frozen=True, slots=True)
class ActorDocument:
    """What the index knows about one actor.

    Attributes:
        id: positive number of the actor.
        texts: descriptions and offers in all languages, labels of topics.
        facets: facet -> keys of terms; unknown facets are rejected.
        lat, lon: degrees (WGS84), both or neither.
        changed: seconds since 1970.
    """

    id: int
    display_name: str
    names: tuple[IndexedName, ...]
    town: str = ""
    texts: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lat: float | None = None
    lon: float | None = None
    sort_name: str = ""
    changed: int = 0

    def __post_init__(self) -> None:
        if self.id <= 0:
            raise ValueError("An actor's number is positive.")
        if unknown := set(self.facets) - set(FACETS):
            raise ValueError(f"Unknown facets: {sorted(unknown)}.")
        if (self.lat is None) != (self.lon is None):
            raise ValueError("Give both latitude and longitude, or neither.")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. Terms of one facet are alternatives, different facets narrow each other.

    Attributes:
        near: (latitude, longitude) in degrees; with ``radius_km`` a filter, else only for sorting.
        bounds: (west, south, east, north) in degrees.
    """

    text: str = ""
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    near: tuple[float, float] | None = None
    radius_km: float | None = None
    bounds: tuple[float, float, float, float] | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20

    def without(self, facet: str) -> Query:
        """The same question without one facet."""
        return replace(self, facets={k: v for k, v in self.facets.items() if k != facet})


@dataclass(frozen=True, slots=True)
class Hit:
    """One actor found.

    Attributes:
        matched_name: the name that matched, if it is not the one shown ("formerly ...").
        why: kind of the name that matched, or ``text``.
    """

    id: int
    score: float
    distance_km: float | None = None
    matched_name: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A nearby question that has answers.

    Attributes:
        kind: ``facet`` (``facet`` left out), ``radius`` (``radius_km`` instead), ``area`` (no
            place), ``spelling`` (``text`` instead) or ``text`` (no text).
        total: how many answers it has, counted, not guessed.
    """

    kind: Literal["facet", "radius", "area", "spelling", "text"]
    total: int
    facet: str = ""
    text: str = ""
    radius_km: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The answer.

    Attributes:
        total: number of actors that match.
        facet_counts: facet -> term -> number, each facet counted without its own filter.
        approximate: nothing matched every word; these share most of them.
    """

    hits: tuple[Hit, ...]
    total: int
    facet_counts: Mapping[str, Mapping[str, int]]
    relaxations: tuple[Relaxation, ...] = ()
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a walk over all matching actors.

    Attributes:
        last: key of the last hit, behind which the next step begins; None by relevance.
        more: whether others follow.
    """

    hits: tuple[Hit, ...]
    total: int
    last: tuple[str | float, int] | None
    more: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion while typing."""

    id: int
    text: str
    matched: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """All matching actors with a place, as columns of equal length, ordered by id.

    ``category`` holds indices into ``categories`` (-1: none).
    """

    ids: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    category: NDArray[np.int64]
    categories: tuple[str, ...]
