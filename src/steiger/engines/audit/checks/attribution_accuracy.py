"""Whether delivered explanations add up, and name what really counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.learning import sample
from steiger.engines.audit.shapley import deletion_curve
from steiger.engines.audit.statistics import bootstrap_mean, proportion

MOST_ROWS, TOLERANCE, ROUNDS = 400, 0.05, 5
Floats = NDArray[np.float64]


class AttributionAccuracy(Check):
    """Local accuracy (Lundberg and Lee 2017, arXiv:1705.07874) and the deletion curve.

    Local accuracy: base value plus attributions give the score, or its logit. Deletion: replacing
    the features that are said to count most must change the score more than replacing any in
    random order.
    """

    id = "attribution_accuracy"
    title = {"de": "Stimmigkeit der Erklärungen", "en": "Accuracy of attributions"}
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.MODEL, Need.TEST, Need.EXPLANATIONS})
    thresholds = (
        Threshold(
            name="locally_accurate_share",
            value=0.9,
            better="above",
            within=SHARE,
            text={
                "de": "Anteil der Erklärungen, deren Summe die Antwort "
                "auf 5\u00a0% ihrer Spanne trifft",
                "en": "Share of explanations whose sum meets the answer to 5% of its range",
            },
        ),
        Threshold(
            name="deletion_gain",
            value=0.0,
            better="above",
            text={
                "de": "Wirkung des Löschens nach Erklärung minus in zufälliger Reihenfolge",
                "en": "Effect of deleting by explanation minus in random order",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """On the explained test rows."""
        rng = context.chance(self.id)
        test, attributions = context.tested(), context.attributions
        assert attributions is not None  # noqa: S101 - declared in `needs`
        rows = sample(len(test), MOST_ROWS, rng)
        table, given = test.rows(rows), attributions[rows]
        score = context.score(context.model().outputs(table))
        span = float(np.ptp(score)) or 1.0
        apart, scale = distance(context, context.base_value + given.sum(axis=1), score)
        right = apart <= TOLERANCE
        found = [
            self.measured(
                context,
                "locally_accurate_share",
                proportion(int(right.sum()), len(right), level=context.level),
            )
        ]
        background = (context.training or test).rows(
            rng.integers(0, len(context.training or test), len(rows))
        )
        by_size = np.argsort(-np.abs(given), axis=1)
        mine = deletion_curve(context, table, background, by_size)
        other = np.zeros_like(mine)
        for _ in range(ROUNDS):
            shuffled = rng.permuted(np.tile(np.arange(given.shape[1]), (len(rows), 1)), axis=1)
            other += deletion_curve(context, table, background, shuffled) / ROUNDS
        gain = (mine - other).mean(axis=1) / span
        estimate = bootstrap_mean(gain, level=context.level, rng=rng, possible=(-1.0, 1.0))
        found.append(self.measured(context, "deletion_gain", estimate))
        evidence = {
            "rows": len(rows),
            "explained": scale,
            "largest_miss_of_range": float(apart.max()),
            "deletion_by_explanation": mine.mean(axis=0).tolist(),
            "deletion_at_random": other.mean(axis=0).tolist(),
        }
        return CheckResult(measurements=tuple(found), evidence={"deletion.json": as_json(evidence)})


def distance(context: Context, told: Floats, score: Floats) -> tuple[Floats, str]:
    """Distance of what explanations add up to from the score, as a part of its range, (N,).

    Explanations of trees often add up to the logit; the scale that fits better counts.
    """
    scales = {"score": score}
    if context.task is Task.CLASSIFICATION:
        inner = np.clip(score, 1e-9, 1 - 1e-9)
        scales["logit"] = np.log(inner / (1 - inner))
    apart = {name: np.abs(told - said) / (np.ptp(said) or 1.0) for name, said in scales.items()}
    best = min(apart, key=lambda name: float(np.median(apart[name])))
    return apart[best], best
