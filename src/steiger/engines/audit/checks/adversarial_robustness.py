"""Whether a hostile hand can turn right answers into wrong ones by small changes."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.attacking import margin, projected_gradient, random_search
from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.learning import sample
from steiger.engines.audit.statistics import proportion
from steiger.engines.audit.systems.dense import DenseNet

MOST_ROWS, STEPS, RESTARTS, QUERIES = 300, 20, 2, 200
#: Reach of the attacker, as a part of the whole range of an image or of a number's deviation.
REACH_IMAGE, REACH_NUMBER = 0.05, 0.1


class AdversarialRobustness(Check):
    """Share of right answers that stays right under attack.

    With gradients: projected gradient descent; otherwise a search that only asks. An attack gives
    an upper bound of robustness; `certified_robustness` gives the lower one.
    """

    id = "adversarial_robustness"
    title = {"de": "Robustheit gegen Angriffe", "en": "Adversarial robustness"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.MODEL, Need.TEST})
    thresholds = (
        Threshold(
            name="accuracy_under_attack",
            value=0.6,
            better="above",
            within=SHARE,
            text={
                "de": "Anteil richtiger Antworten, die der Angriff nicht umstößt",
                "en": "Share of right answers that the attack does not turn",
            },
        ),
    )
    subjects = {
        "random search": {"de": "zufällige Suche", "en": "random search"},
        "projected gradient": {"de": "projizierter Gradient", "en": "projected gradient"},
    }

    def run(self, context: Context) -> CheckResult:
        """Attack right answers within the box."""
        rng = context.chance(self.id)
        test, model = context.tested(), context.model()
        table = test.rows(sample(len(test), MOST_ROWS, rng))
        truth = context.truth(table)
        right = (model.outputs(table).argmax(axis=1) == truth) & (truth >= 0)
        table, truth = table.rows(right), truth[right]
        kind = "random search"
        if isinstance(model, DenseNet):
            kind = "projected gradient"
            inputs = model.inputs(table)
            everything = model.inputs(test)
            bounds = (everything.min(axis=0), everything.max(axis=0))
            reach = REACH_IMAGE * float(np.ptp(everything))
            if context.modality is Modality.TABULAR:
                reach = REACH_NUMBER * float(everything.std(axis=0).mean())
            worst = projected_gradient(
                model, inputs, truth, reach, bounds, steps=STEPS, restarts=RESTARTS, rng=rng
            )
            held = margin(model.logits(worst), truth) > 0
        else:
            names = context.numbers()
            everything = test.matrix(names)
            bounds = (np.nanmin(everything, axis=0), np.nanmax(everything, axis=0))
            spread = np.nanstd(everything, axis=0)
            far = REACH_NUMBER * spread
            if context.modality is Modality.IMAGE:
                far = np.full(len(names), REACH_IMAGE * float(np.ptp(everything)))

            def scores(inputs: np.ndarray) -> np.ndarray:
                changed = dict(zip(names, inputs.T, strict=True))
                return model.outputs(table.replaced(changed))

            worst = random_search(
                scores, table.matrix(names), truth, far, bounds, steps=QUERIES, rng=rng
            )
            held = margin(scores(worst), truth) > 0
        estimate = proportion(int(held.sum()), len(held), level=context.level)
        evidence = {"attack": kind, "right_before": len(held), "right_after": int(held.sum())}
        return CheckResult(
            measurements=(self.measured(context, "accuracy_under_attack", estimate, kind),),
            evidence={"attack.json": as_json(evidence)},
            limits=(
                {
                    "de": "Ein stärkerer Angriff kann mehr umstoßen; nur die beglaubigte "
                    "Robustheit ist eine untere Grenze.",
                    "en": "A stronger attack may turn more; only certified robustness is a lower "
                    "bound.",
                },
            ),
        )
