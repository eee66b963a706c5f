"""Which organisations a text names ("Dept. of Physics, Univ. of Bonn, Germany")."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.matching.candidates import (
    Candidate,
    Numbered,
    exact_candidates,
    heirs,
    loose_candidates,
)
from steiger.engines.directory.matching.context import context_of
from steiger.engines.directory.matching.features import Scene, care_follows, features
from steiger.engines.directory.matching.model import trees
from steiger.engines.directory.matching.named import SURE, named
from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.surroundings import Surroundings, surroundings
from steiger.engines.directory.matching.types import Match
from steiger.engines.directory.matching.words import read, without_addresses

MAX_TEXT = 5_000


def candidates(text: Numbered, pool: Pool) -> list[Candidate]:
    """Where organisations may stand; one candidate per organisation and stretch."""
    best: dict[tuple[int, int, int], Candidate] = {}
    exact = exact_candidates(text, pool)
    for one in (*exact, *loose_candidates(text, pool), *heirs(exact, pool)):
        # "Bonn University Hospital" is not Bonn University.
        if care_follows(one, text.text):
            continue
        key = (one.organisation, one.begin, one.end)
        if key not in best or _quality(one, pool) > _quality(best[key], pool):
            best[key] = one
    return list(best.values())


def _quality(one: Candidate, pool: Pool) -> tuple[bool, bool, float, int, int]:
    return (
        one.exact,
        not one.heir,
        one.covered - one.extra,
        -int(pool.kind[one.name]),
        -one.name,
    )


def match(text: str, pool: Pool, speller: Speller) -> list[Match]:
    """Organisations that the text names, surest first; empty where it cannot be decided."""
    text, domains = without_addresses(text[:MAX_TEXT])
    words = read(text)
    if not words.words:
        return []
    numbered = Numbered(words, pool, speller)
    found = candidates(numbered, pool)
    if not found:
        return []
    model = trees()
    scene = Scene(found, numbered, context_of(words, pool, domains), pool)
    return [
        Match(
            pool.ids[one.organisation],
            round(score, 4),
            _why(one, surroundings(one, numbered, scene.context, pool), pool),
        )
        for score, one in weighed(scene, model.probability(features(scene)), model.floor)
    ]


def weighed(
    scene: Scene, probabilities: NDArray[np.float64], floor: float = 0.0
) -> list[tuple[float, Candidate]]:
    """(score, candidate) of those from the floor on that do not exclude each other, surest first.

    Args:
        probabilities: what the model says of each candidate.
    """
    sure = np.where(named(scene), SURE, 0.0)
    ranked = sorted(
        zip(np.maximum(probabilities, sure).tolist(), scene.candidates, strict=True),
        key=lambda s: (-s[0], s[1].begin, s[1].organisation),
    )
    return without_overlap((score, one) for score, one in ranked if score >= floor)


def without_overlap(ranked: Iterable[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """The surest of those that claim the same words or are one organisation; surest first."""
    chosen: list[tuple[float, Candidate]] = []
    for score, one in ranked:
        if not any(
            other.organisation == one.organisation
            or (one.begin < other.end and other.begin < one.end)
            for _, other in chosen
        ):
            chosen.append((score, one))
    return chosen


def _why(one: Candidate, here: Surroundings, pool: Pool) -> str:
    name = pool.labels[int(pool.label[one.name])]
    how = "named" if one.exact and not one.corrected else "nearly named"
    reasons = [f"{how}: {name}"]
    if here.town or here.town_in_name:
        reasons.append(f"town: {pool.towns[one.organisation]}")
    if here.country == 1:
        reasons.append(f"country: {pool.codes[int(pool.country_of[one.organisation])]}")
    return "; ".join(reasons)
