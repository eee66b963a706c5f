"""A system behind an address. The network call is an adapter's; here is only its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import Table
from steiger.engines.audit.systems.shapes import as_outputs, from_labels

Floats = NDArray[np.float64]
#: Column names and rows to one output per row.
Call = Callable[[tuple[str, ...], list[list[Any]]], list[Any]]
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSystem:
    """Asks in batches; labels, probabilities or values come back."""

    call: Call
    features: tuple[str, ...]
    classes: tuple[str, ...]
    has_scores: bool = True
    logits: bool = False

    def outputs(self, table: Table) -> Floats:
        """Probabilities, (N, K), or values, (N,).

        Raises:
            AuditError: an answer of another shape.
        """
        columns = [table[name].tolist() for name in self.features]
        rows = [list(row) for row in zip(*columns, strict=True)]
        answers: list[Any] = []
        for start in range(0, len(rows), BATCH):
            answers += self.call(self.features, rows[start : start + BATCH])
        if self.classes and not self.has_scores:
            return from_labels(np.array(answers, dtype=object), self.classes, "the endpoint")
        return as_outputs(answers, self.classes, "the endpoint", logits=self.logits)
