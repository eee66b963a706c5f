"""Proofs that no input in a box changes the answer: bounds, exact MILP, randomised smoothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.statistics import binomial_bounds
from steiger.engines.audit.systems.dense import DenseNet

Floats = NDArray[np.float64]


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
    net: DenseNet, low: Floats, high: Floats, truth: int, *, seconds: float = 10.0
) -> float:
    """A lower bound of (true class minus best other class) over the box low … high, (F,).

    Above zero: proven robust. The program of Tjeng et al. (2019, arXiv:1711.07356) is solved on
    HiGHS for every other class; where time runs out, the solver's proven bound counts, so the
    answer is never too large.
    The first class that cannot be excluded ends it: then the answer is about that class alone.
    """
    bounds = interval_bounds(net, low, high)
    least = math.inf
    for other in range(len(net.biases[-1])):
        if other != truth:
            least = min(
                least, _one(net, bounds, low, high, truth=truth, other=other, seconds=seconds)
            )
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
    seconds: float,
) -> float:
    cheap = float(_last(net, bounds, low, high, net.weights[-1][truth] - net.weights[-1][other]))
    cheap += float(net.biases[-1][truth] - net.biases[-1][other])
    if cheap > 0:
        return cheap
    return solve(net, bounds, low, high, truth=truth, other=other, seconds=seconds)


def _last(net: DenseNet, bounds: Bounds, low: Floats, high: Floats, row: Floats) -> float:
    """Least value of row · (last hidden layer) by intervals."""
    if len(net.weights) > 1:
        low, high = np.maximum(bounds.low[-2], 0), np.maximum(bounds.high[-2], 0)
    return float(np.where(row > 0, row * low, row * high).sum())


def solve(
    net: DenseNet,
    bounds: Bounds,
    low: Floats,
    high: Floats,
    *,
    truth: int,
    other: int,
    seconds: float,
) -> float:
    """The mixed-integer program of one other class: its proven lower bound.

    Variables: inputs x, per hidden unit its value after the ReLU h ≥ 0, and a switch a for units
    that may be on or off: z ≤ h ≤ z - l·(1 - a), 0 ≤ h ≤ u·a with z = W·before + b in [l, u].
    """
    from scipy.optimize import Bounds as Box
    from scipy.optimize import LinearConstraint, milp

    widths = [net.weights[0].shape[1], *[len(bias) for bias in net.biases[:-1]]]
    starts = np.concatenate([[0], np.cumsum(widths)]).astype(int)
    unsure = [(a < 0) & (b > 0) for a, b in zip(bounds.low[:-1], bounds.high[:-1], strict=True)]
    switches = int(sum(mask.sum() for mask in unsure))
    total = int(starts[-1]) + switches
    least, most = np.zeros(total), np.ones(total)
    least[: widths[0]], most[: widths[0]] = low, high
    rows: list[Floats] = []
    lower: list[float] = []
    upper: list[float] = []

    def add(row: Floats, least_value: float, most_value: float) -> None:
        rows.append(row)
        lower.append(least_value)
        upper.append(most_value)

    switch = int(starts[-1])
    for layer, _mask in enumerate(unsure):
        before = slice(int(starts[layer]), int(starts[layer + 1]))
        for unit in range(widths[layer + 1]):
            place = int(starts[layer + 1]) + unit
            weight, bias = net.weights[layer][unit], float(net.biases[layer][unit])
            l, u = float(bounds.low[layer][unit]), float(bounds.high[layer][unit])  # noqa: E741
            most[place] = max(u, 0.0)
            if u <= 0:
                continue
            row = np.zeros(total)
            row[place], row[before] = 1.0, -weight
            if l >= 0:
                add(row, bias, bias)
                continue
            add(row, bias, np.inf)
            upper_row = row.copy()
            upper_row[switch] = -l
            add(upper_row, -np.inf, bias - l)
            off = np.zeros(total)
            off[place], off[switch] = 1.0, -u
            add(off, -np.inf, 0.0)
            switch += 1
    cost = np.zeros(total)
    cost[int(starts[-2]) : int(starts[-1])] = net.weights[-1][truth] - net.weights[-1][other]
    whole = np.zeros(total)
    whole[int(starts[-1]) :] = 1
    limits: Any = LinearConstraint(np.array(rows), lower, upper) if rows else ()
    result = milp(
        cost,
        integrality=whole,
        bounds=Box(least, most),
        constraints=limits,
        options={"time_limit": seconds},
    )
    proven = getattr(result, "mip_dual_bound", None)
    if result.status == 0 and not switches:
        proven = result.fun
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
