"""Places for a network that has changed since it was laid out, found at once.

Whoever is known keeps its place; newcomers stand beside those they are related to. It holds until
the drawing is laid out anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from steiger.engines.directory.network.layout import (
    GOLDEN_ANGLE,
    MARGIN,
    Pairs,
    Points,
    components,
    simple,
    sunflower,
)


def place(keys: Sequence[int], pairs: Pairs, known: Mapping[int, tuple[float, float]]) -> Points:
    """Positions of all nodes, in time proportional to the number of relations.

    Args:
        keys: number of each node; ``known`` has the places of some of them.
        pairs: (relations, 2) indices into ``keys``.

    Raises:
        ValueError: an end is no node.
    """
    nodes = len(keys)
    pairs = simple(nodes, pairs)
    # The best connected stand in the middle of the disc for those without a place.
    places = np.zeros((nodes, 2))
    degree = np.bincount(pairs.ravel(), minlength=nodes)
    rank = np.empty(nodes, dtype=np.int64)
    part = np.empty(nodes, dtype=np.int64)
    for number, members in enumerate(components(nodes, pairs)):
        part[members] = number
    rank[np.lexsort((np.arange(nodes), -degree, part))] = np.arange(nodes)
    places[:] = sunflower(nodes)[rank] * np.sqrt(nodes) * MARGIN
    if not known:
        return places
    has = np.array([key in known for key in keys], dtype=bool)
    if has.any():
        places[has] = [known[key] for key, there in zip(keys, has, strict=True) if there]
        reach = float(np.linalg.norm(places[has], axis=1).max())
        lonely = ~has
        # Newcomers without a known neighbour form a ring around the drawing.
        angle = np.arange(int(lonely.sum())) * GOLDEN_ANGLE
        ring = reach + MARGIN
        places[lonely] = np.column_stack([ring * np.cos(angle), ring * np.sin(angle)])
        _beside(places, has, pairs)
    return places


def _beside(places: Points, has: np.ndarray, pairs: Pairs) -> None:
    """Put each newcomer at the middle of its known neighbours, a step aside."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[~has[both[:, 0]] & has[both[:, 1]]]
    count = np.bincount(both[:, 0], minlength=len(places))
    some = np.flatnonzero(count)
    for axis in (0, 1):
        total = np.bincount(both[:, 0], places[both[:, 1], axis], minlength=len(places))
        places[some, axis] = total[some] / count[some]
    turn = np.arange(len(some)) * GOLDEN_ANGLE
    places[some] += 0.7 * np.column_stack([np.cos(turn), np.sin(turn)])
