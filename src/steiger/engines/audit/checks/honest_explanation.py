"""Whether a delivered explanation is that of this model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import DIFFERENCE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.learning import sample
from steiger.engines.audit.shapley import shapley_values
from steiger.engines.audit.statistics import bootstrap_mean

MOST_ROWS, ORDERS = 60, 40
Floats = NDArray[np.float64]


class HonestExplanation(Check):
    """Correlation of delivered attributions with Shapley values that the audit computes itself.

    An explanation can be smooth, add up, and still hide what the model uses (Slack et al. 2020,
    doi:10.1145/3375627.3375830). The model's own behaviour is the only judge.
    """

    id = "honest_explanation"
    title = {"de": "Ehrlichkeit der Erklärungen", "en": "Honest explanations"}
    modalities = frozenset({Modality.TABULAR})
    needs = frozenset({Need.MODEL, Need.TEST, Need.EXPLANATIONS})
    thresholds = (
        Threshold(
            name="agreement_with_model",
            value=0.7,
            better="above",
            within=DIFFERENCE,
            text={
                "de": "Mittlere Korrelation mit den Shapley-Werten des Modells",
                "en": "Mean correlation with the model's Shapley values",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """On a sample of the explained rows."""
        rng = context.chance(self.id)
        test, attributions = context.tested(), context.attributions
        assert attributions is not None  # noqa: S101 - declared in `needs`
        rows = sample(len(test), MOST_ROWS, rng)
        background = context.training or test
        own = shapley_values(context, test.rows(rows), background, orders=ORDERS, rng=rng)
        agreement = row_correlation(attributions[rows], own)
        estimate = bootstrap_mean(agreement, level=context.level, rng=rng, possible=(-1.0, 1.0))
        given, real = np.abs(attributions[rows]).mean(axis=0), np.abs(own).mean(axis=0)
        evidence = {
            name: {"delivered": float(a), "of_the_model": float(b)}
            for name, a, b in zip(context.features, given, real, strict=True)
        }
        return CheckResult(
            measurements=(self.measured(context, "agreement_with_model", estimate),),
            evidence={"importance.json": as_json(evidence)},
            limits=(
                {
                    "de": f"Shapley-Werte aus {ORDERS} Reihenfolgen; ihr Rauschen senkt die "
                    "Übereinstimmung leicht.",
                    "en": f"Shapley values from {ORDERS} orders; their noise lowers the agreement "
                    "a little.",
                },
            ),
        )


def row_correlation(a: Floats, b: Floats) -> Floats:
    """Correlation of each row of a with the same row of b, (N,); 0 where one is constant."""
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    size = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return np.asarray(np.where(size > 0, (a * b).sum(axis=1) / np.where(size > 0, size, 1), 0.0))
