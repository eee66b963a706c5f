"""Whether the answers betray who was in the training data."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Need, Task
from steiger.engines.audit.learning import sample
from steiger.engines.audit.statistics import area_under_curve, proportion

MOST_ROWS, FALSE_ALARMS = 4000, 0.01


class MembershipInference(Check):
    """Attack by the loss: AUC, and hits at one false alarm in a hundred.

    Yeom et al. (2018, doi:10.1109/CSF.2018.00027); why the low false alarm rate counts: Carlini et
    al. (2022, doi:10.1109/SP46214.2022.9833649).
    """

    id = "membership_inference"
    title = {"de": "Rückschluss auf Trainingsdaten", "en": "Membership inference"}
    needs = frozenset({Need.MODEL, Need.TRAINING, Need.TEST})
    thresholds = (
        Threshold(
            name="auc",
            value=0.6,
            better="below",
            within=SHARE,
            text={
                "de": "Trennschärfe des Angriffs (0,5: geraten)",
                "en": "Discrimination of the attack (0.5: guessing)",
            },
        ),
        Threshold(
            name="hits_at_one_percent_false_alarms",
            value=0.05,
            better="below",
            within=SHARE,
            text={
                "de": "Erkannte Trainingszeilen bei höchstens 1\u00a0% Fehlalarmen",
                "en": "Training rows found at no more than 1% false alarms",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Members are rows of the training data, strangers those of the test data."""
        rng = context.chance(self.id)
        model = context.model()
        closeness = []
        for table in (context.trained(), context.tested()):
            some = table.rows(context.apart(len(table)))
            some = some.rows(sample(len(some), MOST_ROWS, rng))
            outputs = model.outputs(some)
            if context.task is Task.REGRESSION:
                closeness.append(-np.abs(outputs - context.values(some)))
            else:
                truth = context.truth(some)
                known = truth >= 0
                closeness.append(outputs[known][np.arange(int(known.sum())), truth[known]])
        members, strangers = closeness
        scores = np.concatenate(closeness)
        member = np.arange(len(scores)) < len(members)
        area = area_under_curve(scores, member, level=context.level)
        # Fewer than one stranger in a hundred lies above the border.
        allowed = max(1, int(FALSE_ALARMS * len(strangers)))
        border = np.sort(strangers)[-allowed]
        hits = int((members > border).sum())
        found = proportion(hits, len(members), level=context.level)
        evidence = {
            "members": len(members),
            "strangers": len(strangers),
            "border": float(border),
            "mean_closeness": [float(members.mean()), float(strangers.mean())],
        }
        return CheckResult(
            measurements=(
                self.measured(context, "auc", area),
                self.measured(context, "hits_at_one_percent_false_alarms", found),
            ),
            evidence={"attack.json": as_json(evidence)},
            limits=(
                {
                    "de": "Ein einfacher Angriff: Was er nicht findet, kann ein stärkerer finden.",
                    "en": "A simple attack: a stronger one may find what it does not.",
                },
            ),
        )
