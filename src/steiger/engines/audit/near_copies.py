"""Rows that lie much closer to one known row than to the next one: copies with a little noise.

The quotient of the distances to the nearest and to the second nearest row hangs neither on units
nor on how dense the data are (D. G. Lowe (2004), doi:10.1023/B:VISI.0000029664.99615.94, section
7.1): where a population is locally even in d dimensions, it lies below r with probability r^d.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data import Table
from steiger.engines.audit.learning import sample

Floats = NDArray[np.float64]
#: At most this quotient counts as close. It was set before any figure was measured.
CLOSE = 0.5
MOST_ASKED, MOST_KNOWN, AT_ONCE = 2000, 40_000, 200
#: Fewer rows, or numbers that hardly vary, say nothing.
FEWEST_ROWS, FEWEST_VALUES, FEWEST_NUMBERS = 50, 50, 2


@dataclass(frozen=True, slots=True)
class Near:
    """What was counted.

    Attributes:
        counts: close test rows, test rows, close training rows, training rows.
        rows: places of the close test rows, at most 1000.
    """

    counts: tuple[int, int, int, int]
    rows: NDArray[np.intp]


def close_shares(
    training: Table,
    test: Table,
    names: Sequence[str],
    equal: NDArray[np.bool_],
    chance: np.random.Generator,
) -> Near | None:
    """How many test rows are close to a training row, and how many training rows to another one.

    Args:
        training: what the system was made from.
        test: what it is judged by.
        names: columns to compare; texts must be the same in a copy.
        equal: test rows that stand in the training data as they are; they are left out.
        chance: draws rows where there are many.

    Returns:
        None where there are too few rows, or hardly any numbers with many values: rows of coarse
        tables are close to each other by nature.
    """
    numbers = [n for n in names if training.is_number(n) and _fine(training[n])]
    if len(numbers) < FEWEST_NUMBERS or min(len(training), len(test)) < FEWEST_ROWS:
        return None
    known, asked = _scaled(training, test, names, numbers)
    known = np.unique(known, axis=0)
    if len(known) > MOST_KNOWN or len(known) < FEWEST_ROWS:
        # Of a part of the training data most copies would not be found.
        return None
    fresh = np.flatnonzero(~equal)
    fresh = fresh[sample(len(fresh), MOST_ASKED, chance)]
    own = sample(len(known), MOST_ASKED, chance)
    close = quotients(asked[fresh], known) <= CLOSE
    natural = quotients(known[own], known, own) <= CLOSE
    counts = int(close.sum()), len(close), int(natural.sum()), len(natural)
    return Near(counts, np.sort(fresh[close])[:1000])


def quotients(asked: Floats, known: Floats, own: NDArray[np.intp] | None = None) -> Floats:
    """Distance to the nearest known row over that to the second nearest, (N,); 1 if both are 0.

    Args:
        asked: rows, (N, F).
        known: rows, (M, F).
        own: places of the asked rows among the known ones, which are then not their own nearest.
    """
    squares = (known**2).sum(axis=1)
    found = np.empty(len(asked))
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        apart = squares[None] - 2 * part @ known.T + (part**2).sum(axis=1)[:, None]
        if own is not None:
            apart[np.arange(len(part)), own[start : start + AT_ONCE]] = np.inf
        two = np.argpartition(apart, 1, axis=1)[:, :2]
        # Once more without the cancellation of large squares.
        exact = np.sqrt(((known[two] - part[:, None]) ** 2).sum(axis=2))
        exact.sort(axis=1)
        second = exact[:, 1]
        found[start : start + AT_ONCE] = np.where(
            second > 0, exact[:, 0] / np.where(second > 0, second, 1), 1.0
        )
    return found


def _fine(column: Floats) -> bool:
    return len(np.unique(column[~np.isnan(column)])) >= FEWEST_VALUES


def _scaled(
    training: Table, test: Table, names: Sequence[str], numbers: list[str]
) -> tuple[Floats, Floats]:
    """Fine numbers in standard deviations, a gap as the mean; everything else as a code whose
    values lie further apart than numbers ever do."""
    parts: list[tuple[Floats, Floats]] = []
    for name in numbers:
        one, other = training[name], test[name]
        middle, spread = np.nanmean(one), np.nanstd(one) or 1.0
        parts.append(tuple(np.nan_to_num((c - middle) / spread) for c in (one, other)))
    for name in names:
        if name in numbers:
            continue
        one, other = (np.asarray(t[name]).astype(str) for t in (training, test))
        values = {value: float(at) for at, value in enumerate(sorted({*one, *other}))}
        parts.append(tuple(10.0 * np.array([values[v] for v in c]) for c in (one, other)))  # type: ignore[arg-type]
    return np.column_stack([a for a, _ in parts]), np.column_stack([b for _, b in parts])
