"""From features to a probability: boosted trees, read from a file of plain numbers.

``data/model.json`` is made by ``benchmarks/directory/train_matching.py`` from the development half
of hand-labelled affiliations; its ``about`` says how. Gradient boosting: Friedman 2001,
doi:10.1214/aos/1013203451.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.matching.features import NAMES
from steiger.engines.directory.matching.types import MatchingError

_FILE = Path(__file__).parent / "data/model.json"


class Trees:
    """All trees as arrays of nodes; a leaf leads to itself.

    Attributes:
        floor: from this probability on a name counts as found.
    """

    def __init__(self, text: str) -> None:
        data = json.loads(text)
        if tuple(data["features"]) != NAMES:
            raise MatchingError("data/model.json was trained for other features; train it anew.")
        self.floor: float = data["floor"]
        self.roots = np.array(data["roots"], np.int32)
        self.feature = np.array(data["feature"], np.int32)
        self.threshold = np.array(data["threshold"], np.float64)
        self.left = np.array(data["left"], np.int32)
        self.right = np.array(data["right"], np.int32)
        self.value = np.array(data["value"], np.float64)
        self.depth: int = data["depth"]

    def probability(self, rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
        """(n) probabilities of (n, features) rows."""
        table = np.array(rows, np.float64).reshape(len(rows), len(NAMES))
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        line = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = table[line, self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        total: NDArray[np.float64] = self.value[node].sum(axis=1)
        return 1 / (1 + np.exp(-total))


@lru_cache(maxsize=1)
def trees() -> Trees:
    """The model of this version."""
    return Trees(_FILE.read_text(encoding="utf-8"))
