"""Blocks of time that are held out in turn, with a gap around them.

Neighbouring rows of a time series are nearly copies. Rows drawn at random would put a copy of each
test row into the training set; whole blocks with a gap do not (Roberts et al. 2017,
doi:10.1111/ecog.02881).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to learn from and rows to judge by; both (N,)."""

    train: Mask
    test: Mask


def blocked_folds(
    positions: ArrayLike, count: int, gap: int, *, even: bool = False
) -> Iterator[Fold]:
    """Split rows into `count` blocks of time.

    `positions` (N,) are whole numbers that say when a row is (its place on the time grid),
    ascending. Rows less than `gap` before or after a block are in neither part. Blocks are equally
    long; with `even` they hold equally many rows, which suits a record with a hole of years.

    Raises:
        ValueError: fewer than two folds, more folds than rows, or positions that fall.
    """
    at = np.asarray(positions, dtype=np.int64)
    if count < 2:
        raise ValueError(f"{count} folds: at least two are needed")
    if len(at) < count:
        raise ValueError(f"{len(at)} rows cannot be split into {count} blocks")
    if (np.diff(at) < 0).any():
        raise ValueError("positions fall; sort the rows by time")
    edges = np.linspace(at[0], at[-1] + 1, count + 1)
    if even:
        edges = np.append(at, at[-1] + 1)[np.linspace(0, len(at), count + 1).astype(np.int64)]
    for first, last in pairwise(edges):
        test = (at >= first) & (at < last)
        train = (at < first - gap) | (at >= last + gap)
        yield Fold(train, test)
