"""Proofs that no input in a box changes the answer: bounds, exact MILP, randomised smoothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.statistics import binomial_bounds
from steiger.engines.audit.systems.dense import DenseNet

Floats = NDArray[np.float64]
Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ends of each layer's values before its ReLU, (out,) each."""

    low: tuple[Floats, ...]
    high: tuple[Floats, ...]


def interval_bounds(net: DenseNet, low: Floats, high: Floats) -> Bounds:
    """Bounds by interval arithmetic (Gowal et al. 2018, arXiv:1810.12715)."""
    lows, highs = [], []
    for at, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        if at:
            low, high = np.maximum(low, 0), np.maximum(high, 0)
        middle, half = (low + high) / 2, (high - low) / 2
        centre, spread = weight @ middle + bias, np.abs(weight) @ half
        low, high = centre - spread, centre + spread
        lows.append(low)
        highs.append(high)
    return Bounds(tuple(lows), tuple(highs))


def least_margin(
    net: DenseNet, low: Floats, high: Floats, truth: int, *, nodes: int = 2000
) -> float:
    """A lower bound of (true class minus best other class) over the box low … high, (F,).

    Above zero: proven robust. The program of Tjeng et al. (2019, arXiv:1711.07356) is solved on
    HiGHS for every other class; where its nodes run out, the bound proven so far counts, so the
    answer is never too large. (A limit of time would let the answer depend on the machine.)
    The first class that cannot be excluded ends it: then the answer is about that class alone.
    """
    bounds = interval_bounds(net, low, high)
    least = math.inf
    for other in range(len(net.biases[-1])):
        if other != truth:
            least = min(least, _one(net, bounds, low, high, truth=truth, other=other, nodes=nodes))
            if least <= 0:
                return least
    return least


def _one(
    net: DenseNet,
    bounds: Bounds,
    low: Floats,
    high: Floats,
    *,
    truth: int,
    other: int,
    nodes: int,
) -> float:
    cheap = float(_last(net, bounds, low, high, net.weights[-1][truth] - net.weights[-1][other]))
    cheap += float(net.biases[-1][truth] - net.biases[-1][other])
    if cheap > 0:
        return cheap
    return solve(net, bounds, low, high, truth=truth, other=other, nodes=nodes)


def _last(net: DenseNet, bounds: Bounds, low: Floats, high: Floats, row: Floats) -> float:
    """Least value of row · (last hidden layer) by intervals."""
    if len(net.weights) > 1:
        low, high = np.maximum(bounds.low[-2], 0), np.maximum(bounds.high[-2], 0)
    return float(np.where(row > 0, row * low, row * high).sum())


@dataclass(slots=True)
class _Rows:
    """Linear constraints that are being collected: low ≤ row · variables ≤ high."""

    total: int
    rows: list[Floats] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: Mapping[int, float], weights: tuple[int, Floats], ends: Ends) -> None:
        """Single terms, and a block of weights from a place on."""
        row = np.zeros(self.total)
        place, block = weights
        row[place : place + len(block)] = block
        for at, value in terms.items():
            row[at] = value
        self.rows.append(row)
        self.low.append(ends[0])
        self.high.append(ends[1])


def _constraints(net: DenseNet, bounds: Bounds, starts: list[int], total: int) -> _Rows:
    """The ReLU of every hidden unit that may be on; see `solve`."""
    found, switch = _Rows(total), starts[-1]
    nothing = (0, np.zeros(0))
    for layer in range(len(net.weights) - 1):
        for unit, bias in enumerate(net.biases[layer].tolist()):
            least, most = float(bounds.low[layer][unit]), float(bounds.high[layer][unit])
            place, before = starts[layer + 1] + unit, (starts[layer], -net.weights[layer][unit])
            if most <= 0:
                continue
            if least >= 0:
                found.add({place: 1.0}, before, (bias, bias))
                continue
            found.add({place: 1.0}, before, (bias, math.inf))
            found.add({place: 1.0, switch: -least}, before, (-math.inf, bias - least))
            found.add({place: 1.0, switch: -most}, nothing, (-math.inf, 0.0))
            switch += 1
    return found


def solve(
    net: DenseNet,
    bounds: Bounds,
    low: Floats,
    high: Floats,
    *,
    truth: int,
    other: int,
    nodes: int,
) -> float:
    """The mixed-integer program of one other class: its proven lower bound.

    Variables: inputs x, per hidden unit its value after the ReLU h ≥ 0, and a switch a for units
    that may be on or off: z ≤ h ≤ z - l·(1 - a), 0 ≤ h ≤ u·a with z = W·before + b in [l, u].
    """
    from scipy.optimize import Bounds as Box
    from scipy.optimize import LinearConstraint, milp

    widths = [net.weights[0].shape[1], *[len(bias) for bias in net.biases[:-1]]]
    starts = [0, *np.cumsum(widths).tolist()]
    hidden = list(zip(bounds.low[:-1], bounds.high[:-1], strict=True))
    switches = sum(int(((a < 0) & (b > 0)).sum()) for a, b in hidden)
    ends = [np.maximum(b, 0) for _, b in hidden]
    most = np.concatenate([high, *ends, np.ones(switches)])
    least = np.concatenate([low, np.zeros(len(most) - len(low))])
    found = _constraints(net, bounds, starts, len(most))
    cost = np.zeros(len(most))
    cost[starts[-2] : starts[-1]] = net.weights[-1][truth] - net.weights[-1][other]
    limits: Any = LinearConstraint(np.array(found.rows), found.low, found.high)
    result = milp(
        cost,
        integrality=np.arange(len(most)) >= starts[-1],
        bounds=Box(least, most),
        constraints=limits if found.rows else (),
        options={"node_limit": nodes},
    )
    proven = result.fun if result.status == 0 and not switches else result.mip_dual_bound
    if proven is None or not np.isfinite(proven):
        return -math.inf
    return float(proven) + float(net.biases[-1][truth] - net.biases[-1][other])


def smoothed_radius(
    votes: Callable[[int], NDArray[np.intp]],
    *,
    sigma: float,
    first: int,
    second: int,
    alpha: float,
) -> tuple[int, float]:
    """Class of the smoothed classifier and its certified radius (L2); -1 and 0 if it abstains.

    Cohen et al. (2019, arXiv:1902.02918), CERTIFY: `votes(n)` gives n predicted classes under
    noise; the class is chosen with the first votes and bounded below (Clopper–Pearson) with others.
    """
    from scipy.special import ndtri

    classes, counts = np.unique(votes(first), return_counts=True)
    chosen = int(classes[counts.argmax()])
    hits = int((votes(second) == chosen).sum())
    low, _ = binomial_bounds(hits, second, alpha=alpha)
    if low <= 0.5:
        return -1, 0.0
    return chosen, float(sigma * ndtri(min(low, 1 - 1e-12)))
