"""What models give back, brought into one shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import AuditError
from steiger.engines.audit.data.table import as_text, value_text
from steiger.engines.audit.systems.dense import softmax

Floats = NDArray[np.float64]
#: How far rounding may take a probability beyond 0 and 1.
SLACK = 1e-6


def as_outputs(
    result: Any, classes: tuple[str, ...], where: str, *, logits: bool = False
) -> Floats:
    """Probabilities (N, K) or values (N,) from an array or from dictionaries per row.

    One column and two classes: the probability of the second. Rows of several columns that do not
    add up to one are taken as logits. One column is so only where that was declared: a few logits
    between 0 and 1 could not be told from probabilities.

    Raises:
        AuditError: a shape that fits neither the classes nor a regression, or values missing, or
            one column that holds no probabilities.
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
        if values.size != len(values):
            raise AuditError(
                f"{where}: gives {values.size // max(1, len(values))} values per row, but one "
                "target is examined at a time; give a model of that one, or its predictions as a "
                "column: [predictions] value"
            )
        return values.reshape(len(values))
    values = values.reshape(len(values), -1)
    if values.shape[1] == 1 and len(classes) == 2:
        second = values[:, 0]
        if not logits and (second.min() < -SLACK or second.max() > 1 + SLACK):
            raise AuditError(
                f"{where}: gives one output per row, and not all lie between 0 and 1; if they are "
                'logits (what a sigmoid would be applied to), say so: [model] answers = "logits"'
            )
        # The softmax of 0 and a logit is its sigmoid.
        values = np.column_stack([np.zeros_like(second) if logits else 1 - second, second])
    if values.shape[1] != len(classes):
        raise AuditError(f"{where}: gives {values.shape[1]} outputs for {len(classes)} classes")
    if logits or values.min() < -SLACK or np.abs(values.sum(axis=1) - 1).max() > 1e-3:
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
        known = ", ".join(classes[:12])
        raise AuditError(
            f"{where}: predicts {unknown[0]!r}, which is none of the classes ({known})"
        )
    return np.eye(len(classes))[[place[label] for label in labels.tolist()]]
