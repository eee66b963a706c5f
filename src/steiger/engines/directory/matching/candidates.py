"""Where in a text a name of the pool may stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.matching.pool import MAX_WORDS, Pool
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.words import Words

#: A name counts from this share of its words' weight on.
COVERED = 0.7
#: That much must stand together; the rest may stand elsewhere ("Universiti Putra, Malaysia").
COVERED_HERE = 0.5
MOST = 60
MOST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of an organisation at the words ``begin`` to ``end`` of a text.

    Attributes:
        name: number of the reading in the pool.
        covered: share of the name's weight that the text has there, 0 to 1.
        extra: weight of foreign words in between, as a share of the name's weight.
        ordered: the words stand in the name's order.
        exact: the words are the name's and no others.
        corrected: a misspelt word was read as the name's.
        missing: weight of the heaviest word of the name that the text lacks.
        elsewhere: share of the name's weight that stands elsewhere in the text.
        heir: the name is that of an organisation that ended; this one has its domain.
    """

    name: int
    organisation: int
    begin: int
    end: int
    covered: float
    extra: float
    ordered: bool
    exact: bool
    corrected: bool
    missing: float = 0.0
    elsewhere: float = 0.0
    heir: bool = False


class Numbered:
    """A text whose words are numbers of the pool; misspelt ones are corrected."""

    def __init__(self, text: Words, pool: Pool, speller: Speller) -> None:
        self.text = text
        numbers, corrected = [], []
        for word in text.words[:MOST_WORDS]:
            number = pool.number.get(word, -1)
            wrong = False
            if number < 0:
                alike = speller.alike(word)
                if alike:
                    number, wrong = pool.number[alike[0][0]], True
            numbers.append(number)
            corrected.append(wrong)
        self.numbers = np.array(numbers, np.int64)
        self.corrected = np.array(corrected, np.bool_)
        rarity = np.where(self.numbers >= 0, pool.rarity[self.numbers], pool.rarity.max(initial=1))
        self.weights = np.concatenate([[0.0], np.cumsum(rarity, dtype=np.float64)])
        self.places: dict[int, list[int]] = {}
        for place, number in enumerate(numbers):
            if number >= 0:
                self.places.setdefault(number, []).append(place)


def exact_candidates(text: Numbered, pool: Pool) -> list[Candidate]:
    """Names whose words stand in the text next to each other, in any order."""
    n = len(text.numbers)
    known = text.numbers >= 0
    keys = np.where(known, pool.word_key[text.numbers], np.uint64(0))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(keys, dtype=np.uint64)])
    unknown = np.concatenate([[0], np.cumsum(~known)])
    wrong = np.concatenate([[0], np.cumsum(text.corrected)])
    begins, ends = [], []
    for length in range(1, min(MAX_WORDS, n) + 1):
        begin = np.arange(n - length + 1)
        begin = begin[unknown[begin + length] == unknown[begin]]
        begins.append(begin)
        ends.append(begin + length)
    if not begins:
        return []
    begin, end = np.concatenate(begins), np.concatenate(ends)
    sought = sums[end] - sums[begin]
    low, high = (
        np.searchsorted(pool.key, sought, "left"),
        np.searchsorted(pool.key, sought, "right"),
    )
    found = []
    for hit in np.flatnonzero(high > low):
        b, e = int(begin[hit]), int(end[hit])
        here = text.numbers[b:e].tolist()
        jumps = text.text.segments[b] != text.text.segments[e - 1]
        for name in pool.key_name[low[hit] : high[hit]].tolist():
            # "School of Science, University of Tokyo" holds no "Tokyo University of Science".
            ordered = pool.words_of(name).tolist() == here
            if jumps and not ordered:
                continue
            if text.text.groups[b] != text.text.groups[e - 1]:
                continue
            found.append(
                Candidate(
                    name,
                    int(pool.owner[name]),
                    b,
                    e,
                    1.0,
                    0.0,
                    ordered,
                    True,
                    bool(wrong[e] > wrong[b]),
                )
            )
    return found


