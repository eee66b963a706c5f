"""Whether a feature is the answer in disguise."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.learning import halves, sample
from steiger.engines.audit.single_features import best_feature, single_scores
from steiger.engines.audit.statistics import area_under_curve

MOST_ROWS = 12_000


class LabelLeakage(Check):
    """AUC of the best single feature for the target, chosen in one half, judged on the other.

    Kaufman et al. (2012, doi:10.1145/2382577.2382579). Of several classes the most frequent is set
    against all others; a regression's target is split at its median.
    """

    id = "label_leakage"
    title = {"de": "Zielgröße in den Merkmalen", "en": "Leakage of the label"}
    modalities = frozenset({Modality.TABULAR, Modality.TIME_SERIES})
    needs = frozenset({Need.TEST})
    thresholds = (
        Threshold(
            name="auc_of_best_feature",
            value=0.95,
            better="below",
            within=SHARE,
            text={
                "de": "Trennschärfe des besten einzelnen Merkmals",
                "en": "Discrimination of the best single feature",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Search and judge."""
        rng = context.chance(self.id)
        table = context.training or context.tested()
        table = table.rows(context.apart(len(table)))
        table = table.rows(sample(len(table), MOST_ROWS, rng))
        if not context.features:
            raise AuditError("there are no features in which a label could leak")
        if context.task is Task.REGRESSION:
            values = context.values(table)
            positive = values > np.nanmedian(values)
        else:
            truth = context.truth(table)
            usual = np.bincount(truth[truth >= 0], minlength=len(context.classes)).argmax()
            positive = truth == usual
        search, judge = halves(len(table), rng)
        best, ranking = best_feature(table, context.features, positive, search, rng)
        scores = single_scores(table, best, positive, search)
        area = area_under_curve(scores[judge], positive[judge], level=context.level)
        return CheckResult(
            measurements=(self.measured(context, "auc_of_best_feature", area, best),),
            evidence={"features.json": as_json({"auc_in_searching_half": ranking})},
            limits=(
                {
                    "de": "Ein sehr gutes Merkmal kann auch rechtens sein; das entscheidet, wer "
                    "das Fach kennt.",
                    "en": "A very good feature may be legitimate; who knows the field decides.",
                },
            ),
        )
