"""Entries of a pool that are probably one organisation, and groups of such entries.

Work is cut into a fixed number of parts, each a pure function of the pool, so that the result never
depends on how many workers there are.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz

from steiger.engines.directory.matching.comparing import Comparer
from steiger.engines.directory.matching.pool import Pool, build
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.types import Organisation, Pair
from steiger.engines.directory.matching.words import lexicon

PARTS = 32
#: From this score on two entries are proposed as one.
ENOUGH = 0.88
#: Only words with at most so many names lead from one entry to another.
COMMON = 250
#: A domain with more entries says little (a ministry's, a hoster's).
SHARED_HOST = 6
#: Shared weight from which a name is so rare that even another town may be a move.
TELLING = 16.0
#: Names are compared word by word from this rough likeness on, by words or by letters.
ROUGH = 0.6
ROUGH_LETTERS = 78.0
SAME = 0.999
#: A part and its whole are at most so alike, however many words they share.
PART = 0.5
#: What is one kind in a town among others of the kind ("Hochschule Dresden") at another website.
ONE_OF_A_KIND = 0.15
#: Names that hold a word which tells only one or two organisations.
RARE = 3
#: Kinds whose name with more words means a part: "University of Bamberg Press".
_WHOLES = frozenset({"university", "college", "hochschule", "polytechnic", "academy"})

_Found = tuple[int, int, float, tuple[str, ...]]


def find_duplicates(
    organisations: Iterable[Organisation],
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Pair]:
    """Pairs of entries that are probably one organisation, likeliest first.

    Args:
        executor: where the parts run (a process pool, or Dask's ``Client.get_executor()``);
            None: in this process.
        progress: called with (done, total) in organisations.

    Raises:
        MatchingError: two organisations have the same id.
    """
    pool = build(organisations)
    ranges = _ranges(len(pool))
    found: dict[tuple[int, int], _Found] = {}
    done = 0

    def take(part: tuple[int, int], rows: list[_Found]) -> None:
        nonlocal done
        found.update(((row[0], row[1]), row) for row in rows)
        done += part[1] - part[0]
        if progress:
            progress(done, len(pool))

    if executor is None:
        searcher = _Searcher(pool)
        for part in ranges:
            take(part, searcher.search(*part))
    else:
        packed = zlib.compress(pool.to_bytes(), 1)
        digest = hashlib.sha256(packed).hexdigest()
        futures = {executor.submit(_search, packed, digest, *part): part for part in ranges}
        try:
            for future in as_completed(futures):
                take(futures[future], future.result())
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    pairs = [
        Pair(pool.ids[one], pool.ids[other], score, reasons)
        for one, other, score, reasons in found.values()
    ]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def clusters(pairs: Iterable[Pair]) -> list[tuple[str, ...]]:
    """Groups of entries that pairs connect, each sorted by id; the largest first."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for pair in pairs:
        first, second = sorted((top(pair.first), top(pair.second)))
        parent[second] = first
    groups: dict[str, list[str]] = {}
    for one in parent:
        groups.setdefault(top(one), []).append(one)
    found = [tuple(sorted(group)) for group in groups.values() if len(group) > 1]
    return sorted(found, key=lambda group: (-len(group), group))


def _ranges(count: int) -> list[tuple[int, int]]:
    ends = [count * part // PARTS for part in range(PARTS + 1)]
    return [(begin, end) for begin, end in pairwise(ends) if end > begin]


class _Packed(bytes):
    """A packed pool that is remembered by its digest."""

    digest: str

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Packed) and other.digest == self.digest


def _search(packed: bytes, digest: str, begin: int, end: int) -> list[_Found]:
    remembered = _Packed(packed)
    remembered.digest = digest
    return _searcher(remembered).search(begin, end)


@lru_cache(maxsize=1)
def _searcher(packed: _Packed) -> _Searcher:
    # A worker does several parts of one search: it unpacks the pool once.
    return _Searcher(Pool.load(zlib.decompress(packed)))


class _Searcher:
    """Finds partners of entries and weighs them."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.comparer = Comparer(pool)
        self.speller = Speller(pool)
        words = pool.words.all()
        self.words = [
            tuple(words[number] for number in pool.words_of(name).tolist())
            for name in range(len(pool.owner))
        ]
        self.sets = [frozenset(words) for words in self.words]
        self.weights = [sum(map(self.comparer.weight, words)) for words in self.sets]
        self.letters = ["".join(sorted(words)) for words in self.words]
        self.countries = pool.country_of.tolist()
        self.hosts = pool.hosts.all()
        self.owners = pool.owner.tolist()
        self.kinds = pool.kind.tolist()
        self.evidence = [frozenset(text.split("\n")) - {""} for text in pool.evidence.all()]
        self.by_evidence: dict[str, list[int]] = {}
        for place, lines in enumerate(self.evidence):
            for line in lines:
                self.by_evidence.setdefault(line, []).append(place)
        self.town_words = [frozenset(text.split()) for text in pool.places.all()]

    def search(self, begin: int, end: int) -> list[_Found]:
        """Pairs that entries ``begin`` to ``end`` have with any others."""
        found: dict[tuple[int, int], _Found] = {}
        for one in range(begin, end):
            for other in sorted(self._partners(one)):
                if self._abroad(one, other):
                    continue
                key = (min(one, other), max(one, other))
                if key not in found:
                    score, reasons = self.weigh(*key)
                    found[key] = (*key, score, reasons)
        return [row for row in found.values() if row[2] >= ENOUGH]

    def _partners(self, one: int) -> set[int]:
        """Entries worth a closer look: like names, the same domain, number or address."""
        partners: set[int] = set()
        for name in self.pool.names_of(one):
            if self.kinds[name] != 2:
                partners.update(self._like_names(name))
        host = self.hosts[one]
        if host and len(at := self.pool.at_host(host)) <= SHARED_HOST:
            partners.update(at)
        for line in self.evidence[one]:
            if len(self.by_evidence[line]) <= SHARED_HOST:
                partners.update(self.by_evidence[line])
        partners.discard(one)
        return partners

    def _like_names(self, name: int) -> Iterable[int]:
        pool, words = self.pool, self.sets[name]
        lists = []
        rarest = max(words, key=lambda word: (pool.rarity[pool.number[word]], word))
        for word in sorted(words):
            number = pool.number[word]
            with_it = pool.names_with(number)
            if len(with_it) <= COMMON or word == rarest:
                lists.append(with_it)
                if len(with_it) <= 3:
                    lists.extend(
                        pool.names_with(pool.number[near])
                        for near, distance in self.speller.alike(word)
                        if distance
                    )
        for other in np.unique(np.concatenate(lists)).tolist():
            if self.kinds[other] != 2 and self._roughly_alike(name, other):
                yield self.owners[other]

    def _roughly_alike(self, one: int, other: int) -> bool:
        common = self.sets[one] & self.sets[other]
        shared: float = 2 * sum(map(self.comparer.weight, common))
        if shared >= ROUGH * float(self.weights[one] + self.weights[other]):
            return True
        a, b = self.letters[one], self.letters[other]
        letters: float = fuzz.ratio(a, b, score_cutoff=ROUGH_LETTERS)
        return bool(letters > 0)

    def _abroad(self, one: int, other: int) -> bool:
        countries = self.countries[one], self.countries[other]
        return bool(min(countries) >= 0 and countries[0] != countries[1])

    def weigh(self, one: int, other: int) -> tuple[float, tuple[str, ...]]:
        """Score of a pair, and why."""
        pool = self.pool
        name, main, telling = self._name(one, other)
        reasons = [] if name < 0.7 else ["same_name"] if name >= SAME else ["similar_name"]
        towns = int(pool.town_of[one]), int(pool.town_of[other])
        hosts = self.hosts[one], self.hosts[other]
        same_town = min(towns) >= 0 and towns[0] == towns[1]
        other_town = min(towns) >= 0 and towns[0] != towns[1]
        same_host = bool(hosts[0]) and hosts[0] == hosts[1]
        rare_host = same_host and len(pool.at_host(hosts[0])) <= SHARED_HOST
        common = self.evidence[one] & self.evidence[other]
        if same_host:
            reasons.append("same_domain")
        if same_town:
            reasons.append("same_town")
        reasons += sorted({_reason(line) for line in common})
        # Both have the same other name, as a part and its whole have: that says less.
        score = name * (1.0 if main else 0.93)
        if rare_host:
            score += (1 - score) * (0.6 if name >= 0.6 else 0.2)
        elif all(hosts) and not same_host:
            alone = same_town and name >= SAME and telling > 0
            score -= 0.08 if alone else ONE_OF_A_KIND
        if any(not line.startswith("address\t") for line in common):
            score = max(score, 0.9 + 0.1 * name) if name >= 0.3 else score
        elif common:
            score += (1 - score) * 0.3
        if other_town:
            moved = rare_host or telling >= TELLING
            score -= 0.04 if moved and name >= 0.95 else 0.3
        elif not same_town and not same_host:
            score -= 0.0 if telling >= TELLING else 0.12
        return round(min(max(score, 0.0), 1.0), 4), tuple(reasons)

    def _name(self, one: int, other: int) -> tuple[float, bool, float]:
        """Likeness of the most alike names, whether a name to show is one of them, their weight.

        The weight is 0 where they share nothing but kinds and towns ("Hochschule Dresden").
        """
        pool = self.pool
        towns = frozenset[str]().union(
            *(
                self.town_words[t]
                for t in (int(pool.town_of[one]), int(pool.town_of[other]))
                if t >= 0
            )
        )
        best = (0.0, False, 0.0)
        for a in pool.names_of(one):
            for b in pool.names_of(other):
                if self.kinds[a] == 2 or self.kinds[b] == 2:
                    continue
                if not self._roughly_alike(a, b):
                    continue
                first, second = sorted((self.words[a], self.words[b]))
                like = self.comparer.likeness(first, second, towns)
                if self._is_part(a, b) or self._is_part(b, a):
                    like = min(like, PART)
                main = self.kinds[a] == 0 or self.kinds[b] == 0
                common = self.sets[a] & self.sets[b]
                own = common - lexicon().kinds - towns
                weight = sum(map(self.comparer.weight, common)) if own else 0.0
                best = max(best, (like, main, weight))
        return best

    def _is_part(self, name: int, whole: int) -> bool:
        """Whether a name is another one and what part of it, or which of its sites, is meant.

        "Bielefeld University Library", and "Example Centre Dresden" where the other one is
        elsewhere.
        """
        rest = self.sets[name] - self.sets[whole]
        if not rest or not self.sets[whole] < self.sets[name]:
            return False
        own, other = (int(self.pool.town_of[self.owners[one]]) for one in (name, whole))
        town = self.town_words[own] if own >= 0 else frozenset[str]()
        if rest <= town:
            return other >= 0 and own != other
        # A word that hardly anyone has is an acronym of the whole: "ABCU - Abc University".
        known = any(len(self.pool.names_with(self.pool.number[word])) > RARE for word in rest)
        return bool(rest & lexicon().kinds - town) or (known and bool(_WHOLES & self.sets[whole]))


def _reason(line: str) -> str:
    scheme = line.partition("\t")[0]
    if scheme == "address":
        return "same_address"
    return "same_register_number" if scheme == "register" else "same_identifier"
