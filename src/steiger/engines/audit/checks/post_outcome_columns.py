"""Columns that are filled in only after the outcome is known."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import DIFFERENCE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.statistics import exact, proportion_difference


class PostOutcomeColumns(Check):
    """Whether a value's being there at all depends on the outcome.

    A field such as "reason of dismissal" is empty until the answer exists: its missing values give
    the outcome away, whatever it says.
    """

    id = "post_outcome_columns"
    title = {"de": "Spalten aus der Zeit nach dem Ergebnis", "en": "Post-outcome columns"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.TIME_SERIES})
    needs = frozenset({Need.TEST})
    thresholds = (
        Threshold(
            name="missingness_by_outcome",
            value=0.3,
            better="below",
            within=DIFFERENCE,
            text={
                "de": "Anteil fehlender Werte bei einem Ergebnis minus Anteil sonst",
                "en": "Share of missing values with one outcome minus share otherwise",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Every feature in which values are missing; one figure of zero where none are."""
        table = context.training or context.tested()
        table = table.rows(context.apart(len(table)))
        positive = context.truth(table) == context.good()
        found, shares = [], {}
        for name in context.features:
            missing = table.missing(name)
            shares[name] = float(missing.mean())
            if not missing.any():
                continue
            estimate = proportion_difference(
                int((missing & positive).sum()),
                int(positive.sum()),
                int((missing & ~positive).sum()),
                int((~positive).sum()),
                level=context.level,
            ).absolute()
            found.append(self.measured(context, "missingness_by_outcome", estimate, name))
        if not found:
            nothing = exact(0.0, level=context.level, count=len(table))
            found.append(self.measured(context, "missingness_by_outcome", nothing))
        late = {name: share for name, share in shares.items() if np.isfinite(share)}
        return CheckResult(
            measurements=tuple(found),
            evidence={"missing.json": as_json(late)},
            limits=(
                {
                    "de": "Findet nur Spalten, die vorher leer sind; ob ein Wert später "
                    "überschrieben wurde, zeigt die Tabelle nicht.",
                    "en": "Finds only columns that are empty before; whether a value was "
                    "overwritten later a table does not show.",
                },
            ),
        )
