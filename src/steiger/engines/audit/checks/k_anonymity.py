"""Whether people can be singled out in data that are handed on."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_csv
from steiger.engines.audit.checks.train_test_duplicates import keys
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.statistics import exact

K = 5


class KAnonymity(Check):
    """Share of rows that fewer than five rows share their quasi-identifiers with.

    Sweeney (2002, doi:10.1142/S0218488502001648). The table that is handed on is counted whole, so
    the figure has no sampling error.
    """

    id = "k_anonymity"
    title = {"de": "k-Anonymität weitergegebener Daten", "en": "k-anonymity of shipped data"}
    modalities = frozenset({Modality.TABULAR, Modality.TIME_SERIES})
    needs = frozenset({Need.TEST, Need.QUASI_IDENTIFIERS})
    thresholds = (
        Threshold(
            name="share_of_rows_below_k",
            value=0.0,
            better="below",
            within=SHARE,
            text={
                "de": "Anteil der Zeilen in Klassen von weniger als fünf",
                "en": "Share of rows in classes of fewer than five",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Count classes of equal quasi-identifiers."""
        table = context.training or context.tested()
        found, place, counts = np.unique(
            keys(table, context.quasi_identifiers), return_inverse=True, return_counts=True
        )
        small = counts[place] < K
        estimate = exact(float(small.mean()), level=context.level, count=len(table))
        sizes, times = np.unique(counts, return_counts=True)
        evidence = {"class_size": sizes.tolist(), "classes": times.tolist()}
        return CheckResult(
            measurements=(
                self.measured(
                    context,
                    "share_of_rows_below_k",
                    estimate,
                    " & ".join(context.quasi_identifiers),
                ),
            ),
            evidence={"class_sizes.csv": as_csv(evidence)},
            limits=(
                {
                    "de": f"Gezählt sind {len(found)} Klassen. k-Anonymität schützt nicht, wenn "
                    "alle einer Klasse dasselbe Geheimnis teilen.",
                    "en": f"{len(found)} classes were counted. k-anonymity does not protect where "
                    "all of a class share one secret.",
                },
            ),
        )
