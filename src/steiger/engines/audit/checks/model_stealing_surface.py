"""How much of the system anyone can copy who may ask it."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task, decided
from steiger.engines.audit.learning import fitted_scores, halves, sample
from steiger.engines.audit.statistics import proportion

BUDGETS = (100, 500, 2000)
MOST_ROWS = 4000


class ModelStealingSurface(Check):
    """Agreement of a copy that was learnt from the system's answers (Tramèr et al. 2016,
    usenix.org/conference/usenixsecurity16)."""

    id = "model_stealing_surface"
    title = {"de": "Nachbau durch Anfragen", "en": "Model stealing surface"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.MODEL, Need.TEST})
    thresholds = (
        Threshold(
            name="agreement_of_copy",
            value=0.99,
            better="below",
            within=SHARE,
            text={
                "de": "Übereinstimmung der besten Kopie mit dem System",
                "en": "Agreement of the best copy with the system",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Learn copies from more and more answers; judge on rows that were not asked."""
        rng = context.chance(self.id)
        test = context.tested()
        table = test.rows(sample(len(test), MOST_ROWS, rng))
        said = decided(context.model().outputs(table))
        codes = {n: table.values(n) for n in context.features if not table.is_number(n)}
        inputs = table.matrix(context.features, codes)
        asked, judge = halves(len(table), rng)
        asked = rng.permutation(asked)
        curve, last = {}, np.zeros(len(judge), dtype=bool)
        for budget in sorted({min(b, len(asked)) for b in BUDGETS}):
            rows = asked[:budget]
            there = np.unique(said[rows])
            if len(there) < 2:
                same = np.full(len(judge), there[0] if len(there) else 0)
            else:
                scores = fitted_scores(
                    inputs[rows],
                    np.searchsorted(there, said[rows]),
                    inputs[judge],
                    classes=len(there),
                    seed=0,
                )
                same = there[scores.argmax(axis=1)]
            last = same == said[judge]
            curve[budget] = float(last.mean()) if len(last) else 0.0
        estimate = proportion(int(last.sum()), len(last), level=context.level)
        return CheckResult(
            measurements=(self.measured(context, "agreement_of_copy", estimate),),
            evidence={"agreement_by_queries.json": as_json(curve)},
            limits=(
                {
                    "de": "Nachbauen lässt sich fast jedes offene System; begrenzen Sie Anfragen "
                    "und Genauigkeit der Antworten.",
                    "en": "Almost any open system can be copied; limit queries and the precision "
                    "of answers.",
                },
            ),
        )
