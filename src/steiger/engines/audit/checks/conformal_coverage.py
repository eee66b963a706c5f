"""Whether predicted intervals hold as many observations as they promise."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import (
    DIFFERENCE,
    Check,
    CheckResult,
    Threshold,
    as_json,
    gaps_of,
)
from steiger.engines.audit.context import Context, Need, Task
from steiger.engines.audit.statistics import bootstrap_mean, proportion


class ConformalCoverage(Check):
    """Coverage with interval, against what is promised less a tolerance of two points."""

    id = "conformal_coverage"
    title = {"de": "Abdeckung der Vorhersagebereiche", "en": "Coverage of prediction intervals"}
    tasks = frozenset({Task.REGRESSION})
    needs = frozenset({Need.PREDICTIONS, Need.INTERVALS, Need.TEST})
    thresholds = (
        Threshold(
            name="coverage_beyond_promise",
            value=-0.02,
            better="above",
            within=DIFFERENCE,
            text={
                "de": "Anteil der Beobachtungen im Bereich minus zugesagter Anteil",
                "en": "Share of observations inside minus the promised share",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Count; in blocks for a time series."""
        said, truth = context.said(), context.values()
        low, high = said.low, said.high
        assert low is not None  # noqa: S101 - declared in `needs`
        assert high is not None  # noqa: S101
        known = np.isfinite(truth) & np.isfinite(low) & np.isfinite(high)
        inside = ((truth >= low) & (truth <= high))[known]
        if context.block > 1:
            estimate = bootstrap_mean(
                inside.astype(float),
                level=context.level,
                rng=context.chance(self.id),
                block=context.block,
                possible=(0.0, 1.0),
            )
        else:
            estimate = proportion(int(inside.sum()), len(inside), level=context.level)
        beyond = estimate.minus(context.coverage)
        gaps, limits = gaps_of(context)
        evidence = {
            "promised": context.coverage,
            "coverage": estimate.value,
            "interval": [estimate.low, estimate.high],
            "below": float((truth < low)[known].mean()) if known.any() else None,
            "above": float((truth > high)[known].mean()) if known.any() else None,
            "mean_width": float((high - low)[known].mean()) if known.any() else None,
            "rows": int(known.sum()),
            "missing_steps": gaps,
        }
        return CheckResult(
            measurements=(self.measured(context, "coverage_beyond_promise", beyond),),
            evidence={"coverage.json": as_json(evidence)},
            limits=(
                {
                    "de": "Abdeckung im Mittel; in einzelnen Lagen kann sie darunter liegen.",
                    "en": "Coverage on average; in single situations it can be lower.",
                },
                *limits,
            ),
        )
