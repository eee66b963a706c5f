"""Whether small measuring errors change the answers."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.perturbing import chosen, loss_of_quality, spreads

SIZES = (0.05, 0.1)


class RobustnessNoise(Check):
    """Normal noise of 5 % and 10 % of each number's deviation; whole numbers stay whole."""

    id = "robustness_noise"
    title = {"de": "Robustheit gegen Messrauschen", "en": "Robustness to noise"}
    modalities = frozenset({Modality.TABULAR, Modality.TIME_SERIES})
    needs = frozenset({Need.MODEL, Need.TEST})
    thresholds = (
        Threshold(
            name="loss_of_quality",
            value=0.05,
            better="below",
            text={
                "de": "Verlust an Treffern (bei Werten: Fehlerzuwachs in Standardabweichungen)",
                "en": "Loss of accuracy (for values: growth of error in standard deviations)",
            },
        ),
    )
    subjects = {
        f"σ × {size:g}": {"de": f"σ × {size:g}".replace(".", ","), "en": f"σ × {size:g}"}
        for size in SIZES
    }

    def run(self, context: Context) -> CheckResult:
        """Ask the model twice about the same rows."""
        table, rng = chosen(context, self.id), context.chance(self.id)
        found = []
        for size in SIZES:
            noisy = {}
            for name, spread in spreads(context).items():
                column = table[name]
                changed = column + rng.normal(0, size * spread, len(column))
                known = column[np.isfinite(column)]
                if np.all(known == np.round(known)):
                    changed = np.round(changed)
                noisy[name] = np.clip(changed, known.min(), known.max()) if len(known) else column
            estimate = loss_of_quality(context, table, table.replaced(noisy), self.id)
            found.append(self.measured(context, "loss_of_quality", estimate, f"σ × {size:g}"))
        evidence = {"rows": len(table), "disturbed": list(context.numbers()), "sizes": SIZES}
        return CheckResult(measurements=tuple(found), evidence={"noise.json": as_json(evidence)})
