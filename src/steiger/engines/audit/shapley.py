"""Shapley values by sampling, and how well an explanation orders what counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.context import Context
from steiger.engines.audit.data import Table

Floats = NDArray[np.float64]


def mixed(table: Table, other: Table, names: tuple[str, ...], take: NDArray[np.bool_]) -> Table:
    """Rows of `table` with the values of `other` where `take` (N, F) says so."""
    columns = {
        name: np.where(take[:, at], other[name], table[name]) for at, name in enumerate(names)
    }
    return table.replaced(columns)


def shapley_values(
    context: Context, rows: Table, background: Table, *, orders: int, rng: np.random.Generator
) -> Floats:
    """Shapley values of the favourable class's score, (N, F).

    Štrumbelj and Kononenko (2014, doi:10.1007/s10115-013-0679-x): features are switched from a
    background row to the row's own value in random order; a value is the mean step. Each order is
    also walked backwards, which halves the error. Values of a row add up to its score minus the
    mean score of the background rows drawn for it.
    """
    names, count = context.features, len(rows)
    values = np.zeros((count, len(names)))
    model = context.model()
    for turn in range(orders):
        order = rng.permutation(len(names))
        if turn % 2:
            order = order[::-1]
        drawn = background.rows(rng.integers(0, len(background), count))
        steps = []
        take = np.zeros((count, len(names)), dtype=bool)
        steps.append(mixed(drawn, rows, names, take))
        for feature in order:
            take = take.copy()
            take[:, feature] = True
            steps.append(mixed(drawn, rows, names, take))
        every = stacked(steps)
        scores = context.score(model.outputs(every)).reshape(len(steps), count)
        values[:, order] += np.diff(scores, axis=0).T
    return values / orders


def stacked(tables: list[Table]) -> Table:
    """Tables of equal columns below each other."""
    return Table({name: np.concatenate([t[name] for t in tables]) for name in tables[0].columns})


def deletion_curve(
    context: Context, rows: Table, background: Table, order: NDArray[np.intp], parts: int = 8
) -> Floats:
    """|change of score| as features are replaced by background values in an order, (N, parts).

    Petsiuk et al. (2018, arXiv:1806.07421). `order` (N, F) names the features of each row, the
    first to go first.
    """
    names, count = context.features, len(rows)
    model = context.model()
    begin = context.score(model.outputs(rows))
    rank = np.argsort(order, axis=1)
    edges = np.unique(np.linspace(1, len(names), min(parts, len(names))).astype(int))
    tables = [mixed(rows, background, names, rank < edge) for edge in edges]
    scores = context.score(model.outputs(stacked(tables))).reshape(len(edges), count)
    return np.asarray(np.abs(scores - begin).T)
