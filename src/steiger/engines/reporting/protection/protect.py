"""Which figures of a publication are withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.protection.areas import Area, Family, families, implied
from steiger.engines.reporting.protection.reader import Reader, Vector, rows_of
from steiger.engines.reporting.protection.rule import Rule
from steiger.engines.reporting.protection.system import Ids, system_of

#: How many solutions are asked for all small counts together before each is looked at.
WITNESSES = 6


@dataclass(frozen=True, slots=True)
class Protected:
    """What was decided.

    Attributes:
        withheld: figures that are not shown.
        exposed: small counts that figures published earlier give away already; nothing helps.
    """

    withheld: frozenset[Spot]
    exposed: frozenset[Area]


def protect(
    book: Book,
    spots: Iterable[Spot],
    *,
    known: Iterable[Spot] = (),
    withheld: Iterable[Spot] = (),
    rule: Rule | None = None,
) -> Protected:
    """Withhold small counts, and enough others that they cannot be computed back.

    Args:
        book: rows for every period of every spot.
        spots: what is to be published together.
        known: what was published before and can no longer be withheld.
        withheld: what was withheld before and stays so.

    The reader it plays solves over real numbers; whole numbers could narrow a cell further only
    where tables form cycles.
    """
    rule = rule or Rule()
    grouped: dict[str, set[Spot]] = defaultdict(set)
    asked, kept = set(spots), set(withheld)
    # A figure that was published and has become small since is withheld from now on.
    out = {s for s in known if s not in asked or not rule.small(book.figure(s))}
    for spot in {*asked, *out, *kept}:
        if book.indicators[spot.indicator].personal:
            grouped[spot.indicator].add(spot)
    secret: set[Spot] = set()
    exposed: set[Area] = set()
    for key, group in sorted(grouped.items()):
        for family in families(book, book.indicators[key], group):
            found, given_away = _Defence(family, out, kept, rule).run()
            secret |= found
            exposed |= given_away
    return Protected(frozenset(secret), frozenset(exposed))


class _Defence:
    """Withholds areas of one family until the reader is left in doubt."""

    def __init__(self, family: Family, out: set[Spot], kept: set[Spot], rule: Rule) -> None:
        self.rule = rule
        self.family = family
        self.areas = sorted(family.areas)
        self.counts = np.array([family.areas[area] for area in self.areas], float)
        fixed = [bool(family.spots[area] & out) for area in self.areas]
        self.fixed = np.array(fixed, bool)
        small = np.array([rule.small(int(c)) for c in self.counts], bool)
        before = np.array([bool(family.spots[area] & kept) for area in self.areas], bool)
        self.secret = (small | (before & (self.counts > 0))) & ~self.fixed

    def run(self) -> tuple[set[Spot], set[Area]]:
        """The spots to withhold, and small counts that cannot be saved."""
        hidden = {a: n for a, n in implied(self.family).items() if self.rule.small(n)}
        if not self.secret.any() and not hidden:
            return set(), set()
        system = system_of(self.family)
        members = [system.members(area) for area in self.areas]
        most = float(max(50.0, 4 * self.counts.max()))
        reader = Reader(system, members, self.counts, most)
        targets = [
            *((i, area) for i, area in enumerate(self.areas) if self._is_target(i)),
            *((-1, area) for area in sorted(hidden)),
        ]
        sets = [members[i] if i >= 0 else system.members(area) for i, area in targets]
        lost = self._hide(reader, sets, system.size)
        found = {s for i in np.flatnonzero(self.secret) for s in self.family.spots[self.areas[i]]}
        return found, {targets[number][1] for number in lost}

    def _is_target(self, number: int) -> bool:
        return bool(self.secret[number]) and self.rule.small(int(self.counts[number]))

    def _hide(self, reader: Reader, sets: list[Ids], size: int) -> set[int]:
        """Withhold until every target is hidden; returns those for which nothing helped."""
        matrix = rows_of(sets, size)
        low, high = np.full(len(sets), np.inf), np.full(len(sets), -np.inf)
        lost: set[int] = set()

        def ask(objective: Vector) -> NDArray[np.float64]:
            """Each solution is a witness for all targets; withholding more keeps it valid."""
            answer = reader.extreme(objective, ~self.secret)
            seen = matrix @ answer.unknowns
            np.minimum(low, seen, out=low)
            np.maximum(high, seen, out=high)
            return answer.limits

        def open_ones() -> list[int]:
            return [
                n for n in range(len(sets)) if not self.rule.hides(float(low[n]), float(high[n]))
            ]

        # A few programmes for all that is still open spare most of those for one cell.
        for turn in range(WITNESSES):
            weights = np.zeros(len(sets))
            weights[open_ones()] = 1.0 if turn % 2 == 0 else -1.0
            ask(matrix.T @ weights)
        for number in range(len(sets)):
            wanted = np.zeros(size)
            wanted[sets[number]] = 1.0
            while not self.rule.hides(float(low[number]), float(high[number])):
                limits = ask(wanted)
                if high[number] >= self.rule.threshold and not self.rule.hides(
                    float(low[number]), float(high[number])
                ):
                    limits = limits + ask(-wanted)
                if self.rule.hides(float(low[number]), float(high[number])):
                    break
                if not self._withhold_one(limits):
                    lost.add(number)
                    break
        return lost

    def _withhold_one(self, limits: Vector) -> bool:
        """Withhold the cheapest figure that limits the reader's doubt; False if none is left.

        Inner cells go before margins, margins before the whole, small before large.
        """
        open_ = ~self.secret & ~self.fixed & (self.counts > 0)
        useful = np.flatnonzero(open_ & (limits > 1e-9))
        if not len(useful):
            useful = np.flatnonzero(open_)
        if not len(useful):
            return False
        best = min(useful, key=lambda i: (-len(self.areas[i].where), self.counts[i], i))
        self.secret[best] = True
        return True
