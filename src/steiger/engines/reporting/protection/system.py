"""What a reader knows, as linear equations over the cells that she does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.protection.areas import Area, Family, slices
from steiger.engines.reporting.protection.cliques import Clique, cliques

Ids = NDArray[np.int64]
#: More unknowns than this in one table are not solved for.
MOST_CELLS = 400_000


@dataclass
class System:
    """Unknown cells and the equations that bind them.

    Attributes:
        size: how many unknowns there are.
        agreements: pairs of sets of unknowns with the same sum.
    """

    size: int
    agreements: list[tuple[Ids, Ids]]
    _grids: list[tuple[Clique, Ids]]
    _domains: Mapping[str, tuple[str, ...]]
    _slices: list[Period]

    def members(self, area: Area) -> Ids:
        """The unknowns that make up an area."""
        for clique, grid in self._grids:
            if area.dimensions <= set(clique.dimensions):
                return _flat(self._part(clique, grid, area))
        raise KeyError(area)

    def _part(self, clique: Clique, grid: Ids, area: Area) -> Ids:
        wanted = dict(area.where)
        index: list[NDArray[np.int64]] = []
        for name in clique.dimensions:
            domain = self._domains[name]
            if name not in wanted:
                index.append(np.arange(len(domain)))
            elif wanted[name] in domain:
                index.append(np.array([domain.index(wanted[name])]))
            else:
                return np.empty(0, np.int64)
        inside = [i for i, part in enumerate(self._slices) if area.period.covers(part)]
        return grid[np.ix_(*index, np.array(inside, np.int64))]


def system_of(family: Family) -> System:
    """The unknowns of a family; cells under a published zero are known to be zero."""
    parts = slices(area.period for area in family.areas)
    names = sorted(frozenset().union(*(area.dimensions for area in family.areas)))
    domains = {
        name: tuple(sorted({value for row in family.rows for value in row.value(name)}))
        for name in names
    }
    found = cliques(area.dimensions for area in family.areas)
    grids: list[tuple[Clique, Ids]] = []
    system = System(0, [], grids, domains, parts)
    for clique in found:
        shape = (*(len(domains[name]) for name in clique.dimensions), len(parts))
        if int(np.prod(shape)) > MOST_CELLS:
            raise ValueError(
                f"Tables by {', '.join(clique.dimensions)} have too many cells to be protected "
                "together; leave out a dimension."
            )
        grid = np.zeros(shape, np.int64)
        _kill_zeros(system, family, clique, grid)
        alive = grid >= 0
        count = int(alive.sum())
        grid[alive] = np.arange(system.size, system.size + count)
        system.size += count
        grids.append((clique, grid))
    system.agreements.extend(_agreements(grids))
    return system


def _kill_zeros(system: System, family: Family, clique: Clique, grid: Ids) -> None:
    for area, count in family.areas.items():
        if count or not area.dimensions <= set(clique.dimensions):
            continue
        wanted = dict(area.where)
        if any(value not in system._domains[name] for name, value in wanted.items()):
            continue
        place = tuple(
            system._domains[name].index(wanted[name]) if name in wanted else slice(None)
            for name in clique.dimensions
        )
        inside = [i for i, part in enumerate(system._slices) if area.period.covers(part)]
        for i in inside:
            grid[(*place, i)] = -1


def _agreements(grids: list[tuple[Clique, Ids]]) -> list[tuple[Ids, Ids]]:
    found = []
    for clique, grid in grids:
        if clique.parent is None:
            continue
        above, other = grids[clique.parent]
        mine = _by_shared(clique, grid, clique.shared)
        theirs = _by_shared(above, other, clique.shared)
        for left, right in zip(mine, theirs, strict=True):
            pair = (_flat(left), _flat(right))
            if len(pair[0]) or len(pair[1]):
                found.append(pair)
    return found


def _by_shared(clique: Clique, grid: Ids, shared: tuple[str, ...]) -> Ids:
    """One line for each value of the shared dimensions in each slice of time."""
    keep = [clique.dimensions.index(name) for name in shared]
    rest = [i for i in range(len(clique.dimensions)) if i not in keep]
    last = len(clique.dimensions)
    turned = np.transpose(grid, (*keep, last, *rest))
    lines = int(np.prod(turned.shape[: len(keep) + 1]))
    return turned.reshape(lines, -1)


def _flat(ids: Ids) -> Ids:
    flat = ids.ravel()
    alive: Ids = flat[flat >= 0]
    return alive
