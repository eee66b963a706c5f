"""A reader who tries to compute back what reports withhold, from nothing but what they print.

Independent of the engine's own reader: it takes every printed table of every report, sets up the
*joint* table of all dimensions and months, and narrows each withheld cell down by linear
programming.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from steiger.engines.reporting.book import Spot
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.writing.document import Document


@dataclass(frozen=True)
class Cell:
    """A printed figure; None where it is withheld."""

    first: str
    last: str
    where: tuple[tuple[str, str], ...]
    value: int | None


def printed(documents: Iterable[Document], indicator: str) -> list[Cell]:
    """Every cell of every table of one indicator."""
    found: dict[tuple[str, str, tuple[tuple[str, str], ...]], int | None] = {}
    for document in documents:
        for grid in document.grids:
            for cell in (cell for row in grid.rows for cell in row):
                if cell.spot is not None and cell.spot.indicator == indicator:
                    first, last, where = place_of(cell.spot)
                    known = found.get((first, last, where))
                    found[first, last, where] = cell.value if known is None else known
    return [Cell(*place, value) for place, value in found.items()]


def place_of(spot: Spot) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """First and last month, and values other than the month."""
    period = spot.period
    where = dict(spot.where)
    if "month" in where:
        period = Period.of(where.pop("month"))
    return f"{period.first:%Y-%m}", f"{period.last:%Y-%m}", tuple(sorted(where.items()))


class Attack:
    """All that is printed, as equations over the joint table."""

    def __init__(self, cells: list[Cell]) -> None:
        self.cells = cells
        months = sorted({c.first for c in cells} | {c.last for c in cells})
        self.months = [
            f"{year}-{month:02d}"
            for year in range(int(months[0][:4]), int(months[-1][:4]) + 1)
            for month in range(1, 13)
            if months[0] <= f"{year}-{month:02d}" <= months[-1]
        ]
        names = sorted({name for c in cells for name, _ in c.where})
        values = {n: sorted({v for c in cells for m, v in c.where if m == n}) for n in names}
        zeros = [c for c in cells if c.value == 0]
        self.atoms = []
        for month in self.months:
            for combination in product(*(values[n] for n in names)):
                atom = (month, dict(zip(names, combination, strict=True)))
                if not any(self._in(atom, cell) for cell in zeros):
                    self.atoms.append(atom)
        known = [c for c in cells if c.value]
        secret = [c for c in cells if c.value is None]
        self.equal = self._matrix(known)
        self.right = np.array([float(c.value or 0) for c in known])
        self.least = self._matrix(secret)
        self.most = 4 * max([50.0, *self.right])

    @staticmethod
    def _in(atom: tuple[str, dict[str, str]], cell: Cell) -> bool:
        month, values = atom
        return cell.first <= month <= cell.last and all(values[n] == v for n, v in cell.where)

    def _matrix(self, cells: list[Cell]) -> csr_matrix:
        lines = [[float(self._in(atom, cell)) for atom in self.atoms] for cell in cells]
        return csr_matrix(np.array(lines).reshape(len(cells), len(self.atoms)))

    def bounds(
        self, first: str, last: str, where: tuple[tuple[str, str], ...]
    ) -> tuple[float, float]:
        """Between which values a cell must lie."""
        line = self._matrix([Cell(first, last, where, None)]).toarray()[0]
        ends = []
        for sign in (1.0, -1.0):
            result = linprog(
                sign * line,
                A_eq=self.equal if self.equal.shape[0] else None,
                b_eq=self.right if self.equal.shape[0] else None,
                A_ub=-self.least if self.least.shape[0] else None,
                b_ub=-np.ones(self.least.shape[0]) if self.least.shape[0] else None,
                bounds=(0, self.most),
                method="highs",
            )
            assert result.status == 0, result.message
            ends.append(sign * result.fun)
        return ends[0], ends[1]
