"""Attacks within a box around an input. What they find is real; what they miss may still exist."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.systems.dense import DenseNet

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
#: Inputs (N, F) to probabilities or logits (N, K).
Scores = Callable[[Floats], Floats]


def margin(outputs: Floats, truth: Codes) -> Floats:
    """Output of the true class minus the best other one, (N,); below zero is an error."""
    rows = np.arange(len(truth))
    others = outputs.copy()
    others[rows, truth] = -np.inf
    return np.asarray(outputs[rows, truth] - others.max(axis=1))


def projected_gradient(
    net: DenseNet,
    inputs: Floats,
    truth: Codes,
    reach: float,
    bounds: tuple[Floats, Floats],
    *,
    steps: int,
    restarts: int,
    rng: np.random.Generator,
) -> Floats:
    """The worst inputs found within `reach` of each (maximum norm), (N, F).

    Madry et al. (2018, arXiv:1706.06083) with sign steps on the margin and random starts.
    """
    rows = np.arange(len(truth))
    worst, least = inputs.copy(), margin(net.logits(inputs), truth)
    low, high = np.maximum(inputs - reach, bounds[0]), np.minimum(inputs + reach, bounds[1])
    for _ in range(restarts):
        now = np.clip(inputs + rng.uniform(-reach, reach, inputs.shape), low, high)
        for step in range(steps):
            logits = net.logits(now)
            others = logits.copy()
            others[rows, truth] = -np.inf
            direction = np.zeros_like(logits)
            direction[rows, others.argmax(axis=1)] = 1.0
            direction[rows, truth] -= 1.0
            size = 2.5 * reach / steps * (1 - 0.5 * step / steps)
            now = np.clip(now + size * np.sign(net.gradient(now, direction)), low, high)
            found = margin(net.logits(now), truth)
            better = found < least
            worst[better], least[better] = now[better], found[better]
    return worst


def random_search(
    scores: Scores,
    inputs: Floats,
    truth: Codes,
    reach: Floats,
    bounds: tuple[Floats, Floats],
    *,
    steps: int,
    rng: np.random.Generator,
) -> Floats:
    """The worst inputs found by asking only, (N, F); `reach` is per feature, (F,).

    In the manner of the square attack (Andriushchenko et al. 2020, arXiv:1912.00049): corners of
    the box, a shrinking set of features at a time, kept when the margin falls.
    """
    count, wide = inputs.shape
    low, high = np.maximum(inputs - reach, bounds[0]), np.minimum(inputs + reach, bounds[1])
    worst, least = inputs.copy(), margin(scores(inputs), truth)
    corner = np.where(rng.random((count, wide)) < 0.5, low, high)
    for step in range(steps):
        part = max(0.8 * (1 - step / steps), 1.0 / max(wide, 1))
        change = rng.random((count, wide)) < part
        change[np.arange(count), rng.integers(0, wide, count)] = True
        side = np.where(rng.random((count, wide)) < 0.5, low, high)
        tried = corner if step == 0 else np.where(change, side, worst)
        found = margin(scores(tried), truth)
        better = found < least
        worst[better], least[better] = tried[better], found[better]
    return worst
