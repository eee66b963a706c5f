"""Whether the features give a protected attribute away that the system does not officially see."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.data.groups import column_of
from steiger.engines.audit.fairness import members_by_group
from steiger.engines.audit.learning import fitted_scores, halves, sample
from steiger.engines.audit.single_features import best_feature, single_scores
from steiger.engines.audit.statistics import area_under_curve

MOST_ROWS = 12_000


class ProxyOfProtectedAttribute(Check):
    """How well one feature, and all together, tell the largest group from all others (AUC).

    The feature is chosen, and trees over all features are learnt, in one half of the rows; the
    other half judges.
    """

    id = "proxy_of_protected_attribute"
    title = {"de": "Stellvertreter geschützter Merkmale", "en": "Proxies of protected attributes"}
    modalities = frozenset({Modality.TABULAR})
    needs = frozenset({Need.TEST, Need.PROTECTED})
    thresholds = (
        Threshold(
            name="auc_of_best_feature",
            value=0.8,
            better="below",
            within=SHARE,
            text={
                "de": "Trennschärfe des verräterischsten Merkmals (0,5: keine, 1: vollständig)",
                "en": "Discrimination of the most telling feature (0.5: none, 1: complete)",
            },
        ),
        Threshold(
            name="auc_of_all_features",
            value=0.9,
            better="below",
            within=SHARE,
            text={
                "de": "Trennschärfe aller Merkmale zusammen",
                "en": "Discrimination of all features together",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Per protected attribute."""
        rng = context.chance(self.id)
        table = context.tested()
        table = table.rows(sample(len(table), MOST_ROWS, rng))
        found, evidence = [], {}
        for attribute in context.protected:
            groups = members_by_group(context.groups(attribute, table))
            names = tuple(n for n in context.features if n != column_of(attribute))
            if len(groups) < 2 or not names:
                continue
            largest = max(groups, key=lambda group: (int(groups[group].sum()), group))
            inside = groups[largest]
            search, judge = halves(len(table), rng)
            best, ranking = best_feature(table, names, inside, search, rng)
            scores = single_scores(table, best, inside, search)
            area = area_under_curve(scores[judge], inside[judge], level=context.level)
            subject = f"{attribute}: {best}"
            found.append(self.measured(context, "auc_of_best_feature", area, subject))
            codes = {n: table.values(n) for n in names if not table.is_number(n)}
            inputs = table.matrix(names, codes)
            learnt = fitted_scores(
                inputs[search], inside[search].astype(np.intp), inputs[judge], classes=2, seed=0
            )
            area = area_under_curve(learnt[:, 1], inside[judge], level=context.level)
            found.append(self.measured(context, "auc_of_all_features", area, attribute))
            evidence[attribute] = {"group": largest, "auc_in_searching_half": ranking}
        return CheckResult(
            measurements=tuple(found),
            evidence={"proxies.json": as_json(evidence)},
            limits=(
                {
                    "de": "Ein Stellvertreter ist ein Anlass zur Prüfung, kein Beweis der "
                    "Benachteiligung.",
                    "en": "A proxy is a reason to look, no proof of discrimination.",
                },
            ),
        )
