"""Errors on people who belong to two groups at once."""

from __future__ import annotations

import itertools

from steiger.engines.audit.checks.contract import DIFFERENCE, Check, CheckResult, Threshold, as_csv
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.fairness import members_by_group, rate
from steiger.engines.audit.statistics import proportion_difference


class IntersectionalGroups(Check):
    """Every crossing of two protected attributes: its error rate against all others.

    A system can treat each attribute fairly and fail where two meet (Buolamwini and Gebru 2018,
    proceedings.mlr.press/v81). Small crossings stay in: their wide interval leaves them open.
    """

    id = "intersectional_groups"
    title = {"de": "Fehler an Schnittstellen von Gruppen", "en": "Intersectional groups"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.IMAGE})
    needs = frozenset({Need.PREDICTIONS, Need.CROSSING, Need.TEST})
    thresholds = (
        Threshold(
            name="error_rate_above_rest",
            value=0.1,
            better="below",
            within=DIFFERENCE,
            text={
                "de": "Fehlerrate der Schnittgruppe minus Fehlerrate aller übrigen",
                "en": "Error rate of the crossing minus that of all others",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Per pair of attributes and pair of groups."""
        wrong = context.predicted() != context.truth()
        found, rows = [], []
        for one, two in itertools.combinations(context.protected, 2):
            first = members_by_group(context.groups(one))
            second = members_by_group(context.groups(two))
            for (a, in_a), (b, in_b) in itertools.product(first.items(), second.items()):
                members = in_a & in_b
                if not members.any():
                    continue
                mine, other = rate(wrong, members), rate(wrong, ~members)
                estimate = proportion_difference(
                    mine.hits, mine.count, other.hits, other.count, level=context.level
                )
                subject = f"{one}: {a} & {two}: {b}"
                found.append(self.measured(context, "error_rate_above_rest", estimate, subject))
                rows.append((subject, mine.hits, mine.count, mine.share))
        names = ("crossing", "errors", "rows", "share")
        table = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
        return CheckResult(measurements=tuple(found), evidence={"crossings.csv": as_csv(table)})
