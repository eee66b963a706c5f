"""Where actors stand in a drawing of their relations, so that who works together stands together.

Each connected part is first spread by its hop distances to some landmarks (Pivot MDS: Brandes,
Pich 2006, doi:10.1007/978-3-540-70904-6_6), which gives the large shape at once; then springs pull
related actors together while all push each other away, in steps that shrink (cooling:
Fruchterman, Reingold 1991, doi:10.1002/spe.4380211102; forces: see `forces`).
Parts are packed side by side, the largest in the middle.

The same relations always give the same drawing: there is no chance in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.network.forces import Forces

Points = NDArray[np.float64]
Pairs = NDArray[np.int64]

PIVOTS = 40
STEPS = 140
FEWER_STEPS = 90
LARGE = 3_000
#: Free room around each part.
MARGIN = 1.2
GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


def lay_out(nodes: int, pairs: Pairs) -> Points:
    """Positions of all nodes.

    Args:
        nodes: how many there are.
        pairs: (relations, 2) numbers of the two ends; direction, loops and doubles play no part.

    Returns:
        (nodes, 2) coordinates around (0, 0); a part of n nodes is about 0.6 · √n wide around its
        middle.

    Raises:
        ValueError: an end is no node.
    """
    pairs = simple(nodes, pairs)
    places = np.zeros((nodes, 2))
    parts = components(nodes, pairs)
    spread = []
    for part in parts:
        inner = np.full(nodes, -1, dtype=np.int64)
        inner[part] = np.arange(len(part))
        inside = inner[pairs[:, 0]] >= 0
        spread.append(_part(len(part), inner[pairs[inside]]))
    for part, points, centre in zip(parts, spread, _packed(spread), strict=True):
        places[part] = points + centre
    return places


def simple(nodes: int, pairs: Pairs) -> Pairs:
    """Each pair once, smaller number first, without loops, in ascending order.

    Raises:
        ValueError: an end is no node.
    """
    pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if nodes < 0 or (len(pairs) and (pairs.min() < 0 or pairs.max() >= nodes)):
        raise ValueError("Each relation connects two of the nodes.")
    pairs = np.sort(pairs, axis=1)
    kept: Pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return kept


def components(nodes: int, pairs: Pairs) -> list[NDArray[np.int64]]:
    """Connected parts as ascending numbers of their nodes, the largest first."""
    label = np.arange(nodes)
    while len(pairs):
        low = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        new = label.copy()
        np.minimum.at(new, pairs[:, 0], low)
        np.minimum.at(new, pairs[:, 1], low)
        new = new[new]  # each step doubles how far a label has come
        if np.array_equal(new, label):
            break
        label = new
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    parts = np.split(order, starts[1:]) if nodes else []
    return sorted(parts, key=lambda part: (-len(part), int(part[0])))


def _part(nodes: int, pairs: Pairs) -> Points:
    """One connected part around its own middle."""
    if nodes == 1:
        return np.zeros((1, 2))
    if nodes == 2:
        return np.array([[-0.5, 0.0], [0.5, 0.0]])
    places = _landmarks(nodes, pairs)
    places += 0.05 * sunflower(nodes)
    reach = 0.6 + 0.9 * np.sqrt(nodes)
    places *= 4.0 * reach / max(float(np.abs(places).max()), 1e-9)
    forces = Forces(nodes, pairs)
    steps = FEWER_STEPS if nodes > LARGE else STEPS
    for step in range(steps):
        pull = forces.at(places)
        size = np.linalg.norm(pull, axis=1, keepdims=True)
        # The longest step shrinks to nothing, so that the drawing comes to rest.
        limit = 0.14 * reach * (1.0 - step / steps) ** 1.5
        places = places + pull * np.minimum(1.0, limit / np.maximum(size, 1e-9))
    places = _turned(places - places.mean(axis=0))
    # Every actor takes the same room, in small parts as in large ones.
    wide = max(float(np.sqrt((places**2).sum(1).mean())), 1e-9)
    sized: Points = places * (np.sqrt(nodes) * 0.6 / wide)
    return sized


def sunflower(nodes: int) -> Points:
    """Places as the seeds of a sunflower have them: evenly over a disc, no two alike."""
    number = np.arange(nodes)
    radius = np.sqrt((number + 0.5) / max(nodes, 1))
    angle = number * GOLDEN_ANGLE
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _landmarks(nodes: int, pairs: Pairs) -> Points:
    """The large shape from hop distances to landmarks (Pivot MDS)."""
    begin, ends = _neighbours(nodes, pairs)
    pivots = min(PIVOTS, nodes)
    away = np.empty((nodes, pivots))
    nearest = np.full(nodes, np.inf)
    pivot = int(np.argmax(np.diff(begin)))
    for column in range(pivots):
        away[:, column] = _hops(pivot, begin, ends)
        nearest = np.minimum(nearest, away[:, column])
        pivot = int(np.argmax(nearest))
    square = away**2
    centred = square - square.mean(axis=0) - square.mean(axis=1, keepdims=True) + square.mean()
    _, _, axes = np.linalg.svd(-0.5 * centred.T @ (-0.5 * centred))
    axes = axes[:2]
    strongest = np.abs(axes).argmax(axis=1)
    axes *= np.sign(axes[np.arange(len(axes)), strongest])[:, None]
    result: Points = -0.5 * centred @ axes.T
    return result / max(float(np.abs(result).max()), 1e-9)


def _neighbours(nodes: int, pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All neighbours in one column, and where those of each node begin."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    begin = np.searchsorted(both[:, 0], np.arange(nodes + 1))
    return begin.astype(np.int64), both[:, 1]


def _hops(start: int, begin: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Steps from one node to each node of its part."""
    away = np.full(len(begin) - 1, -1.0)
    away[start] = 0.0
    front = np.array([start])
    hop = 0
    while len(front):
        hop += 1
        lengths = begin[front + 1] - begin[front]
        offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        reached = np.unique(ends[np.repeat(begin[front], lengths) + offsets])
        front = reached[away[reached] < 0]
        away[front] = hop
    return away


def _turned(places: Points) -> Points:
    """With the longer side lying, since pages are wider than they are high."""
    _, _, axes = np.linalg.svd(places.T @ places)
    strongest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(2), strongest])[:, None]
    turned: Points = places @ axes.T
    return turned


def _packed(parts: list[Points]) -> list[Points]:
    """Centres of the parts, such that the discs around them do not touch; the first at (0, 0)."""
    radii = [float(np.linalg.norm(part, axis=1).max(initial=0.0)) + MARGIN for part in parts]
    centres = np.zeros((len(parts), 2))
    reach = radii[0] if radii else 0.0
    angle = 0.0
    ring = reach
    widest = 0.0
    # Rings around the largest part: each holds what fits, then the next begins.
    for number in range(1, len(parts)):
        radius = radii[number]
        if widest == 0.0:
            widest, angle = radius, 0.0
        turn = 2.0 * np.arcsin(min(1.0, radius / (ring + widest)))
        if angle + turn > 2.0 * np.pi + 1e-9:
            ring += 2.0 * widest
            widest, angle = radius, 0.0
            turn = 2.0 * np.arcsin(min(1.0, radius / (ring + widest)))
        middle = angle + turn / 2.0
        centres[number] = (ring + widest) * np.array([np.cos(middle), np.sin(middle)])
        angle += turn
    return list(centres)
