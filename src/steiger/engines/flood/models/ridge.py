"""Ridge regression with weights, for all penalties at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Rows that are predicted at once, so that a long hindcast needs little memory.
CHUNK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """y = `level` + Σ `slopes` (x − `centre`), all (F,); a missing x counts as `centre`.

    `low`, `high` (F,) bound each x: a column that runs far out of what was learned must not carry
    the forecast away.
    """

    slopes: Array
    centre: Array
    low: Array
    high: Array
    level: float

    def predict(self, x: Array) -> Array:
        """Predictions (N,) for rows (N, F). A row's result does not depend on other rows."""
        result = np.empty(len(x))
        for first in range(0, len(x), CHUNK):
            rows = np.clip(x[first : first + CHUNK], self.low, self.high) - self.centre
            rows = np.where(np.isnan(rows), 0.0, rows) * self.slopes
            result[first : first + CHUNK] = rows.sum(axis=1) + self.level
        return result


class RidgePath:
    """The eigenvectors of a weighted problem, from which every penalty's solution follows.

    Hoerl, Kennard (1970), doi:10.1080/00401706.1970.10488634; penalties are per unit of weight
    on columns scaled to variance 1.
    """

    def __init__(self, x: Array, y: Array, weights: Array) -> None:
        """`x` (N, F) with NaN allowed, `y` (N,), `weights` (N,) positive."""
        known = ~np.isnan(x)
        filled = np.where(known, x, 0.0)
        given = weights @ known
        self.total = float(weights.sum())
        self.centre = (weights @ filled) / np.maximum(given, 1e-12)
        z = np.where(known, x - self.centre, 0.0)
        spread = np.sqrt((weights @ (z * z)) / np.maximum(given, 1e-12))
        self.spread = np.where(spread > 1e-9, spread, np.inf)
        self.low, self.high = bounds(z, self.centre)
        self.level = float((weights @ y) / self.total)
        z = z / self.spread
        weighted = z * weights[:, None]
        self.values, self.vectors = np.linalg.eigh(weighted.T @ z)
        self.shadow = self.vectors.T @ (weighted.T @ (y - self.level))

    def solve(self, penalty: float) -> Ridge:
        """The solution for one penalty."""
        turned = self.shadow / (np.maximum(self.values, 0.0) + penalty * self.total)
        slopes = (self.vectors @ turned) / self.spread
        return Ridge(slopes, self.centre, self.low, self.high, self.level)


def bounds(centred: Array, centre: Array) -> tuple[Array, Array]:
    """How far each column may go: three times as far from its centre as in training."""
    low = np.where(len(centred) > 0, centred.min(axis=0), 0.0)
    high = np.where(len(centred) > 0, centred.max(axis=0), 0.0)
    reach = 3.0
    return centre + reach * low, centre + reach * high
