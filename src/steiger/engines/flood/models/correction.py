"""One forest over all gauges that corrects each gauge's ridge.

A gauge has seen few floods, a network many. What ridges leave over is alike from gauge to gauge
once it is measured in their spreads: it is learned from all of them together
(docs/decisions/0042).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.models.trees import Trees

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Neighbours whose changes are looked at, most telling first.
NEIGHBOURS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Trees that saw no gauge from row `first` up to, not including, row `last` of the network."""

    first: int
    last: int
    trees: Trees


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What to add to a ridge's forecast `steps` ahead, in spreads of the gauge.

    `names` are the columns that it looks at. `blocks` are there while gauges are trained; together
    they cover all rows.
    """

    steps: int
    names: tuple[str, ...]
    trees: Trees
    blocks: tuple[Block, ...] = ()

    def predict(self, columns: Array) -> Array:
        """The correction (N,) for `columns_of` the rows."""
        return self.trees.predict(columns)

    def held_out(self, at: Ints, columns: Array) -> Array:
        """The same for rows `at` (N,) of the training's record, by trees that had not seen them."""
        found = np.full(len(at), np.nan)
        for block in self.blocks:
            here = (at >= block.first) & (at < block.last)
            found[here] = block.trees.predict(columns[here])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Corrections:
    """Corrections by lead in steps, `dry` without and `wet` with rain ahead; empty without any."""

    dry: dict[int, Correction] = field(default_factory=dict)
    wet: dict[int, Correction] = field(default_factory=dict)

    def of(self, steps: int, *, wet: bool) -> Correction | None:
        """That of one lead, if there is one."""
        return (self.wet if wet else self.dry).get(steps)


def shared_names(names: list[str], smooth: list[bool]) -> list[str]:
    """Those of a gauge's columns that mean the same at any gauge."""
    return [
        name
        for name, line in zip(names, smooth, strict=True)
        if not line and not name.startswith(("release", "other", "catchment")) and _shared(name)
    ]


def _shared(name: str) -> bool:
    if not name.startswith("gauge"):
        return True
    number, _, what = name.removeprefix("gauge").partition("_")
    return what.startswith("d") and int(number) <= NEIGHBOURS


def _in_unit(name: str) -> bool:
    return name.startswith(("own", "gauge"))


def columns_of(
    wanted: tuple[str, ...], names: list[str], x: Array, change: Array, spread: float
) -> Array:
    """The columns `wanted` of a gauge's rows `x` (N, F) with `names`, and what its ridge expects.

    `change` (N,) is by how much the ridge's forecast differs from the present level. All that is in
    the gauge's unit is measured in `spread`. What a gauge lacks is NaN.
    """
    places = {name: place for place, name in enumerate(names)}
    found = np.full((len(x), len(wanted) + 1), np.nan)
    for column, name in enumerate(wanted):
        place = places.get(name)
        if place is not None:
            found[:, column] = x[:, place] / spread if _in_unit(name) else x[:, place]
    found[:, -1] = change / spread
    return found
