"""Labels that are probably wrong."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Need, Task
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.learning import out_of_fold, sample
from steiger.engines.audit.statistics import proportion

MOST_ROWS = 8000


class LabelErrors(Check):
    """Confident learning (Northcutt et al. 2021, doi:10.1613/jair.1.12125).

    A label counts as wrong when another class reaches, out of fold, the mean confidence that rows
    of that class have in it, and the given class does not reach its own.
    """

    id = "label_errors"
    title = {"de": "Falsche Beschriftungen", "en": "Label errors"}
    tasks = frozenset({Task.CLASSIFICATION})
    needs = frozenset({Need.TEST})
    thresholds = (
        Threshold(
            name="share_of_suspect_labels",
            value=0.1,
            better="below",
            within=SHARE,
            text={"de": "Anteil verdächtiger Beschriftungen", "en": "Share of suspect labels"},
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """On the training data where there are any."""
        rng = context.chance(self.id)
        table = context.training or context.tested()
        rows = sample(len(table), MOST_ROWS, rng)
        truth = context.truth(table)[rows]
        rows, truth = rows[truth >= 0], truth[truth >= 0]
        there = np.unique(truth)
        if len(there) < 2 or len(rows) < 40:
            raise AuditError("label errors need two classes and at least 40 rows")
        codes = np.searchsorted(there, truth)
        inputs = table.rows(rows).matrix(context.features)
        scores = out_of_fold(inputs, codes, classes=len(there), rng=rng)
        usual = np.array([scores[codes == c, c].mean() for c in range(len(there))])
        sure = scores >= usual
        mine = np.take_along_axis(sure, codes[:, None], axis=1)[:, 0]
        likely = np.where(sure, scores, -1).argmax(axis=1)
        suspect = ~mine & sure.any(axis=1) & (likely != codes)
        margin = scores.max(axis=1) - np.take_along_axis(scores, codes[:, None], axis=1)[:, 0]
        worst = np.flatnonzero(suspect)[np.argsort(-margin[suspect])][:200]
        listed = [
            {
                "row": int(rows[at]),
                "given": context.classes[there[codes[at]]],
                "likely": context.classes[there[likely[at]]],
                "margin": round(float(margin[at]), 4),
            }
            for at in worst
        ]
        estimate = proportion(int(suspect.sum()), len(suspect), level=context.level)
        return CheckResult(
            measurements=(self.measured(context, "share_of_suspect_labels", estimate),),
            evidence={"suspects.json": as_json(listed)},
            limits=(
                {
                    "de": "Wo sich die Klassen überlappen, ist auch eine richtige Beschriftung "
                    "verdächtig.",
                    "en": "Where classes overlap, a right label is suspect, too.",
                },
            ),
        )
