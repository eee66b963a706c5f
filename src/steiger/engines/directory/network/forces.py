"""The forces between actors in a drawing: springs along relations, and all push each other away.

Springs pull with their length, pushes fall with the distance and weigh the number of relations
(ForceAtlas2: Jacomy et al. 2014, doi:10.1371/journal.pone.0098679). A relation between two who
share neighbours pulls more, which sets closely knit groups apart.

Pushing is exact up to some thousand nodes. Beyond, each node is pushed by its nearest neighbours
one by one and by all others in groups of equal size, so that the work grows with n · √n and not
with n².
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Pairs = NDArray[np.int64]

EXACT = 1_500
NEAR = 12
ROWS = 512
#: Pulls every node a little to the middle, so that loose branches do not fly away.
GRAVITY = 0.05
#: How much a relation pulls whose ends share nobody; each shared neighbour adds one.
ALONE = 0.3
_TINY = 1e-3


class Forces:
    """The forces in one connected part."""

    def __init__(self, nodes: int, pairs: Pairs) -> None:
        self.nodes, self.pairs = nodes, pairs
        degree = np.bincount(pairs.ravel(), minlength=nodes)
        # Those with many relations push more: they need room for their neighbours.
        self.weight: Points = ((1.0 + degree) / 2.0).astype(np.float64)
        self.stiffness = ALONE + _shared(nodes, pairs)
        self.side = max(2, round(nodes**0.25))

    def at(self, places: Points) -> Points:
        """The force on each node, (nodes, 2), in units of the length of a relation."""
        total = self._springs(places) - GRAVITY * self.weight[:, None] * places
        total += self._pushed_exactly(places) if self.nodes <= EXACT else self._pushed(places)
        return total / self.weight[:, None]

    def _springs(self, places: Points) -> Points:
        one, other = self.pairs[:, 0], self.pairs[:, 1]
        way = places[other] - places[one]
        pull = way * self.stiffness[:, None]
        total = np.zeros_like(places)
        for axis in (0, 1):
            total[:, axis] += np.bincount(one, pull[:, axis], minlength=self.nodes)
            total[:, axis] -= np.bincount(other, pull[:, axis], minlength=self.nodes)
        return total

    def _pushed_exactly(self, places: Points) -> Points:
        total = np.empty_like(places)
        for begin in range(0, self.nodes, ROWS):
            part = slice(begin, begin + ROWS)
            total[part] = _push(places[part], self.weight[part], places, self.weight)
        return total

    def _pushed(self, places: Points) -> Points:
        from scipy.spatial import cKDTree

        group = self._groups(places)
        mass = np.bincount(group, self.weight).astype(np.float64)
        centres = np.column_stack(
            [np.bincount(group, self.weight * places[:, axis]) / mass for axis in (0, 1)]
        )
        total = np.empty_like(places)
        for begin in range(0, self.nodes, ROWS):
            part = slice(begin, begin + ROWS)
            total[part] = _push(places[part], self.weight[part], centres, np.asarray(mass))
        near = min(NEAR + 1, self.nodes)
        _, found = cKDTree(places).query(places, k=near)
        neighbours = np.asarray(found)[:, 1:]
        way = places[:, None, :] - places[neighbours]
        square = np.maximum((way**2).sum(axis=2), _TINY)
        push = self.weight[:, None] * self.weight[neighbours] / square
        result: Points = total + (way * push[:, :, None]).sum(axis=1)
        return result

    def _groups(self, places: Points) -> NDArray[np.int64]:
        """Number of each node's group: columns of equal size by x, each cut by y."""
        columns = self.side * 3
        rank = np.empty(self.nodes, dtype=np.int64)
        rank[np.argsort(places[:, 0], kind="stable")] = np.arange(self.nodes)
        column = rank * columns // self.nodes
        order = np.lexsort((places[:, 1], column))
        first = np.searchsorted(column[order], np.arange(columns))
        size = np.diff(np.append(first, self.nodes))
        within = np.empty(self.nodes, dtype=np.int64)
        within[order] = np.arange(self.nodes) - np.repeat(first, size)
        groups: NDArray[np.int64] = column * columns + within * columns // size[column]
        return groups


def _shared(nodes: int, pairs: Pairs) -> NDArray[np.float64]:
    """How many neighbours the two ends of each relation share."""
    from scipy.sparse import coo_matrix

    if not len(pairs):
        return np.zeros(0)
    one, other = pairs[:, 0], pairs[:, 1]
    half = coo_matrix((np.ones(len(pairs)), (one, other)), shape=(nodes, nodes)).tocsr()
    both = half + half.T
    return np.asarray((both @ both)[one, other], dtype=np.float64).ravel()


def _push(places: Points, weight: Points, from_: Points, mass: Points) -> Points:
    """What pushes at ``places``: inversely proportional to the distance."""
    x = places[:, None, 0] - from_[None, :, 0]
    y = places[:, None, 1] - from_[None, :, 1]
    strength = mass[None, :] / np.maximum(x * x + y * y, _TINY)
    result: Points = weight[:, None] * np.column_stack(
        [(x * strength).sum(axis=1), (y * strength).sum(axis=1)]
    )
    return result
