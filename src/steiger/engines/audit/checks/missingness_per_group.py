"""Whether data are missing more often for some groups of people."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.data.groups import column_of
from steiger.engines.audit.fairness import members_by_group, rate
from steiger.engines.audit.statistics import proportion_difference


class MissingnessPerGroup(Check):
    """Share of rows with any missing feature, each group against all others."""

    id = "missingness_per_group"
    title = {"de": "Fehlende Werte je Gruppe", "en": "Missingness per group"}
    modalities = frozenset({Modality.TABULAR})
    needs = frozenset({Need.TEST, Need.PROTECTED})
    thresholds = (
        Threshold(
            name="difference_of_missingness",
            value=0.1,
            better="below",
            within=SHARE,
            text={
                "de": "Abstand des Anteils unvollständiger Zeilen von dem aller übrigen",
                "en": "Distance of the share of incomplete rows from that of all others",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """On the training data where there are any that know the group."""
        table = context.tested()
        if context.training and all(
            column_of(name) in context.training.columns for name in context.protected
        ):
            table = context.training
        incomplete = np.zeros(len(table), dtype=bool)
        shares = {}
        for name in context.features:
            incomplete |= table.missing(name)
            shares[name] = float(table.missing(name).mean())
        found = []
        for attribute in context.protected:
            for group, members in members_by_group(context.groups(attribute, table)).items():
                mine, other = rate(incomplete, members), rate(incomplete, ~members)
                estimate = proportion_difference(
                    mine.hits, mine.count, other.hits, other.count, level=context.level
                ).absolute()
                name = "difference_of_missingness"
                found.append(self.measured(context, name, estimate, f"{attribute}: {group}"))
        return CheckResult(measurements=tuple(found), evidence={"missing.json": as_json(shares)})
