"""What models give back, brought into one shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError
from steiger.engines.audit.data.table import as_text, value_text
from steiger.engines.audit.systems.dense import softmax

Floats = NDArray[np.float64]


def as_outputs(result: Any, classes: tuple[str, ...], where: str) -> Floats:
    """Probabilities (N, K) or values (N,) from an array or from dictionaries per row.

    One column and two classes: the probability of the second. Rows that do not add up to one
    are taken as logits.

    Raises:
        AuditError: a shape that fits neither the classes nor a regression, or values missing.
    """
    if isinstance(result, list) and result and isinstance(result[0], dict):
        names = {value_text(key): key for key in result[0]}
        if set(names) != set(classes):
            raise AuditError(f"{where}: gives classes {sorted(names)}, not {sorted(classes)}")
        result = [[row[names[name]] for name in classes] for row in result]
    values = np.asarray(result, dtype=np.float64)
    if not np.isfinite(values).all():
        raise AuditError(f"{where}: gave back values that are no finite numbers")
    if not classes:
        return values.reshape(len(values))
    values = values.reshape(len(values), -1)
    if values.shape[1] == 1 and len(classes) == 2:
        values = np.column_stack([1 - values[:, 0], values[:, 0]])
    if values.shape[1] != len(classes):
        raise AuditError(f"{where}: gives {values.shape[1]} outputs for {len(classes)} classes")
    if values.min() < -1e-6 or np.abs(values.sum(axis=1) - 1).max() > 1e-3:
        return softmax(values)
    return values


def from_labels(result: Any, classes: tuple[str, ...], where: str) -> Floats:
    """A one for the predicted class, (N, K).

    Raises:
        AuditError: a label that is no class.
    """
    labels = as_text(np.asarray(result).reshape(-1))
    place = {name: at for at, name in enumerate(classes)}
    unknown = sorted(set(labels.tolist()) - set(place))
    if unknown:
        raise AuditError(f"{where}: predicts {unknown[0]!r}, which is none of the classes")
    return np.eye(len(classes))[[place[label] for label in labels.tolist()]]
