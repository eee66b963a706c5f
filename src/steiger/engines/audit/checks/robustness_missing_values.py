"""Whether the answers survive values that are not delivered."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.data import Table
from steiger.engines.audit.data.table import as_text
from steiger.engines.audit.perturbing import chosen, loss_of_quality
from steiger.lib.text import percent

SHARES = (0.05, 0.2)


class RobustnessMissingValues(Check):
    """Values are missing at random and are filled with the usual one, as operators do."""

    id = "robustness_missing_values"
    title = {"de": "Robustheit gegen fehlende Werte", "en": "Robustness to missing values"}
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
    subjects = {percent(s, "en"): {key: percent(s, key) for key in ("de", "en")} for s in SHARES}

    def run(self, context: Context) -> CheckResult:
        """Ask the model twice about the same rows."""
        table, rng = chosen(context, self.id), context.chance(self.id)
        reference = context.training or context.tested()
        usual = {name: usual_value(reference, name) for name in context.features}
        found = []
        for share in SHARES:
            filled: dict[str, NDArray[Any]] = {}
            for name in context.features:
                column = table[name].copy()
                column[rng.random(len(column)) < share] = usual[name]
                filled[name] = column
            estimate = loss_of_quality(context, table, table.replaced(filled), self.id)
            found.append(self.measured(context, "loss_of_quality", estimate, percent(share, "en")))
        return CheckResult(
            measurements=tuple(found),
            evidence={"usual_values.json": as_json(usual)},
            limits=(
                {
                    "de": "Werte fehlen hier zufällig; im Betrieb fehlen sie oft mit Grund.",
                    "en": "Values are missing at random here; in practice often for a reason.",
                },
            ),
        )


def usual_value(table: Table, name: str) -> Any:
    """Median of numbers, most frequent text."""
    if table.is_number(name):
        known = table[name][np.isfinite(table[name])]
        return float(np.median(known)) if len(known) else 0.0
    values, counts = np.unique(as_text(table[name]).astype(str), return_counts=True)
    return str(values[counts.argmax()])
