"""A reader who solves for what is withheld, by linear programming."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from steiger.engines.reporting.protection.system import Ids, System

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """One solution: values of all unknowns, and how much each known figure limits it."""

    unknowns: Vector
    limits: Vector


class Reader:
    """Knows some areas exactly, and of the others that they are at least 1.

    Args:
        members: the unknowns of each area.
        counts: their true counts.
        most: no unknown is larger; keeps every programme bounded.
    """

    def __init__(self, system: System, members: Sequence[Ids], counts: Vector, most: float) -> None:
        self._all = rows_of(members, system.size)
        self._counts = counts
        self._agree = _differences(system)
        self._bounds = (0.0, most)
        self._size = system.size

    def extreme(self, objective: Vector, known: NDArray[np.bool_]) -> Answer:
        """The solution that makes an objective largest, given which areas are known."""
        from scipy.optimize import linprog
        from scipy.sparse import vstack

        numbers = np.flatnonzero(known)
        hidden = np.flatnonzero(~known)
        equal = vstack([self._all[numbers], self._agree], format="csr")
        values = np.concatenate([self._counts[numbers], np.zeros(self._agree.shape[0])])
        result = linprog(
            -objective,
            A_eq=equal if equal.shape[0] else None,
            b_eq=values if equal.shape[0] else None,
            A_ub=-self._all[hidden] if len(hidden) else None,
            b_ub=-np.ones(len(hidden)) if len(hidden) else None,
            bounds=self._bounds,
            method="highs",
        )
        if result.x is None:
            raise ArithmeticError(f"The published figures contradict each other: {result.message}")
        limits = np.zeros(len(self._counts))
        if len(numbers):
            limits[numbers] = np.abs(result.eqlin.marginals[: len(numbers)])
        return Answer(result.x, limits)


def rows_of(members: Iterable[Ids], size: int) -> csr_matrix:
    """One row of ones for each set of unknowns."""
    from scipy.sparse import csr_matrix

    listed = list(members)
    lengths = [len(ids) for ids in listed]
    columns = np.concatenate(listed) if listed else np.empty(0, np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(listed), size))


def _differences(system: System) -> csr_matrix:
    left = rows_of((pair[0] for pair in system.agreements), system.size)
    right = rows_of((pair[1] for pair in system.agreements), system.size)
    return left - right
