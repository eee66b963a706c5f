"""Which organisations a text names ("Dept. of Physics, Univ. of Bonn, Germany")."""

from __future__ import annotations

from collections.abc import Iterable

from steiger.engines.directory.matching.candidates import (
    Candidate,
    Numbered,
    exact_candidates,
    loose_candidates,
)
from steiger.engines.directory.matching.context import context_of
from steiger.engines.directory.matching.features import (
    Surroundings,
    features,
    hospital_follows,
    surroundings,
)
from steiger.engines.directory.matching.model import trees
from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.types import Match
from steiger.engines.directory.matching.words import read

#: From this probability on a name counts as found (docs/decisions/0024: how it was chosen).
ENOUGH = 0.82
MAX_TEXT = 5_000


def candidates(text: Numbered, pool: Pool) -> list[Candidate]:
    """Where organisations may stand; one candidate per organisation and stretch."""
    best: dict[tuple[int, int, int], Candidate] = {}
    for one in (*exact_candidates(text, pool), *loose_candidates(text, pool)):
        # "Bonn University Hospital" is not Bonn University.
        if hospital_follows(one, text.text):
            continue
        key = (one.organisation, one.begin, one.end)
        if key not in best or _quality(one, pool) > _quality(best[key], pool):
            best[key] = one
    return list(best.values())


def _quality(one: Candidate, pool: Pool) -> tuple[bool, float, int, int]:
    return (one.exact, one.covered - one.extra, -int(pool.kind[one.name]), -one.name)


def match(text: str, pool: Pool, speller: Speller) -> list[Match]:
    """Organisations that the text names, surest first; empty where it cannot be decided."""
    words = read(text[:MAX_TEXT])
    if not words.words:
        return []
    numbered = Numbered(words, pool, speller)
    found = candidates(numbered, pool)
    if not found:
        return []
    context = context_of(words, pool)
    scores = trees().probability(features(found, numbered, context, pool)).tolist()
    ranked = sorted(
        zip(scores, found, strict=True), key=lambda s: (-s[0], s[1].begin, s[1].organisation)
    )
    chosen = _without_overlap((score, one) for score, one in ranked if score >= ENOUGH)
    return [
        Match(
            pool.ids[one.organisation],
            round(score, 4),
            _why(one, surroundings(one, numbered, context, pool), pool),
        )
        for score, one in chosen
    ]


def _without_overlap(ranked: Iterable[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
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
