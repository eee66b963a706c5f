"""Robustness that is proven: no change within the box can turn the answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from steiger.engines.audit.certifying import least_margin, smoothed_radius
from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task, decided
from steiger.engines.audit.learning import sample
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.shapley import stacked
from steiger.engines.audit.statistics import proportion
from steiger.engines.audit.systems.dense import DenseNet

EXACT_ROWS, REACH, NODES, MOST_UNITS = 30, 0.02, 200, 200
SMOOTH_ROWS, FIRST, SECOND, ALPHA = 60, 40, 200, 0.001
SIGMA_IMAGE, SIGMA_NUMBER = 0.1, 0.25


class CertifiedRobustness(Check):
    """Exact proofs by mixed-integer programming for small nets, randomised smoothing for any.

    The smoothed classifier is another system than the given one: its figure says what could be
    promised if the operator answered by majority under noise.
    """

    id = "certified_robustness"
    title = {"de": "Beglaubigte Robustheit", "en": "Certified robustness"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.MODEL, Need.TEST})
    thresholds = (
        Threshold(
            name="proven_accuracy",
            value=0.5,
            better="above",
            within=SHARE,
            text={
                "de": "Anteil richtiger Antworten, "
                "die im Umkreis von 2\u00a0% der Spanne bewiesen sind",
                "en": "Share of answers that are right and proven within 2% of the range",
            },
        ),
        Threshold(
            name="smoothed_accuracy",
            value=0.5,
            better="above",
            within=SHARE,
            text={
                "de": "Anteil richtiger Antworten der geglätteten Fassung mit Radius σ/2 oder mehr",
                "en": "Share of right answers of the smoothed version with radius σ/2 or more",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Prove where it can be proven, and smooth."""
        model = context.model()
        evidence: dict[str, Any] = {}
        found = [self._smoothed(context, evidence)]
        units = sum(len(b) for b in model.biases) if isinstance(model, DenseNet) else MOST_UNITS + 1
        if isinstance(model, DenseNet) and units <= MOST_UNITS:
            found.append(self._proven(context, model, evidence))
        return CheckResult(
            measurements=tuple(found),
            evidence={"certificates.json": as_json(evidence)},
            limits=(
                {
                    "de": "Bewiesen ist die Antwort nur im genannten Umkreis und nur für die "
                    "geprüften Zeilen.",
                    "en": "The answer is proven only within the radius and for the rows examined.",
                },
            ),
        )

    def _proven(self, context: Context, net: DenseNet, evidence: dict[str, Any]) -> Measurement:
        test = context.tested()
        table = test.rows(sample(len(test), EXACT_ROWS, context.chance(f"{self.id}/exact")))
        inputs, everything = net.inputs(table), net.inputs(test)
        reach = REACH * float(np.ptp(everything))
        least, most = everything.min(axis=0), everything.max(axis=0)
        margins = []
        for row, true in zip(inputs, context.truth(table), strict=True):
            low, high = np.maximum(row - reach, least), np.minimum(row + reach, most)
            right = int(net.logits(row[None]).argmax()) == true
            margins.append(
                least_margin(net, low, high, int(true), nodes=NODES) if right else -np.inf
            )
        held = int((np.array(margins) > 0).sum())
        evidence["exact"] = {"reach": reach, "rows": len(margins), "proven": held}
        estimate = proportion(held, len(margins), level=context.level)
        return self.measured(context, "proven_accuracy", estimate)

    def _smoothed(self, context: Context, evidence: dict[str, Any]) -> Measurement:
        rng = context.chance(f"{self.id}/smooth")
        test, model, names = context.tested(), context.model(), context.numbers()
        table = test.rows(sample(len(test), SMOOTH_ROWS, rng))
        matrix = test.matrix(names)
        unit = np.nanstd(matrix, axis=0)
        sigma = SIGMA_NUMBER
        if context.modality is Modality.IMAGE:
            unit, sigma = np.full(len(names), float(np.ptp(matrix))), SIGMA_IMAGE
        truth, radii, right = context.truth(table), [], 0
        for at in range(len(table)):
            row = table.rows(np.array([at]))

            def votes(count: int, row: Any = row) -> Any:
                many = stacked([row] * count)
                noisy = {
                    name: many[name] + rng.normal(0, sigma * unit[place], count)
                    for place, name in enumerate(names)
                }
                return decided(model.outputs(many.replaced(noisy)))

            chosen, radius = smoothed_radius(
                votes, sigma=sigma, first=FIRST, second=SECOND, alpha=ALPHA
            )
            radii.append(radius)
            right += int(chosen == truth[at] and radius >= sigma / 2)
        evidence["smoothing"] = {
            "sigma": sigma,
            "unit": "range of the pixels" if context.shape else "standard deviation",
            "median_radius": float(np.median(radii)),
            "rows": len(radii),
        }
        estimate = proportion(right, len(radii), level=context.level)
        return self.measured(context, "smoothed_accuracy", estimate)
