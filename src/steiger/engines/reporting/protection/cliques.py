"""Into which tables the joint table may be taken apart without the reader losing anything.

Tables that share dimensions constrain each other. If their sets of dimensions form an acyclic
hypergraph, non-negative tables that agree where they overlap always have a common joint table, so
that a reader learns nothing more from the joint one. Where they form a cycle, its tables are merged
into one.

Source: S. L. Lauritzen, Graphical Models, Oxford 1996, section 4.4 (decomposable models); reduction
after M. H. Graham, University of Toronto 1979, and C. T. Yu, M. Z. Özsoyoğlu, COMPSAC 1979,
doi:10.1109/CMPSAC.1979.762509.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Dimensions = frozenset[str]


@dataclass(frozen=True, slots=True)
class Clique:
    """One table to solve for, and where it hangs.

    Attributes:
        parent: index of the clique with which it must agree on `shared`; None for the last one.
    """

    dimensions: tuple[str, ...]
    parent: int | None
    shared: tuple[str, ...]


def cliques(tables: Iterable[Dimensions]) -> tuple[Clique, ...]:
    """The tables to solve for; parents come later in the order."""
    left = _maximal(set(tables) or {frozenset()})
    removed: list[tuple[Dimensions, Dimensions | None]] = []
    while left:
        ear = _ear(left)
        if ear is None:
            left = _maximal({frozenset().union(*left)})
            continue
        table, parent = ear
        left.remove(table)
        removed.append((table, parent))
    order = [table for table, _ in removed]
    return tuple(
        Clique(
            tuple(sorted(table)),
            None if parent is None else order.index(parent),
            () if parent is None else tuple(sorted(table & parent)),
        )
        for table, parent in removed
    )


def _maximal(tables: set[Dimensions]) -> list[Dimensions]:
    kept = [t for t in tables if not any(t < other for other in tables)]
    return sorted(kept, key=lambda t: (len(t), sorted(t)))


def _ear(tables: list[Dimensions]) -> tuple[Dimensions, Dimensions | None] | None:
    """A table whose overlap with all others lies in one of them."""
    if len(tables) == 1:
        return tables[0], None
    for table in tables:
        others = [other for other in tables if other != table]
        overlap = table & frozenset().union(*others)
        for other in others:
            if overlap <= other:
                return table, other
    return None
