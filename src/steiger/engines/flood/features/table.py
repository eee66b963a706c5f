"""Columns of numbers with names and the group of sensors that each comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

OWN, STORE, RAIN, AHEAD, SEASON = "own", "store", "rain", "ahead", "season"
CATCHMENT = "catchment"


@dataclass(slots=True)
class Table:
    """Features of N rows. Grows column by column; `matrix` puts them together.

    A group is `own`, `rain`, `store`, `ahead`, `season`, `catchment`, or the id of a sensor.
    Columns marked `smooth` are for linear models only: trees find the same in other columns.
    """

    names: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    smooth: list[bool] = field(default_factory=list)
    columns: list[Array] = field(default_factory=list)

    def add(self, name: str, group: str, column: Array, *, smooth: bool = False) -> None:
        """One more column (N,)."""
        self.names.append(name)
        self.groups.append(group)
        self.smooth.append(smooth)
        self.columns.append(column)

    def __add__(self, other: Table) -> Table:
        """Columns of both."""
        return Table(
            self.names + other.names,
            self.groups + other.groups,
            self.smooth + other.smooth,
            self.columns + other.columns,
        )

    def matrix(self) -> Array:
        """All columns, (N, F)."""
        return np.column_stack(self.columns)

    def for_trees(self) -> NDArray[np.int64]:
        """Places of the columns that trees use."""
        return np.flatnonzero(~np.array(self.smooth, dtype=bool))
