"""Whether groups get the favourable decision equally often."""

from __future__ import annotations

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_csv
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.fairness import members_by_group, selection
from steiger.engines.audit.statistics import proportion_difference, proportion_ratio


class DemographicParity(Check):
    """Each group against all others: difference and ratio of selection rates."""

    id = "demographic_parity"
    title = {"de": "Gleiche Zusageraten der Gruppen", "en": "Demographic parity"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.PREDICTIONS, Need.PROTECTED, Need.TEST})
    thresholds = (
        Threshold(
            name="demographic_parity_difference",
            value=0.1,
            better="below",
            within=SHARE,
            text={
                "de": "Abstand der Zusagerate von der aller übrigen",
                "en": "Distance of the selection rate from that of all others",
            },
        ),
        Threshold(
            name="disparate_impact",
            value=0.8,
            better="above",
            within=SHARE,
            text={
                "de": "Zusagerate geteilt durch die der übrigen (Vier-Fünftel-Regel)",
                "en": "Selection rate divided by that of the others (four-fifths rule)",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Per attribute and group."""
        chosen = context.predicted() == context.good()
        found, rows = [], []
        for attribute in context.protected:
            for group, members in members_by_group(context.groups(attribute)).items():
                mine, other = selection(chosen, members)
                counts = (mine.hits, mine.count, other.hits, other.count)
                subject = f"{attribute}: {group}"
                difference = proportion_difference(*counts, level=context.level).absolute()
                ratio = proportion_ratio(*counts, level=context.level)
                name = "demographic_parity_difference"
                found.append(self.measured(context, name, difference, subject))
                found.append(self.measured(context, "disparate_impact", ratio, subject))
                rows.append((attribute, group, mine.hits, mine.count, mine.share))
        names = ("attribute", "group", "favourable", "rows", "share")
        table = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
        return CheckResult(
            measurements=tuple(found),
            evidence={"selection_rates.csv": as_csv(table)},
            limits=(
                {
                    "de": "Gleiche Raten sagen nicht, ob die Entscheidungen richtig waren.",
                    "en": "Equal rates do not say whether the decisions were right.",
                },
            ),
        )
