"""Whether the system errs equally often on every group, in both directions."""

from __future__ import annotations

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_csv
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.fairness import (
    false_positive_rate,
    members_by_group,
    true_positive_rate,
)
from steiger.engines.audit.statistics import proportion_difference


class GroupErrorRates(Check):
    """Equal opportunity (Hardt et al. 2016, arXiv:1610.02413) and false positive rates.

    The gap of false negative rates equals that of true positive rates; one of them is measured.
    """

    id = "group_error_rates"
    title = {"de": "Gleiche Fehlerraten der Gruppen", "en": "Group error rates"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.PREDICTIONS, Need.PROTECTED, Need.TEST})
    thresholds = (
        Threshold(
            name="equal_opportunity_difference",
            value=0.1,
            better="below",
            within=SHARE,
            text={
                "de": "Abstand des Anteils zu Recht Bejahter von dem aller übrigen",
                "en": "Distance of the true positive rate from that of all others",
            },
        ),
        Threshold(
            name="false_positive_rate_difference",
            value=0.1,
            better="below",
            within=SHARE,
            text={
                "de": "Abstand des Anteils zu Unrecht Bejahter von dem aller übrigen",
                "en": "Distance of the false positive rate from that of all others",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Per attribute and group."""
        predicted = context.predicted() == context.good()
        true = context.truth() == context.good()
        kinds = {
            "equal_opportunity_difference": true_positive_rate,
            "false_positive_rate_difference": false_positive_rate,
        }
        found, rows = [], []
        for attribute in context.protected:
            for group, members in members_by_group(context.groups(attribute)).items():
                for name, formula in kinds.items():
                    mine = formula(predicted, true, members)
                    other = formula(predicted, true, ~members)
                    estimate = proportion_difference(
                        mine.hits, mine.count, other.hits, other.count, level=context.level
                    ).absolute()
                    subject = f"{attribute}: {group}"
                    found.append(self.measured(context, name, estimate, subject))
                    rows.append((attribute, group, formula.__name__, mine.hits, mine.count))
        names = ("attribute", "group", "rate", "hits", "rows")
        table = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
        return CheckResult(measurements=tuple(found), evidence={"rates.csv": as_csv(table)})
