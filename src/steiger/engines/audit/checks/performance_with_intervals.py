"""How good the system is on test data it did not see, with intervals."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from steiger.engines.audit.checks.contract import (
    SHARE,
    Check,
    CheckResult,
    Text,
    Threshold,
    as_json,
    gaps_of,
)
from steiger.engines.audit.context import Context, Need, Task
from steiger.engines.audit.statistics import (
    area_under_curve,
    bootstrap_mean,
    bootstrap_statistic,
    proportion,
)
from steiger.lib.text import percent

#: Classes that are never said: so many are named.
MOST_NAMED = 3


class PerformanceWithIntervals(Check):
    """Accuracy (Clopper-Pearson) and AUC (DeLong); for regressions R² (BCa, in blocks of time)."""

    id = "performance_with_intervals"
    title = {"de": "Güte mit Vertrauensbereich", "en": "Performance with intervals"}
    needs = frozenset({Need.PREDICTIONS, Need.TEST})
    thresholds = (
        Threshold(
            name="accuracy",
            value=0.8,
            better="above",
            within=SHARE,
            text={"de": "Anteil richtiger Antworten", "en": "Share of right answers"},
        ),
        Threshold(
            name="auc",
            value=0.8,
            better="above",
            within=SHARE,
            text={
                "de": "Wahrscheinlichkeit, dass ein positiver Fall höher steht als ein negativer",
                "en": "Probability that a positive case ranks above a negative one",
            },
        ),
        Threshold(
            name="r2",
            value=0.5,
            better="above",
            within=(-inf, 1.0),
            text={"de": "Erklärter Anteil der Streuung", "en": "Share of variance explained"},
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Measure on the test data."""
        if context.task is Task.REGRESSION:
            return self._regression(context)
        truth, said = context.truth(), context.said()
        right = context.predicted() == truth
        if context.block > 1:
            estimate = bootstrap_mean(
                right.astype(float),
                level=context.level,
                rng=context.chance(self.id),
                block=context.block,
                possible=(0.0, 1.0),
            )
        else:
            estimate = proportion(int(right.sum()), len(right), level=context.level)
        found = [self.measured(context, "accuracy", estimate)]
        if len(context.classes) == 2 and said.has_scores and context.block == 1:
            area = area_under_curve(
                context.score(said.outputs), truth == context.good(), level=context.level
            )
            found.append(self.measured(context, "auc", area))
        table = np.zeros((len(context.classes), len(context.classes)), dtype=int)
        known = truth >= 0
        np.add.at(table, (truth[known], context.predicted()[known]), 1)
        gaps, limits = gaps_of(context)
        evidence: dict[str, Any] = {
            "classes": context.classes,
            "confusion_true_by_predicted": table.tolist(),
        }
        if context.time:
            evidence["missing_steps"] = gaps
        return CheckResult(
            measurements=tuple(found),
            evidence={"confusion.json": as_json(evidence)},
            limits=(*_beyond_the_most_frequent(context.classes, table), *limits),
        )

    def _regression(self, context: Context) -> CheckResult:
        truth, said = context.values(), context.said().outputs
        known = np.isfinite(truth) & np.isfinite(said)
        truth, said = truth[known], said[known]
        error = (truth - said) ** 2

        def r2(rows: np.ndarray) -> float:
            spread = float(truth[rows].var())
            return 1 - float(error[rows].mean()) / spread if spread > 0 else 0.0

        estimate = bootstrap_statistic(
            r2,
            len(truth),
            level=context.level,
            rng=context.chance(self.id),
            block=context.block,
            possible=(-1e9, 1.0),
        )
        gaps, limits = gaps_of(context)
        evidence = {
            "rows": len(truth),
            "block": context.block,
            "mean_absolute_error": float(np.abs(truth - said).mean()),
            "root_mean_square_error": float(np.sqrt(error.mean())),
            "bias": float((said - truth).mean()),
            "missing_steps": gaps,
        }
        return CheckResult(
            measurements=(self.measured(context, "r2", estimate),),
            evidence={"errors.json": as_json(evidence)},
            limits=limits,
        )


def _beyond_the_most_frequent(classes: tuple[str, ...], table: np.ndarray) -> tuple[Text, ...]:
    """What a share of right answers hides where one class is frequent; `table`: true by said."""
    true, rows = table.sum(axis=1), int(table.sum())
    most = int(true.argmax())
    found: list[Text] = []
    if rows and np.trace(table) <= true[most]:
        share = float(true[most] / rows)
        found.append(
            {
                "de": f"Wer immer „{classes[most]}“ sagt, hat in {percent(share, 'de', 1)} der "
                "Zeilen recht; das System hat es nicht öfter.",
                "en": f"Whoever always says “{classes[most]}” is right in "
                f"{percent(share, 'en', 1)} of the rows; the system is not right more often.",
            }
        )
    never = np.flatnonzero((true > 0) & (table.sum(axis=0) == 0))
    found += [
        {
            "de": f"Das System sagt nie „{classes[one]}“; richtig wäre es in {true[one]} Zeilen.",
            "en": f"The system never says “{classes[one]}”, which is right in {true[one]} rows.",
        }
        for one in never[:MOST_NAMED]
    ]
    return tuple(found)
