"""A net of dense layers with ReLU, in numpy: forward, backward, bounds. Read from safetensors.

Small nets only: what is gained is that gradients, attacks and proofs need no further library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError, Table

Floats = NDArray[np.float64]
NUMBERED = re.compile(r"(\d+)\.(weight|bias)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseNet:
    """Layers x → W x + b, ReLU between them, softmax at the end.

    Attributes:
        weights: one (out, in) per layer.
        biases: one (out,) per layer.
        features: columns that are its inputs, in order.
        scale: inputs are divided by it, so that they lie about between 0 and 1.
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    features: tuple[str, ...]
    scale: float = 1.0

    @property
    def has_scores(self) -> bool:
        """It gives probabilities."""
        return True

    def inputs(self, table: Table) -> Floats:
        """Scaled inputs, (N, F)."""
        return table.matrix(self.features) / self.scale

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K)."""
        return softmax(self.logits(self.inputs(table)))

    def logits(self, inputs: Floats) -> Floats:
        """Outputs before the softmax, (N, K), of scaled inputs."""
        hidden = inputs
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            hidden = np.maximum(hidden @ weight.T + bias, 0.0)
        return np.asarray(hidden @ self.weights[-1].T + self.biases[-1])

    def gradient(self, inputs: Floats, direction: Floats) -> Floats:
        """Derivative of sum(direction · logits) by the scaled inputs, (N, F)."""
        active, hidden = [], inputs
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            before = hidden @ weight.T + bias
            active.append(before > 0)
            hidden = np.maximum(before, 0.0)
        flow = direction @ self.weights[-1]
        for weight, on in zip(reversed(self.weights[:-1]), reversed(active), strict=True):
            flow = (flow * on) @ weight
        return np.asarray(flow)


def softmax(logits: Floats) -> Floats:
    """Rows to probabilities."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def read_dense(path: Path, features: tuple[str, ...], classes: int, scale: float) -> DenseNet:
    """The net in a safetensors file with tensors `….0.weight`, `….0.bias`, … as torch names them.

    Raises:
        AuditError: other names, shapes that do not follow each other, or other sizes at the ends.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise AuditError(f"{path}: is no safetensors file ({error})") from None
    layers: dict[int, dict[str, Floats]] = {}
    for name, tensor in tensors.items():
        match = NUMBERED.search(name)
        if not match:
            raise AuditError(f"{path}: tensor {name!r}; expected names such as 0.weight, 0.bias")
        layers.setdefault(int(match[1]), {})[match[2]] = tensor.astype(np.float64)
    weights, biases, width = [], [], len(features)
    for number in sorted(layers):
        layer = layers[number]
        if set(layer) != {"weight", "bias"} or layer["weight"].ndim != 2:
            raise AuditError(f"{path}: layer {number} needs a weight (out, in) and a bias (out)")
        out, wide = layer["weight"].shape
        if wide != width or layer["bias"].shape != (out,):
            raise AuditError(f"{path}: layer {number} expects {wide} inputs, it would get {width}")
        weights.append(layer["weight"])
        biases.append(layer["bias"])
        width = out
    if not weights or width != classes:
        raise AuditError(f"{path}: ends in {width} outputs, but there are {classes} classes")
    return DenseNet(weights=tuple(weights), biases=tuple(biases), features=features, scale=scale)