def heirs(found: Iterable[Candidate], pool: Pool) -> list[Candidate]:
    """Candidates for those under whose domain ended organisations stood.

    "Harvard Medical School" is no entry of its own any more; its pages lie at harvard.edu.
    """
    return [
        replace(one, organisation=heir, heir=True)
        for one in found
        if one.exact and not pool.active[one.organisation]
        for heir in pool.heirs(one.organisation)
    ]


def loose_candidates(text: Numbered, pool: Pool, most: int = MOST) -> list[Candidate]:
    """Names most of whose words stand close together."""
    words = np.unique(text.numbers[text.numbers >= 0])
    share = coverage(words, pool)
    share[pool.kind == 2] = 0
    hits = np.flatnonzero(share >= COVERED)
    if not len(hits):
        return []
    worth = share[hits] ** 2 * np.minimum(pool.weight[hits], 40)
    if len(hits) > most:
        hits = hits[np.lexsort((hits, -worth))[:most]]
    found = (_window(text, pool, int(name)) for name in hits)
    return [one for one in found if one is not None]


def coverage(words: NDArray[np.int64], pool: Pool) -> NDArray[np.float32]:
    """(m) share of each reading's weight that the words make up."""
    lists = [pool.names_with(int(word)) for word in words]
    if not lists:
        return np.zeros(len(pool.owner), np.float32)
    weights = np.repeat(pool.rarity[words], [len(one) for one in lists])
    total = np.bincount(np.concatenate(lists), weights, minlength=len(pool.owner))
    return (total / np.maximum(pool.weight, 1e-6)).astype(np.float32)


def _window(text: Numbered, pool: Pool, name: int) -> Candidate | None:
    """The stretch of the text that holds most of the name with the least between."""
    ids = pool.words_of(name).tolist()
    if len(ids) < 2:
        return None
    rarity = {word: float(pool.rarity[word]) for word in ids}
    total = sum(rarity.values())
    hits = sorted((place, word) for word in rarity for place in text.places.get(word, ()))[:80]
    best, chosen = 0.0, None
    for first, (begin, _) in enumerate(hits):
        covered: dict[int, int] = {}
        weight = 0.0
        for place, word in hits[first:]:
            if place - begin > len(ids) + 4:
                break
            if word in covered:
                continue
            covered[word] = place
            weight += rarity[word]
            inside = float(text.weights[place + 1] - text.weights[begin])
            worth = weight - 0.5 * max(inside - weight, 0.0)
            if worth > best:
                best, chosen = worth, (begin, place + 1, weight, inside, dict(covered))
    if chosen is None or chosen[2] / total < COVERED_HERE:
        return None
    begin, end, weight, inside, covered = chosen
    elsewhere = sum(rarity[word] for word in rarity if word not in covered and word in text.places)
    if (weight + elsewhere) / total < COVERED or _mixed(text, ids, covered):
        return None
    places = [covered[word] for word in dict.fromkeys(ids) if word in covered]
    missing = max((rarity[word] for word in rarity if word not in covered), default=0.0)
    return Candidate(
        name,
        int(pool.owner[name]),
        begin,
        end,
        weight / total,
        max(inside - weight, 0.0) / total,
        places == sorted(places),
        False,
        bool(text.corrected[begin:end].any()),
        missing,
        elsewhere / total,
    )


def _mixed(text: Numbered, ids: Sequence[int], covered: Mapping[int, int]) -> bool:
    """Whether a name would be put together of several parts of the text in another order.

    "School of Science, University of Tokyo" is no Tokyo University of Science; but "Academy of
    Sciences, Institute of Physics" is the Institute of Physics, Academy of Sciences.
    """
    places = [covered[word] for word in dict.fromkeys(ids) if word in covered]
    segments, groups = text.text.segments, text.text.groups
    if len({groups[place] for place in places}) > 1:
        return True
    if len({segments[place] for place in places}) == 1:
        return False
    return any(segments[one] == segments[other] and other < one for one, other in pairwise(places))
