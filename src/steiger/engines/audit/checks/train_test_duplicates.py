"""Test rows that were in the training data already, as they are or slightly changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import DIFFERENCE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Need
from steiger.engines.audit.data import Table
from steiger.engines.audit.data.table import as_text
from steiger.engines.audit.near_copies import close_shares
from steiger.engines.audit.statistics import proportion_difference

DIGITS = 6


class TrainTestDuplicates(Check):
    """Share of test rows that stand in the training data, above what is natural.

    Tables of few coarse columns hold equal rows of different people. How many are natural, the
    training data say: the share of its rows that stand in it a second time.

    A slightly changed copy lies much closer to one training row than to the next one. How many rows
    do so by chance, the training data say as well, each row held against all others. For rows of
    one population the two shares are the same, whatever its distribution.
    """

    id = "train_test_duplicates"
    title = {"de": "Doppelte Zeilen in Training und Test", "en": "Train–test duplicates"}
    needs = frozenset({Need.TEST, Need.TRAINING})
    thresholds = (
        Threshold(
            name="excess_share_of_duplicates",
            value=0.02,
            better="below",
            within=DIFFERENCE,
            text={
                "de": "Anteil doppelter Testzeilen über dem natürlichen Maß",
                "en": "Share of duplicated test rows above the natural one",
            },
        ),
        Threshold(
            name="excess_share_of_near_copies",
            value=0.03,
            better="below",
            within=DIFFERENCE,
            text={
                "de": "Anteil leicht veränderter Kopien über dem natürlichen Maß",
                "en": "Share of slightly changed copies above the natural one",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Compare rows with their numbers to six digits."""
        names = (*context.features, context.target)
        training, test = keys(context.trained(), names), keys(context.tested(), names)
        known, counts = np.unique(training, return_counts=True)
        times = dict(zip(known.tolist(), counts.tolist(), strict=True))
        seen = np.array([key in times for key in test.tolist()])
        twice = np.array([times[key] > 1 for key in training.tolist()])
        estimate = proportion_difference(
            int(seen.sum()), len(seen), int(twice.sum()), len(twice), level=context.level
        )
        evidence: dict[str, Any] = {
            "test_rows_in_training": np.flatnonzero(seen)[:1000].tolist(),
            "share_of_test_rows": float(seen.mean()),
            "share_of_training_rows_there_twice": float(twice.mean()),
        }
        measured = [self.measured(context, "excess_share_of_duplicates", estimate)]
        near = close_shares(
            context.trained(), context.tested(), context.features, seen, context.chance(self.id)
        )
        if near is not None:
            estimate = proportion_difference(*near.counts, level=context.level)
            measured.append(self.measured(context, "excess_share_of_near_copies", estimate))
            evidence |= {
                "near_copies_among_test_rows": near.rows.tolist(),
                "share_of_near_copies": near.counts[0] / max(near.counts[1], 1),
                "natural_share_of_near_copies": near.counts[2] / max(near.counts[3], 1),
            }
        return CheckResult(
            measurements=tuple(measured),
            evidence={"duplicates.json": as_json(evidence)},
            limits=(
                {
                    "de": "Gleiche Zeilen, und Kopien mit kleinem Rauschen in ihren Zahlen. Stark "
                    "veränderte, gedrehte oder gespiegelte Kopien werden nicht gefunden.",
                    "en": "Equal rows, and copies with small noise in their numbers. Strongly "
                    "changed, turned or mirrored copies are not found.",
                },
            ),
        )


def keys(table: Table, names: tuple[str, ...]) -> NDArray[np.str_]:
    """Each row as one text, numbers to six digits, (N,)."""
    parts = []
    for name in names:
        column = table[name]
        if column.dtype.kind == "f":
            parts.append([f"{value:.{DIGITS}g}" for value in column.tolist()])
        else:
            parts.append(as_text(column).tolist())
    return np.array(["\x1f".join(row) for row in zip(*parts, strict=True)])
