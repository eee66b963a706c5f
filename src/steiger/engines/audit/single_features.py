"""What one feature alone says about a yes-or-no question."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import Table
from steiger.engines.audit.data.table import as_text

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
BINS = 24
#: So many cases of the overall share are added to each bin, so that rare values do not look sure.
PRIOR = 5.0


def bins_of(table: Table, name: str, reference: NDArray[Any]) -> NDArray[np.intp]:
    """Bin of each row: numbers by quantiles of the reference rows (missing: bin 0), or values."""
    if table.is_number(name):
        column = table[name]
        known = column[reference]
        known = np.unique(known[np.isfinite(known)])
        if not len(known):
            return np.zeros(len(table), dtype=np.intp)
        wanted = np.linspace(0, len(known) - 1, min(BINS, len(known))).astype(int)
        place = np.searchsorted(known[wanted], column, side="right") + 1
        return np.where(np.isnan(column), 0, place).astype(np.intp)
    text = as_text(table[name]).astype(str)
    place_of = {value: at + 1 for at, value in enumerate(np.unique(text[reference]).tolist())}
    return np.array([place_of.get(value, 0) for value in text.tolist()], dtype=np.intp)


def single_scores(table: Table, name: str, positive: Flags, search: NDArray[Any]) -> Floats:
    """Share of positives in the bin of each row, learnt in the rows `search`, (N,)."""
    place = bins_of(table, name, search)
    count = np.bincount(place[search], minlength=place.max() + 1)
    hits = np.bincount(place[search], positive[search].astype(float), minlength=len(count))
    overall = float(positive[search].mean()) if len(search) else 0.5
    return np.asarray(((hits + PRIOR * overall) / (count + PRIOR))[place])


def best_feature(
    table: Table,
    names: tuple[str, ...],
    positive: Flags,
    search: NDArray[Any],
    rng: np.random.Generator,
) -> tuple[str, dict[str, float]]:
    """The feature that tells most, and the AUC of each, all within the rows `search`."""
    from steiger.engines.audit.statistics import area_under_curve

    order = rng.permutation(search)
    learn, try_on = order[: len(order) // 2], order[len(order) // 2 :]
    ranking = {
        name: area_under_curve(
            single_scores(table, name, positive, learn)[try_on], positive[try_on], level=0.95
        ).value
        for name in names
    }
    return max(ranking, key=lambda name: (ranking[name], name)), ranking
