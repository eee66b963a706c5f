"""Trains small dense nets in numpy: clean twins for a net under suspicion."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.systems.dense import DenseNet, softmax

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def train_dense(
    inputs: Floats,
    codes: Codes,
    widths: tuple[int, ...],
    *,
    features: tuple[str, ...],
    scale: float = 1.0,
    seed: int = 0,
    epochs: int = 30,
    rate: float = 0.01,
    batch: int = 64,
    decay: float = 1e-4,
) -> DenseNet:
    """A net with hidden layers of these widths on scaled inputs (N, F) and classes (N,).

    Adam (Kingma and Ba 2015, arXiv:1412.6980) on the cross entropy, weights from He et al. (2015).
    """
    rng = np.random.default_rng(seed)
    sizes = (inputs.shape[1], *widths, int(codes.max()) + 1)
    values = []
    for a, b in itertools.pairwise(sizes):
        values += [rng.normal(0, np.sqrt(2 / a), (b, a)), np.zeros(b)]
    first = [np.zeros_like(value) for value in values]
    second = [np.zeros_like(value) for value in values]
    wanted, step = np.eye(sizes[-1])[codes], 0
    for _ in range(epochs):
        order = rng.permutation(len(inputs))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            step += 1
            slopes = _slopes(values, inputs[rows], wanted[rows])
            for at, slope in enumerate(slopes):
                grown = slope + decay * values[at]
                first[at] = 0.9 * first[at] + 0.1 * grown
                second[at] = 0.999 * second[at] + 0.001 * grown**2
                mean, square = first[at] / (1 - 0.9**step), second[at] / (1 - 0.999**step)
                values[at] = values[at] - rate * mean / (np.sqrt(square) + 1e-8)
    return DenseNet(
        weights=tuple(values[0::2]), biases=tuple(values[1::2]), features=features, scale=scale
    )


def _slopes(values: list[Floats], inputs: Floats, wanted: Floats) -> list[Floats]:
    layers, hidden = [inputs], inputs
    for at in range(0, len(values) - 2, 2):
        hidden = np.maximum(hidden @ values[at].T + values[at + 1], 0.0)
        layers.append(hidden)
    error = (softmax(hidden @ values[-2].T + values[-1]) - wanted) / len(inputs)
    slopes: list[Floats] = []
    for at in range(len(values) - 2, -1, -2):
        layer = layers[at // 2]
        slopes = [error.T @ layer, error.sum(axis=0), *slopes]
        if at:
            error = (error @ values[at]) * (layer > 0)
    return slopes
