"""What happens to the right answers when the inputs are disturbed: shared by robustness checks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.context import Context, Task, decided
from steiger.engines.audit.data import Table
from steiger.engines.audit.learning import sample
from steiger.engines.audit.statistics import Estimate, bootstrap_mean, paired_difference

Floats = NDArray[np.float64]
MOST_ROWS = 4000


def chosen(context: Context, name: str, most: int = MOST_ROWS) -> Table:
    """The rows of the test data that a check asks the model about."""
    table = context.tested()
    if context.task is Task.CLASSIFICATION:
        # Values are drawn in blocks later on; right and wrong answers are counted one by one.
        table = table.rows(context.apart(len(table)))
    return table.rows(sample(len(table), most, context.chance(f"{name}/rows")))


def loss_of_quality(context: Context, table: Table, disturbed: Table, name: str) -> Estimate:
    """Accuracy before minus after, of the same rows; for a regression the growth of the mean
    absolute error as a part of the target's standard deviation."""
    model = context.model()
    before, after = model.outputs(table), model.outputs(disturbed)
    if context.task is Task.REGRESSION:
        truth = context.values(table)
        scale = float(truth.std()) or 1.0
        grown = (np.abs(after - truth) - np.abs(before - truth)) / scale
        return bootstrap_mean(
            grown,
            level=context.level,
            rng=context.chance(name),
            block=context.block,
            possible=(-1e9, 1e9),
        )
    classes = context.truth(table)
    first, second = decided(before) == classes, decided(after) == classes
    return paired_difference(
        int((first & second).sum()),
        int((first & ~second).sum()),
        int((~first & second).sum()),
        int((~first & ~second).sum()),
        level=context.level,
    )


def spreads(context: Context) -> dict[str, float]:
    """Standard deviation of each number among the features; whole range / 4 for images."""
    table = context.training or context.tested()
    found = {}
    for name in context.numbers():
        column = table[name]
        found[name] = float(np.nanstd(column))
    return found
